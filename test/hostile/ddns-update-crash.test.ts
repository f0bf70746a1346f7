/** The update server is killed, its zones are read again, its disk is full: what it called good is so. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pass } from "node:timers/promises";
import type { NameRegistry } from "#contracts/name-registry.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { DdnsConfig } from "../../src/capabilities/ddns/config.ts";
import { FakeZone } from "../../src/capabilities/ddns/serve/fake-zone.testing.ts";
import { UpdateServer } from "../../src/capabilities/ddns/serve/update-server.ts";
import { LabHomeport } from "../interop/lab-homeport.ts";
import { copyOf, lookUp, until } from "../interop/lab-tools.ts";
import { requirePeer } from "../peers.ts";
import { basic, getText, say, startServer, told, zone } from "./ddns-server-lab.ts";

const names = ["a", "b", "c", "d"].map((label) => `${label}.${zone}`);
const user = "friend";
const secret = "open-sesame";

test("kill -9 and reloads in the middle of updates lose nothing that was called good", {
  timeout: 120_000,
}, async (t) => {
  const lab = await startServer(
    t,
    names.map((name) => `${name} ${user}`),
    { requests: { perSecond: 10_000, burst: 10_000 } },
  );
  const login = { authorization: basic(user, lab.secrets.get(user)!) };
  /** Of each name: what was called good last, and what was asked for since. */
  const last = new Map<string, string>();
  const asked = new Map<string, string[]>();
  const codes = new Map<string, number>();
  let number = 0;
  let isOver = false;
  const updateAll = async (name: string): Promise<void> => {
    while (!isOver) {
      const address = `8.${8 + (++number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
      asked.set(name, [...(asked.get(name) ?? []), address]);
      const answer = told(
        await say(lab.port, getText(`/nic/update?hostname=${name}&myip=${address}`, login)),
      );
      const code = /^(?:200 )?(\S+)/.exec(answer)?.[1] ?? "";
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (answer === `200 good ${address}`) {
        last.set(name, address);
        asked.set(name, []);
      } else await pass(20);
    }
  };
  const updating = names.map(updateAll);
  for (let round = 0; round < 2; round++) {
    await pass(400);
    if (round === 1) await lab.reload();
    else {
      await lab.homeport.stop("SIGKILL");
      await lab.homeport.start();
    }
  }
  await pass(300);
  isOver = true;
  await lab.homeport.stop("SIGKILL");
  await Promise.all(updating);
  await lab.homeport.start();
  t.diagnostic(JSON.stringify([...codes]));
  assert.ok((codes.get("good") ?? 0) >= 20, JSON.stringify([...codes]));
  for (const code of codes.keys()) assert.match(code, /^(good|closed|503|911|dnserr)$/);
  const records = await copyOf(lab.homeport.port, zone);
  for (const name of names) {
    const found = records.filter((line) => line.startsWith(`${name}. `));
    assert.equal(found.length, 1, found.join("\n"));
    const address = found[0]!.split(" ").at(-1)!;
    assert.ok(
      [last.get(name), ...asked.get(name)!].includes(address),
      `${name} is ${address}, not ${last.get(name)}`,
    );
  }
});

test("a full disk: 911 and to come again, nothing is told that is not so, and it goes on by itself", async (t) => {
  if (!requirePeer(t, "mount", "mount")) return;
  const homeport = await LabHomeport.place(t);
  const data = homeport.dataFolder;
  mkdirSync(data);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", data], {
    encoding: "utf8",
  });
  if (mounted.status !== 0) {
    t.skip(`no file system of its own: ${mounted.stderr.trim()}`);
    return;
  }
  using _mounted = { [Symbol.dispose]: () => void spawnSync("umount", ["-l", data]) };
  const [name] = names as [string];
  const lab = await startServer(t, [name], { requests: { perSecond: 10_000, burst: 10_000 } }, homeport);
  const login = { authorization: basic(name, lab.secrets.get(name)!) };
  const update = async (address: string): Promise<string> =>
    told(await say(lab.port, getText(`/nic/update?hostname=${name}&myip=${address}`, login)));
  assert.equal(await update("8.8.4.1"), "200 good 8.8.4.1");
  const filling = join(data, "filling");
  let good = "8.8.4.1";
  let answer = "";
  // What the journals have set aside is used up first.
  for (let at = 0; at < 2_000 && !answer.startsWith("503"); at++) {
    if (at % 50 === 0) fillUp(filling);
    const address = `8.9.${at >> 8}.${at & 255}`;
    answer = await update(address);
    if (answer === `200 good ${address}`) good = address;
  }
  assert.match(answer, /^503 (911|dnserr)$/);
  const before = homeport.log().length;
  for (let at = 0; at < 50; at++) assert.match(await update(`8.10.4.${at}`), /^503 (911|dnserr)$/);
  assert.ok(homeport.log().length - before < 10, homeport.logText());
  assert.deepEqual(await lookUp(homeport.port, name, "A"), [good]);

  rmSync(filling);
  await until("there is room, and hosts are named", async () =>
    (await update("8.11.4.1")) === "200 good 8.11.4.1" ? true : undefined,
  );
  assert.deepEqual(await lookUp(homeport.port, name, "A"), ["8.11.4.1"]);
});

/** Until the file system takes no octet more. */
function fillUp(file: string): void {
  for (let octets = 2 ** 20; octets >= 1; octets /= 2) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(octets), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}

interface Desk {
  readonly server: UpdateServer;
  readonly update: (address: string, name?: string) => Promise<string>;
}

async function desk(ports: Parameters<typeof UpdateServer.start>[2]): Promise<Desk & AsyncDisposable> {
  const requests = { perSecond: 10_000, burst: 10_000 };
  const config = DdnsConfig.parse({ server: { listen: ["127.0.0.1:0"], requests } }).server;
  const server = await UpdateServer.start(config, { siteFolder: tmpdir() }, ports);
  await server.hosts.add({ name: names[0]!, user, secret });
  const port = Number(server.listening[0]!.split(":").at(-1));
  return {
    server,
    update: async (address, name = names[0]!) => {
      const headers = { authorization: basic(user, secret) };
      return told(await say(port, getText(`/nic/update?hostname=${name}&myip=${address}`, headers)));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test("without a name server hosts are told to come again, and once there is one they are named", async () => {
  const { log, lines } = collectLog();
  const store = openMemoryStore();
  const zones = new FakeZone(store);
  let registry: NameRegistry | undefined;
  await using running = await desk({ store, registry: () => registry, log });
  for (let times = 0; times < 20; times++) assert.equal(await running.update(`8.8.4.${times}`), "503 dnserr");
  assert.ok(lines.length < 4, `${lines.length} lines`);
  assert.ok(!JSON.stringify(lines).includes(secret), "also what is logged for debugging");
  registry = zones;
  assert.equal(await running.update("8.8.4.1"), "200 good 8.8.4.1");
});

test("a clock that is set back or far ahead blocks nobody and names whoever has moved", async () => {
  const { log } = collectLog();
  const store = openMemoryStore();
  const zones = new FakeZone(store);
  let wallMs = Date.UTC(2026, 10, 25);
  const clock = { ...systemClock, nowMs: () => wallMs };
  await using running = await desk({ store, registry: () => zones, log, clock });
  let number = 0;
  for (const setBySeconds of [0, -86_400, -40 * 365 * 86_400, 30 * 365 * 86_400, -3_600]) {
    wallMs += setBySeconds * 1_000;
    const address = `8.8.4.${++number}`;
    assert.equal(await running.update(address), `200 good ${address}`, `${setBySeconds}`);
    for (let times = 0; times < 10; times++)
      assert.equal(await running.update(address), `200 nochg ${address}`);
  }
});
