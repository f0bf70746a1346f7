/** The rndc of BIND 9.18 steers the foundry: each command of it with what it does, seen from outside. */
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { type Foundry, forward, reverse, startFoundry } from "./lab-foundry.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { bindKey, keyOf, LabPeer } from "./lab-peers.ts";
import { startPrimary, update } from "./lab-primaries.ts";
import { startSecondary } from "./lab-secondaries.ts";
import { freePort, lookUp, run, serialOf, until } from "./lab-tools.ts";

function hasPeers(t: TestContext): boolean {
  return requirePeer(t, "rndc", "bind9-utils") && requirePeer(t, "nsupdate", "bind9-dnsutils");
}

/** What rndc prints of a command that is carried out. */
async function told({ rndc }: Pick<Foundry, "rndc">, ...words: readonly string[]): Promise<string> {
  const { code, output, errors } = await rndc(...words);
  assert.deepEqual({ code, errors }, { code: 0, errors: "" }, words.join(" "));
  return output;
}

async function add({ nsupdate }: Foundry, name: string, address: string): Promise<string> {
  return (await nsupdate(`zone ${forward}.`, `update add ${name}.${forward}. 60 A ${address}`)).errors;
}

const fileOf = ({ homeport }: Foundry, zone = forward): string => join(homeport.folder, `zones/${zone}.db`);

test("status, zonestatus, showzone, tsig-list, stats, flush and unknown commands say what is so", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const status = await told(foundry, "status");
  assert.match(status, /^version: Homeport /);
  assert.match(status, /^number of zones: 2 /m);
  assert.match(status, /server is up and running\n$/);
  const zone = await told(foundry, "zonestatus", forward);
  assert.match(zone, /^type: primary$/m);
  assert.match(zone, /^serial: 2009060514$/m);
  assert.match(zone, /^dynamic: yes$/m);
  assert.match(
    await told(foundry, "showzone", reverse),
    /^zone "9\.168\.192\.in-addr\.arpa" \{.*type primary/,
  );
  assert.match(await told(foundry, "tsig-list"), /key "rndc-key"/);
  const statistics = /written to (\S+);/.exec(await told(foundry, "stats"))![1]!;
  assert.ok(JSON.parse(readFileSync(statistics, "utf8")).counters);
  for (const command of ["flush", "flushname www.example", "flushtree example", "scan"])
    await told(foundry, ...command.split(" "));
  const { code, errors } = await foundry.rndc("addzone", "new.example");
  assert.equal(code, 1);
  assert.match(errors, /rndc: 'addzone' failed: not implemented/);
  assert.match(
    (await foundry.rndc("reload", "no.example")).errors,
    /no matching zone 'no\.example' in any view/,
  );
});

test("freeze writes the file and refuses updates; thaw takes over what was edited, and nothing is lost", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const { port } = foundry.homeport;
  assert.equal(await add(foundry, "before", "192.168.9.101"), "");
  await told(foundry, "freeze", forward);
  assert.match(readFileSync(fileOf(foundry), "utf8"), /^before\s.*192\.168\.9\.101$/m);
  assert.equal(await add(foundry, "frozen", "192.168.9.102"), "update failed: REFUSED\n");
  assert.match((await foundry.rndc("freeze", forward)).errors, /already frozen/);
  assert.match(await told(foundry, "zonestatus", forward), /^frozen: yes$/m);
  const serial = (await serialOf(port, forward))!;
  appendFileSync(fileOf(foundry), `edited.${forward}. 300 A 192.168.9.103\n`);
  assert.match(await told(foundry, "thaw", forward), /thaw was successful/);
  assert.deepEqual(await lookUp(port, `edited.${forward}`, "A"), ["192.168.9.103"]);
  assert.deepEqual(await lookUp(port, `before.${forward}`, "A"), ["192.168.9.101"]);
  assert.ok((await serialOf(port, forward))! > serial);
  assert.equal(await add(foundry, "after", "192.168.9.104"), "");

  await told(foundry, "freeze");
  assert.equal(await add(foundry, "frozen", "192.168.9.102"), "update failed: REFUSED\n");
  await told(foundry, "thaw");
  assert.equal(await add(foundry, "thawed", "192.168.9.105"), "");
  for (const name of ["before", "edited", "after", "thawed"])
    assert.equal((await lookUp(port, `${name}.${forward}`, "A")).length, 1, name);
});

test("sync writes the file; reload takes an edited one over, and keeps the zone when it is broken", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const { homeport } = foundry;
  const { port } = homeport;
  assert.equal(await add(foundry, "dynamic", "192.168.9.101"), "");
  await told(foundry, "sync", forward);
  const good = readFileSync(fileOf(foundry), "utf8");
  assert.match(good, /^dynamic\s.*192\.168\.9\.101$/m);
  assert.equal(await add(foundry, "later", "192.168.9.102"), "");

  writeFileSync(fileOf(foundry), `${good}edited.${forward}. 300 A 192.168.9.103\n`);
  assert.equal(await told(foundry, "reload", forward), "zone reload queued\n");
  for (const name of ["dynamic", "later", "edited"])
    assert.equal((await lookUp(port, `${name}.${forward}`, "A")).length, 1, name);
  assert.equal(await told(foundry, "reload", forward), "zone reload up-to-date\n");

  writeFileSync(fileOf(foundry), `${good}bad A 1.2.3\n`);
  const { code, errors } = await foundry.rndc("reload", forward);
  assert.equal(code, 1);
  assert.match(errors, /dmz\.mydomain\.com\.db:\d+:\d+: "1\.2\.3" is not an IPv4 address/);
  assert.deepEqual(await lookUp(port, `later.${forward}`, "A"), ["192.168.9.102"]);
  assert.equal(await add(foundry, "still", "192.168.9.104"), "");
  writeFileSync(fileOf(foundry), good);
  assert.equal(await told(foundry, "reload"), "server reload successful\n");
  await told(foundry, "reconfig");
  for (const [name, count] of [
    ["dynamic", 1],
    ["later", 1],
    ["edited", 0], // no longer in the file
    ["still", 1],
  ] as const)
    assert.equal((await lookUp(port, `${name}.${forward}`, "A")).length, count, name);
});

