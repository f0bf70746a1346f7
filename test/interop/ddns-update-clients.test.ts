/** ddclient and inadyn tell their address to the update server, and go by what it answers. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { DdnsConfig } from "../../src/capabilities/ddns/config.ts";
import { FakeZone } from "../../src/capabilities/ddns/serve/fake-zone.testing.ts";
import { UpdateServer } from "../../src/capabilities/ddns/serve/update-server.ts";
import { requirePeer } from "../peers.ts";
import { run } from "./lab-tools.ts";

const secret = "open-sesame";
const name = "a.dyn.example";
/** In a configuration that ddclient takes as a string of its own. */
const user = "friend";

/** Two names of one user, and one of another. */
async function desk(t: TestContext, requests: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), "update-clients-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const store = openMemoryStore();
  const zone = new FakeZone(store);
  const config = DdnsConfig.parse({ server: { listen: ["127.0.0.1:0"], requests } }).server;
  const ports = { store, registry: () => zone, log: collectLog().log };
  const server = await UpdateServer.start(config, { siteFolder: folder }, ports);
  t.after(() => server[Symbol.asyncDispose]());
  await server.hosts.add({ name, user, secret });
  await server.hosts.add({ name: "b.dyn.example", user });
  await server.hosts.add({ name: "c.dyn.example", user: "other", secret });
  return { folder, zone, server, place: server.listening[0]!.replace("http://", "") };
}

interface Client {
  readonly folder: string;
  /** Of the server. */
  readonly place: string;
  readonly names: readonly string[];
  readonly address: string;
  readonly password?: string;
}

