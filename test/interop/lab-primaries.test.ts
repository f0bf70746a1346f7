/**
 * Homeport as a secondary of real name servers: it copies, hears of changes, remembers, passes updates on.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { LabHomeport, type LogLine } from "./lab-homeport.ts";
import { algorithms, keyOf, LabPeer, type PeerName, peerPackageOf } from "./lab-peers.ts";
import { gifts, rewrite, startPrimary, update } from "./lab-primaries.ts";
import { incrementalCopies, startSecondary } from "./lab-secondaries.ts";
import { copyOf, lookUp, run, serialOf, until } from "./lab-tools.ts";
import { randomUpdates, scriptOf } from "./lab-updates.ts";

const zone = "lab.example";

/**
 * How long it may take from an update of the peer until Homeport serves it: knotd waits a second with NOTIFY.
 */
const followMsMax: Readonly<Record<PeerName, number>> = { named: 1000, knotd: 2000, nsd: 1000 };

function zoneText(serial: number, ...lines: readonly string[]): string {
  const hosts = Array.from({ length: 2500 }, (_, index) => `s${index} A 10.1.${index >> 8}.${index & 255}`);
  const head = `$TTL 300\n@ SOA ns hostmaster ${serial} 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n`;
  return `${head}${[...hosts, ...lines].join("\n")}\n`;
}

/** Resolves with how long it took, in milliseconds. */
async function follows(homeport: LabHomeport, serial: number, name = zone): Promise<number> {
  const startMs = performance.now();
  const is = async () => ((await serialOf(homeport.port, name)) === serial ? true : undefined);
  await until(`Homeport serves ${name} ${serial}`, is, { told: () => homeport.logText().slice(-3000) });
  return performance.now() - startMs;
}

function isCopy({ msg }: LogLine): boolean {
  return msg === "copied the zone";
}

function hasPeers(t: TestContext, ...programs: readonly PeerName[]): boolean {
  const present = programs.every((program) => requirePeer(t, program, peerPackageOf[program]));
  return present && requirePeer(t, "nsupdate", "bind9-dnsutils");
}

for (const program of ["named", "knotd"] as const) {
  test(`a zone of ${program}: copied, followed, kept over a restart without it, updates passed on`, async (t) => {
    if (!hasPeers(t, program)) return;
    const peer = await LabPeer.place(t, program);
    const homeport = await LabHomeport.place(t);
    await startPrimary(peer, homeport.port, [{ name: zone, text: zoneText(1) }]);
    const primaries = [`127.0.0.1:${peer.port}`];
    const zones = [{ name: zone, primaries, forwardUpdates: ["127.0.0.1"] }];
    await homeport.start({ dns: { allowTransfer: ["127.0.0.1"], zones } });
    await follows(homeport, 1);
    await update(peer, zone, [`update add one.${zone}. 60 A 192.0.2.1`]);
    const ms = await follows(homeport, (await serialOf(peer.port, zone))!);
    t.diagnostic(`an update is served after ${Math.round(ms)} ms`);
    assert.ok(ms < followMsMax[program], "within a second");
    assert.deepEqual(gifts(peer, zone), { AXFR: 1, IXFR: 1 });

    await update(peer, zone, randomUpdates(zone, 1000));
    const serial = (await serialOf(peer.port, zone))!;
    t.diagnostic(`1,000 updates are served after ${Math.round(await follows(homeport, serial))} ms`);
    assert.deepEqual(gifts(peer, zone), { AXFR: 1, IXFR: homeport.log().filter(isCopy).length - 1 });
    assert.deepEqual(await copyOf(homeport.port, zone), await copyOf(peer.port, zone));

    const passedOn = await run("nsupdate", ["-v"], {
      input: scriptOf(homeport.port, zone, [`update add passed-on.${zone}. 60 A 192.0.2.9`]),
    });
    assert.equal(passedOn.errors, "");
    assert.deepEqual(await lookUp(peer.port, `passed-on.${zone}`, "A"), ["192.0.2.9"]);
    const last = (await serialOf(peer.port, zone))!;
    await follows(homeport, last);

    await peer.stop();
    await homeport.stop("SIGKILL");
    await homeport.start();
    assert.equal(await serialOf(homeport.port, zone), last, "at once, from disk");
    assert.deepEqual(await lookUp(homeport.port, `passed-on.${zone}`, "A"), ["192.0.2.9"]);
  });
}