test("querylog writes the queries to the log, until it is off", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const { homeport } = foundry;
  const seen = (name: string) => homeport.logText().includes(name);
  await lookUp(homeport.port, `silent.${forward}`, "A");
  await told(foundry, "querylog", "on");
  assert.match(await told(foundry, "status"), /^query logging is ON$/m);
  await lookUp(homeport.port, `loud.${forward}`, "A");
  await until("the query is logged", () => seen(`loud.${forward}`) || undefined);
  await told(foundry, "querylog");
  assert.match(await told(foundry, "status"), /^query logging is OFF$/m);
  await lookUp(homeport.port, `silent-again.${forward}`, "A");
  assert.equal(seen("silent"), false);
});

test("notify tells a named once more; stop ends the program with its zones written", async (t) => {
  if (!hasPeers(t) || !requirePeer(t, "named", "bind9")) return;
  const peer = await LabPeer.place(t, "named");
  const foundry = await startFoundry(t, [peer.port]);
  const { homeport } = foundry;
  await startSecondary(peer, homeport.port, [{ name: forward }]);
  await until("named copies", async () =>
    (await serialOf(peer.port, forward)) === undefined ? undefined : true,
  );
  const notified = () => peer.log().split(`received notify for zone '${forward}'`).length;
  const before = notified();
  assert.equal(await told(foundry, "notify", forward), "zone notify queued\n");
  await until("named hears of it", () => notified() > before || undefined);

  assert.equal(await add(foundry, "dynamic", "192.168.9.101"), "");
  assert.match(await told(foundry, "stop", "-p"), /^pid: \d+\n$/);
  assert.equal(await homeport.ended(), 0);
  assert.match(readFileSync(fileOf(foundry), "utf8"), /^dynamic\s.*192\.168\.9\.101$/m);
  await homeport.start();
  assert.deepEqual(await lookUp(homeport.port, `dynamic.${forward}`, "A"), ["192.168.9.101"]);
  await told(foundry, "halt");
  assert.equal(await homeport.ended(), 0);
});

test("refresh and retransfer fetch a secondary zone; its times are bounded as BIND's", async (t) => {
  if (!hasPeers(t) || !requirePeer(t, "named", "bind9")) return;
  const zone = "lab.example";
  const peer = await LabPeer.place(t, "named");
  const homeport = await LabHomeport.place(t);
  const controlPort = await freePort();
  const key = keyOf("hmac-sha256");
  const keyFile = peer.write("rndc.key", bindKey(key));
  const text = "$TTL 300\n@ SOA ns hostmaster 1 1 1 3 300\n@ NS ns\nns A 127.0.0.1\n";
  // NOTIFY goes to a port where nobody listens.
  await startPrimary(peer, await freePort(), [{ name: zone, text }]);
  await homeport.start({
    dns: {
      keys: [key],
      controls: [{ listen: `127.0.0.1:${controlPort}`, keys: [key.name] }],
      zones: [{ name: zone, primaries: [`127.0.0.1:${peer.port}`] }],
    },
  });
  const rndc = (...words: readonly string[]) =>
    run("rndc", ["-k", keyFile, "-s", "127.0.0.1", "-p", String(controlPort), ...words]);
  const serves = (serial: number) =>
    until(
      `it serves ${serial}`,
      async () => ((await serialOf(homeport.port, zone)) === serial ? true : undefined),
      {
        told: () => homeport.logText().slice(-3000),
      },
    );
  await serves(1);
  const status = await told({ rndc }, "zonestatus", zone);
  const dateOf = (field: string) => Date.parse(new RegExp(`^${field}: (.*)$`, "m").exec(status)![1]!);
  const refreshSeconds = (dateOf("next refresh") - Date.now()) / 1000;
  assert.ok(refreshSeconds > 200 && refreshSeconds <= 300, `refresh in ${refreshSeconds} s`);
  const expireSeconds = (dateOf("expires") - Date.now()) / 1000;
  assert.ok(expireSeconds > 600, `expires in ${expireSeconds} s, later than refresh and retry together`);

  await update(peer, zone, [`update add www.${zone}. 60 A 192.0.2.80`]);
  assert.equal(await told({ rndc }, "refresh", zone), "zone refresh queued\n");
  await serves(2);
  const copies = () => homeport.log().filter(({ msg }) => msg === "copied the zone").length;
  const before = copies();
  await told({ rndc }, "retransfer", zone);
  await until("it is copied again", () => copies() > before || undefined);
  assert.match((await rndc("freeze", zone)).errors, /freeze' failed: not primary/);
  const { errors } = await rndc("thaw", zone);
  assert.match(errors, /not primary/);
});