/** What it said, and each name's state in its cache. */
async function ddclient({ folder, place, names, address, password = secret }: Client) {
  const [file, cache] = [join(folder, "ddclient.conf"), join(folder, "ddclient.cache")];
  const lines = [
    "daemon=0",
    `use=cmd, cmd='echo ${address}'`,
    `protocol=dyndns2, server=${place}, ssl=no, login=${user}, password=${password}`,
    names.join(","),
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  const words = ["-file", file, "-cache", cache, "-foreground", "-daemon=0", "-noquiet", "-verbose"];
  const { output, errors, code } = await run("ddclient", words);
  const kept = readFileSync(cache, "utf8");
  const states = [...kept.matchAll(/host=([^,]+),.*?\bstatus=([^,]*)/g)].map(
    ([, host, state]) => `${host} ${state}`,
  );
  return { said: output + errors, code, states: states.sort() };
}

const comesAgain = /Will retry again/;

/** Looks once and ends. */
async function inadyn({ folder, place, names, address, password = secret }: Client) {
  const file = join(folder, "inadyn.conf");
  const lines = [
    "period = 300",
    "custom homeport {",
    "  ssl = false",
    `  username = ${user}`,
    `  password = ${password}`,
    `  checkip-command = "/bin/echo ${address}"`,
    `  ddns-server = ${place}`,
    `  ddns-path = "/nic/update?hostname=%h&myip=%i"`,
    `  hostname = { ${names.map((one) => `"${one}"`).join(", ")} }`,
    "}",
  ];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  const places = ["-P", join(folder, "inadyn.pid"), "--cache-dir", join(folder, "inadyn")];
  const words = ["-1", "-n", "-f", file, "-l", "info", ...places];
  // After trouble that passes it waits ten minutes.
  const { output, errors, code } = await run("timeout", ["5", "inadyn", ...words]);
  return { said: output + errors, code };
}

test("ddclient updates two names at once, and leaves them alone while nothing changes", async (t) => {
  if (!requirePeer(t, "ddclient", "ddclient")) return;
  const { zone, server, ...here } = await desk(t);
  const names = [name, "b.dyn.example"];
  const { said, states } = await ddclient({ ...here, names, address: "8.8.4.4" });
  assert.match(said, /SUCCESS: +updating a\.dyn\.example: good: IP address set to 8\.8\.4\.4/);
  assert.deepEqual(states, ["a.dyn.example good", "b.dyn.example good"]);
  assert.deepEqual(zone.texts(), [
    `${name} 8.8.4.4 ddns-host:friend`,
    "b.dyn.example 8.8.4.4 ddns-host:friend",
  ]);
  const before = server.counters.requests;
  await ddclient({ ...here, names, address: "8.8.4.4" });
  assert.equal(server.counters.requests, before);
});

test("ddclient hears of each name why it was not updated", async (t) => {
  if (!requirePeer(t, "ddclient", "ddclient")) return;
  const { zone, ...here } = await desk(t);
  const names = [name, "c.dyn.example", "nobody.dyn.example"];
  const { said, states } = await ddclient({ ...here, names, address: "8.8.4.4" });
  assert.deepEqual(states, [`${name} good`, "c.dyn.example !yours", "nobody.dyn.example nohost"]);
  assert.match(said, /FAILED: +updating c\.dyn\.example: !yours/);
  assert.deepEqual(zone.texts(), [`${name} 8.8.4.4 ddns-host:friend`]);
});

test("ddclient with a wrong password updates nothing, and says so", async (t) => {
  if (!requirePeer(t, "ddclient", "ddclient")) return;
  const { zone, ...here } = await desk(t);
  const { said, code } = await ddclient({
    ...here,
    names: [name],
    address: "8.8.4.4",
    password: "open-rice",
  });
  assert.match(said, /authorization failed/);
  assert.deepEqual([zone.texts(), code], [[], 1]);
});

test("ddclient is told of a block, and stops", async (t) => {
  if (!requirePeer(t, "ddclient", "ddclient")) return;
  const { server, ...here } = await desk(t);
  const served = server.hosts.table.name(name)!;
  served.value = { ...served.value, faults: 151, faultsSinceMs: Date.now() };
  const { states } = await ddclient({ ...here, names: [name], address: "8.8.4.4" });
  assert.deepEqual(states, [`${name} abuse`]);
});

test("inadyn updates a name, by HTTP/1.0", async (t) => {
  if (!requirePeer(t, "inadyn", "inadyn")) return;
  const { zone, ...here } = await desk(t);
  const { said, code } = await inadyn({ ...here, names: [name, "b.dyn.example"], address: "8.8.4.4" });
  assert.match(said, /Successful alias table update for a\.dyn\.example => new IP# 8\.8\.4\.4/);
  assert.equal(code, 0);
  assert.deepEqual(zone.texts(), [
    `${name} 8.8.4.4 ddns-host:friend`,
    "b.dyn.example 8.8.4.4 ddns-host:friend",
  ]);
});

test("inadyn gives up with a wrong password", async (t) => {
  if (!requirePeer(t, "inadyn", "inadyn")) return;
  const { zone, ...here } = await desk(t);
  const { said } = await inadyn({ ...here, names: [name], address: "8.8.4.4", password: "open-rice" });
  assert.match(said, /Fatal error in DDNS server response:[\s\S]*401 Unauthorized/);
  assert.deepEqual(zone.texts(), []);
});

for (const [why, trouble] of [
  ["a zone that cannot be changed now", { isUnavailable: true }],
  ["a disk that fails", { isBroken: true }],
] as const)
  test(`inadyn means to come again after ${why}`, async (t) => {
    if (!requirePeer(t, "inadyn", "inadyn")) return;
    const { zone, ...here } = await desk(t);
    Object.assign(zone, trouble);
    const { said } = await inadyn({ ...here, names: [name], address: "8.8.4.4" });
    assert.match(said, comesAgain);
  });

test("inadyn means to come again when it came too often", async (t) => {
  if (!requirePeer(t, "inadyn", "inadyn")) return;
  const { server, ...here } = await desk(t, { perSecond: 1, burst: 1 });
  await fetch(`http://${here.place}/myip`);
  const { said } = await inadyn({ ...here, names: [name], address: "8.8.4.4" });
  assert.equal(server.counters.limited, 1);
  assert.match(said, comesAgain);
});