test("a zone of nsd: copied, followed by IXFR when its file changes", async (t) => {
  if (!hasPeers(t, "nsd")) return;
  const peer = await LabPeer.place(t, "nsd");
  const homeport = await LabHomeport.place(t);
  await startPrimary(peer, homeport.port, [{ name: zone, text: zoneText(1) }]);
  const zones = [{ name: zone, primaries: [`127.0.0.1:${peer.port}`] }];
  await homeport.start({ dns: { allowTransfer: ["127.0.0.1"], zones } });
  await follows(homeport, 1);
  rewrite(peer, zone, zoneText(2, "www A 192.0.2.80"));
  await until("nsd serves its file", async () =>
    (await serialOf(peer.port, zone)) === 2 ? true : undefined,
  );
  const ms = await follows(homeport, 2);
  t.diagnostic(`served after ${Math.round(ms)} ms`);
  assert.ok(ms < followMsMax.nsd, "within a second");
  assert.deepEqual(await copyOf(homeport.port, zone), await copyOf(peer.port, zone));
  const copies = homeport.log().filter(isCopy);
  assert.deepEqual(
    copies.map(({ records }) => Number(records) < 10),
    [false, true],
    "the second by IXFR",
  );
});

for (const program of ["named", "knotd", "nsd"] as const) {
  test(`zones of ${program}, signed with every algorithm that both know`, async (t) => {
    if (!hasPeers(t, program)) return;
    const peer = await LabPeer.place(t, program);
    const homeport = await LabHomeport.place(t);
    const keys = algorithms.map(keyOf);
    const given = keys.map((key) => ({ name: `${key.algorithm}.example`, text: zoneText(1), key }));
    await startPrimary(peer, homeport.port, given);
    const zones = given.map(({ name, key }) => ({
      name,
      primaries: [`127.0.0.1:${peer.port} key ${key.name}`],
    }));
    await homeport.start({ dns: { keys, zones } });
    for (const { name } of given) await follows(homeport, 1, name);
    for (const { name } of given) {
      if (program === "nsd") rewrite(peer, name, zoneText(2));
      else await update(peer, name, [`update add www.${name}. 60 A 192.0.2.80`]);
      const serial = await until("the primary changes", async () => {
        const now = await serialOf(peer.port, name);
        return now === 1 ? undefined : now;
      });
      assert.ok((await follows(homeport, serial, name)) < followMsMax[program], name);
    }
  });
}

test("named, Homeport, knotd: changes go all the way by IXFR", async (t) => {
  if (!hasPeers(t, "named", "knotd")) return;
  const first = await LabPeer.place(t, "named");
  const homeport = await LabHomeport.place(t);
  const last = await LabPeer.place(t, "knotd");
  await startPrimary(first, homeport.port, [{ name: zone, text: zoneText(1) }]);
  const primaries = [`127.0.0.1:${first.port}`];
  const alsoNotify = [`127.0.0.1:${last.port}`];
  const zones = [{ name: zone, primaries, notify: "explicit", alsoNotify }];
  await homeport.start({ dns: { allowTransfer: ["127.0.0.1"], zones } });
  await follows(homeport, 1);
  await startSecondary(last, homeport.port, [{ name: zone }]);
  await until("knotd copies", async () => ((await serialOf(last.port, zone)) === 1 ? true : undefined));
  for (let round = 0; round < 5; round++) {
    await update(first, zone, randomUpdates(zone, 40, round));
    const serial = (await serialOf(first.port, zone))!;
    await until("it arrives", async () => ((await serialOf(last.port, zone)) === serial ? true : undefined), {
      told: () => homeport.logText().slice(-2000) + last.log().slice(-2000),
    });
  }
  assert.ok(incrementalCopies(last, zone) >= 5, last.log());
  const given = homeport.log().filter(({ msg }) => msg.endsWith("ended"));
  assert.equal(given.filter(({ type }) => type === "AXFR").length, 1);
  assert.deepEqual(await copyOf(last.port, zone), await copyOf(first.port, zone));
});
