/** Strangers who guess secrets, are slow, or both by the thousand: others get their answers all the same. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import { serveLimits as limits } from "../../src/capabilities/ddns/serve/limits.ts";
import {
  apiOf,
  basic,
  dial,
  getText,
  memoryOf,
  pidOf,
  processorOf,
  proxy,
  say,
  startServer,
  told,
  zone,
} from "./ddns-server-lab.ts";

const own = `own.${zone}`;
const fresh = `fresh.${zone}`;

/** Of a request, before its end. */
const unfinished = [
  "GET /nic/update HTTP/1.1\r\nhost: x\r\n",
  "POST /nic/update HTTP/1.1\r\nhost: x\r\ncontent-length: 90\r\n\r\nhostname=",
  "POST /nic/update HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nh",
  "",
];

test("guesses and slow clients by the thousand: hosts are served, and nothing grows", {
  timeout: 120_000,
}, async (t) => {
  const lab = await startServer(t, [own, fresh], { requests: { perSecond: 10_000, burst: 10_000 } });
  const pid = pidOf(lab.homeport);
  const loginOf = (name: string) => ({ authorization: basic(name, lab.secrets.get(name)!) });
  let number = 0;
  const update = async (name: string, from = "127.0.5.1"): Promise<number> => {
    const address = `8.8.${(++number >> 8) & 255}.${number & 255}`;
    const startMs = performance.now();
    const answer = told(
      await say(lab.port, getText(`/nic/update?hostname=${name}&myip=${address}`, loginOf(name)), from),
    );
    assert.equal(answer, `200 good ${address}`);
    return performance.now() - startMs;
  };
  await update(own);
  const calm = middle(await series(10, () => update(own)));
  const before = memoryOf(pid);

  // Each guess comes from another client, so that none of them has to wait for its turn.
  let isOver = false;
  const verdicts = new Map<string, number>();
  const guess = async (at: number): Promise<void> => {
    for (let round = 0; !isOver; round++) {
      const headers = {
        authorization: basic(round % 2 === 0 ? own : `nobody${round}.example`, `guess ${at} ${round}`),
        "x-forwarded-for": `9.${at}.${round >> 8}.${round & 255}`,
      };
      const status = told(await say(lab.port, getText(`/nic/update?hostname=${own}`, headers), proxy)).slice(
        0,
        3,
      );
      verdicts.set(status, (verdicts.get(status) ?? 0) + 1);
    }
  };
  const idle = Array.from({ length: 60 }, () => dial(lab.port, "127.0.6.1"));
  for (const [at, socket] of idle.entries()) {
    socket.resume();
    socket.on("error", () => undefined);
    socket.write(unfinished[at % unfinished.length]!);
  }
  const usedBefore = processorOf(pid);
  const startMs = performance.now();
  const guessing = Array.from({ length: 100 }, (_, at) => guess(at));
  const stormy = middle(await series(12, () => update(own)));
  const storm = (performance.now() - startMs) / 1_000;
  const used = processorOf(pid) - usedBefore;
  isOver = true;
  await Promise.all(guessing);
  await update(fresh);
  t.diagnostic(
    `calm ${calm.toFixed(1)} ms, stormy ${stormy.toFixed(1)} ms; ${JSON.stringify([...verdicts])}`,
  );
  assert.ok((verdicts.get("503") ?? 0) > 0, "nobody is told to come later");
  assert.equal(verdicts.get("200"), undefined);
  assert.ok(stormy < Math.max(calm * 60, 2_000), `${stormy} ms instead of ${calm}`);
  assert.ok(used < storm * 4, "more processors than hashes at once and the rest");
  const grown = memoryOf(pid) - before;
  const hashOctets = limits.argon2.memoryKib * 1_024 * limits.hashesAtOnceMax;
  assert.ok(grown < 3 * hashOctets, `${grown} octets more`);
  assert.ok(lab.homeport.log().length < 40, "the log is no lever either");

  await t.test("who is slow with a request is shown out", async () => {
    for (const socket of idle) if (!socket.destroyed) await once(socket, "close").catch(() => undefined);
    const metrics = (await apiOf(lab.homeport).request("GET", "/metrics")) as string;
    assert.match(metrics, /^homeport_ddns_server_connections 0$/m);
  });
});

test("nine addresses with all the connections that they may have keep nobody out", {
  timeout: 60_000,
}, async (t) => {
  const lab = await startServer(t, [own], { requests: { perSecond: 10_000, burst: 10_000 } });
  const login = { authorization: basic(own, lab.secrets.get(own)!) };
  let isOver = false;
  const hold = async (from: string): Promise<void> => {
    while (!isOver) {
      const socket = dial(lab.port, from);
      socket.on("error", () => undefined);
      socket.resume();
      socket.write("GET /");
      await new Promise((resolve) => socket.once("close", resolve));
      await pass(50);
    }
  };
  const each = limits.connectionsPerClientMax;
  const held = Array.from({ length: 9 * each }, (_, at) => hold(`127.0.20.${1 + Math.floor(at / each)}`));
  await pass(1_000);
  let answered = 0;
  for (let at = 0; at < 20; at++) {
    const query = `/nic/update?hostname=${own}&myip=8.8.4.${at}`;
    if (told(await say(lab.port, getText(query, login), "127.0.30.1")).startsWith("200 good")) answered++;
    await pass(50);
  }
  isOver = true;
  await lab.homeport.stop();
  await Promise.all(held);
  assert.ok(answered >= 18, `${answered} of 20`);
});

test("a user who is unknown costs as much time as one who is known", { timeout: 100_000 }, async (t) => {
  const lab = await startServer(t, [own], { requests: { perSecond: 10_000, burst: 10_000 } });
  let client = 0;
  const cost = async (user: string): Promise<number> => {
    const headers = {
      authorization: basic(user, `guess ${client}`),
      "x-forwarded-for": `9.9.${client >> 8}.${client++ & 255}`,
    };
    const startMs = performance.now();
    assert.equal(
      told(await say(lab.port, getText(`/nic/update?hostname=${own}`, headers), proxy)),
      "401 badauth",
    );
    return performance.now() - startMs;
  };
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let round = 0; round < 12; round++) {
    times.known.push(await cost(own));
    times.unknown.push(await cost(`nobody${round}.example`));
  }
  const ratio = middle(times.known) / middle(times.unknown);
  t.diagnostic(`ratio ${ratio.toFixed(2)}`);
  assert.ok(ratio > 0.6 && ratio < 1.7, `${ratio}`);
});

async function series(count: number, run: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at++) all.push(await run());
  return all;
}

function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1]!;
}
