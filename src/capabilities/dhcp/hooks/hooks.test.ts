import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import type { LeaseEvent } from "#contracts/lease-events.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import type { HookConfig } from "../config.ts";
import type { PoolView } from "../control.ts";
import { hourMs, noonMs, pool } from "../routes/fake-control.testing.ts";
import { startHooks } from "./hooks.ts";

const granted: LeaseEvent = {
  kind: "granted",
  address: "192.168.9.12",
  hardwareAddress: "52:54:00:00:00:12",
  name: "laptop.lan.example.",
  hostName: "$(touch /tmp/owned); \u001b[31m`id`\n",
  atMs: noonMs,
  expiresAtMs: noonMs + hourMs,
  subnet: "192.168.9.0/24",
};

const facts = {
  event: "granted",
  at: "2026-11-24T12:00:00.000Z",
  address: "192.168.9.12",
  hardwareAddress: "52:54:00:00:00:12",
  hostName: granted.hostName,
  name: "laptop.lan.example",
  subnet: "192.168.9.0/24",
  expiresAt: "2026-11-24T13:00:00.000Z",
};

type Given = Partial<Omit<HookConfig, "events">> & { readonly events?: readonly string[] };

function configOf(hook: Given): HookConfig {
  return { events: ["granted"], timeout: "10s", ...hook } as HookConfig;
}

function rig(t: TestContext, ...hooks: readonly Given[]) {
  const folder = mkdtempSync(join(tmpdir(), "hooks-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const { log, lines } = collectLog();
  const listeners = new Set<(event: LeaseEvent) => void>();
  const poolListeners = new Set<(pool: PoolView) => void>();
  const subscribeTo = <Listener>(set: Set<Listener>, listener: Listener): Disposable => {
    set.add(listener);
    return { [Symbol.dispose]: () => void set.delete(listener) };
  };
  const running = startHooks({
    config: hooks.map(configOf),
    events: { subscribe: (listener) => subscribeTo(listeners, listener) },
    poolLow: (listener) => subscribeTo(poolListeners, listener),
    log,
    nowMs: () => noonMs,
    folder,
    retryWaitsMs: [1, 1],
  });
  t.after(() => running[Symbol.asyncDispose]());
  const tell = (event: Partial<LeaseEvent> = {}): void => {
    for (const listener of listeners) listener({ ...granted, ...event });
  };
  const tellPool = (): void => {
    for (const listener of poolListeners) listener(pool);
  };
  const sentences = (): string[] => lines.map(({ sentence }) => sentence);
  const subscribed = (): number => listeners.size + poolListeners.size;
  return { folder, running, tell, tellPool, sentences, subscribed };
}

/** Until it holds, five seconds at most. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 1000, "it does not come about");
    await wait(5);
  }
}

interface Receiver {
  readonly url: string;
  readonly bodies: unknown[];
  readonly requests: IncomingMessage[];
}

async function receiver(
  t: TestContext,
  answer: (response: ServerResponse, request: number) => void,
): Promise<Receiver> {
  const bodies: unknown[] = [];
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      requests.push(request);
      answer(response, requests.length);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, requests };
}

test("a webhook gets the event as JSON, and only those that it wants", async (t) => {
  const { url, bodies, requests } = await receiver(t, (response) => response.end("thanks"));
  const { tell, tellPool, running } = rig(t, { url: `${url}/hook?key=1`, events: ["granted", "pool-low"] });
  tell();
  tell({ kind: "renewed" });
  tellPool();
  await until(() => running.counters.delivered === 2);
  const { percent, range, ...rest } = pool;
  assert.deepEqual(bodies.toSorted(byEvent), [
    facts,
    { event: "pool-low", at: facts.at, ...rest, pool: range, percent },
  ]);
  assert.deepEqual(
    [requests[0]!.method, requests[0]!.url, requests[0]!.headers["content-type"]],
    ["POST", "/hook?key=1", "application/json"],
  );
});

function byEvent(one: unknown, other: unknown): number {
  return (one as { event: string }).event.localeCompare((other as { event: string }).event);
}

for (const [why, statuses, tries, delivered] of [
  ["trouble of the server is waited out", [500, 503, 200], 3, 1],
  ["three tries are all", [500, 500, 500, 200], 3, 0],
  ["a refusal is not asked twice", [403, 200], 1, 0],
  ["too many requests are waited out", [429, 204], 2, 1],
] as const)
  test(`a webhook: ${why}`, async (t) => {
    const { url, requests } = await receiver(t, (response, request) => {
      response.writeHead(statuses[request - 1]!).end();
    });
    const { tell, running } = rig(t, { url });
    tell();
    await until(() => running.counters.delivered + running.counters.failed === 1);
    assert.deepEqual([requests.length, running.counters.delivered], [tries, delivered]);
  });

test("a webhook is not led elsewhere", async (t) => {
  const elsewhere = await receiver(t, (response) => response.end());
  const { url } = await receiver(t, (response) => {
    response.writeHead(307, { location: elsewhere.url }).end();
  });
  const { tell, running, sentences } = rig(t, { url: `${url}/token-1234` });
  tell();
  await until(() => running.counters.failed === 1);
  assert.equal(elsewhere.requests.length, 0);
  assert.match(sentences()[0]!, /answers 307 and points elsewhere; write that url instead/);
  assert.doesNotMatch(sentences().join(""), /token/);
});

test("a webhook that does not answer is given up in time", async (t) => {
  const { url, requests } = await receiver(t, () => {});
  const { tell, running, sentences } = rig(t, { url, timeout: "1s" });
  const begin = performance.now();
  tell();
  await until(() => running.counters.failed === 1);
  assert.ok(performance.now() - begin < 5_000);
  assert.equal(requests.length, 3);
  assert.match(sentences()[0]!, /it did not answer within 1 s/);
});

test("a command gets the event in its environment and on standard input, and no shell reads any of it", async (t) => {
  const script = 'env | grep ^HOMEPORT_ | sort > env; cat > in; printf "%s" "$1" > argument';
  const { tell, running, folder } = rig(t, { command: ["sh", "-c", script, "sh", "$(id) *"] });
  tell();
  await until(() => running.counters.delivered === 1);
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  assert.equal(text("argument"), "$(id) *");
  assert.deepEqual(JSON.parse(text("in")), facts);
  assert.deepEqual(text("env").trim().split("\n"), [
    "HOMEPORT_ADDRESS=192.168.9.12",
    "HOMEPORT_AT=2026-11-24T12:00:00.000Z",
    "HOMEPORT_EVENT=granted",
    "HOMEPORT_EXPIRES_AT=2026-11-24T13:00:00.000Z",
    "HOMEPORT_HARDWARE_ADDRESS=52:54:00:00:00:12",
    "HOMEPORT_HOST_NAME=$(touch /tmp/owned); ?[31m`id`?",
    "HOMEPORT_NAME=laptop.lan.example",
    "HOMEPORT_SUBNET=192.168.9.0/24",
  ]);
});

test("a command has every variable, if only empty, and none of this program's own", async (t) => {
  process.env["HOOK_TEST_SECRET"] = "1";
  t.after(() => delete process.env["HOOK_TEST_SECRET"]);
  const script = 'set -u; echo "[$HOMEPORT_NAME][$HOMEPORT_ADDRESS][${HOOK_TEST_SECRET-}]" > out';
  const { tellPool, running, folder } = rig(t, { command: ["sh", "-c", script], events: ["pool-low"] });
  tellPool();
  await until(() => running.counters.delivered === 1);
  assert.equal(readFileSync(join(folder, "out"), "utf8"), "[][][]\n");
});

test("a command that takes too long is ended with all that it started", async (t) => {
  const script = "(sleep 2; touch late) & wait";
  const { tell, running, sentences, folder } = rig(t, { command: ["sh", "-c", script], timeout: "1s" });
  tell();
  await until(() => running.counters.failed === 1);
  assert.match(sentences()[0]!, /it takes too long/);
  await wait(1_300);
  assert.ok(!existsSync(join(folder, "late")));
});

for (const [why, command, want] of [
  [
    "says why on standard error",
    ["sh", "-c", "echo first >&2; echo no room >&2; exit 3"],
    /it ends with 3: no room$/,
  ],
  ["is not there", ["/nowhere/hook"], /\/nowhere\/hook failed: it cannot be started \(ENOENT\)/],
  ["cannot be started at all", ["sh", "a\0b"], /it cannot be started \(ERR_INVALID_ARG_VALUE\)/],
  ["is ended by a signal", ["sh", "-c", "kill -TERM $$"], /it ends with SIGTERM/],
] as const)
  test(`a command that ${why} is logged`, async (t) => {
    const { tell, running, sentences } = rig(t, { command: [...command] });
    tell();
    await until(() => running.counters.failed === 1);
    assert.match(sentences()[0]!, want);
  });

test("a command that leaves a program behind and reads nothing is done when it ends", async (t) => {
  const { tell, running } = rig(t, { command: ["sh", "-c", "sleep 2 & exit 0"] });
  const begin = performance.now();
  tell({ hostName: "x".repeat(100_000) });
  await until(() => running.counters.delivered === 1);
  assert.ok(performance.now() - begin < 1_500);
});

test("at the end nothing more is told, and what runs is waited for", async (t) => {
  const { tell, running, folder, subscribed } = rig(t, { command: ["sh", "-c", "sleep 0.2; touch done"] });
  tell();
  await wait(50);
  await running[Symbol.asyncDispose]();
  assert.ok(existsSync(join(folder, "done")));
  assert.equal(subscribed(), 0);
});

test("another configuration leaves hooks alone that stay, and what is counted", async (t) => {
  const { url, bodies } = await receiver(t, (response) => response.end());
  const slow = { command: ["sh", "-c", "sleep 0.2; echo $HOMEPORT_ADDRESS >> slow"] };
  const { tell, running, folder } = rig(t, slow, { url });
  for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.1"]) tell({ address });
  await until(() => bodies.length === 3);
  running.use([configOf(slow)]);
  tell({ address: "192.0.2.2" });
  await until(() => running.counters.delivered === 7);
  assert.equal(bodies.length, 3);
  const lines = readFileSync(join(folder, "slow"), "utf8").trim().split("\n");
  assert.deepEqual(lines.toSorted(), ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2"]);
});
