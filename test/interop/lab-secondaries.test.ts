/** Real name servers as secondaries of Homeport: they copy, hear of changes, and copy what has changed. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { forward, reverse, startFoundry } from "./lab-foundry.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { algorithms, keyOf, LabPeer, type PeerName, peerPackageOf } from "./lab-peers.ts";
import { incrementalCopies, startSecondary } from "./lab-secondaries.ts";
import { copyOf, run, serialOf, until } from "./lab-tools.ts";
import { randomUpdates, scriptOf } from "./lab-updates.ts";

const smallZone = "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n";
const programs: readonly PeerName[] = ["named", "knotd", "nsd"];

async function placePeers(t: TestContext): Promise<readonly LabPeer[]> {
  const present = programs.filter((program) => requirePeer(t, program, peerPackageOf[program]));
  if (!requirePeer(t, "nsupdate", "bind9-dnsutils")) return [];
  return Promise.all(present.map((program) => LabPeer.place(t, program)));
}

/** Resolves with how long it took, in milliseconds. */
async function follows(peer: LabPeer, zone: string, serial: number): Promise<number> {
  const startMs = performance.now();
  const is = async () => ((await serialOf(peer.port, zone)) === serial ? true : undefined);
  await until(`${peer.program} serves ${zone} ${serial}`, is, { told: () => peer.log().slice(-4000) });
  return performance.now() - startMs;
}

/** How often Homeport says that it has given the zone away. */
function copiesFrom(homeport: LabHomeport, zone: string): Record<"AXFR" | "IXFR", number> {
  const lines = homeport
    .log()
    .filter(({ msg }) => msg.includes(` of ${zone}. to `) && msg.includes(" ended"));
  const count = (kind: string): number => lines.filter(({ type }) => type === kind).length;
  return { AXFR: count("AXFR"), IXFR: count("IXFR") };
}

test("named, knotd and nsd stand for the foundry's slave", async (t) => {
  const peers = await placePeers(t);
  if (peers.length === 0) return;
  const { homeport, nsupdate } = await startFoundry(
    t,
    peers.map(({ port }) => port),
  );
  const zones = [{ name: forward }, { name: reverse }];
  await Promise.all(peers.map((peer) => startSecondary(peer, homeport.port, zones)));
  for (const { name } of zones) {
    const serial = (await serialOf(homeport.port, name))!;
    for (const peer of peers) await follows(peer, name, serial);
  }
  const updates = [
    [forward, `update add computer-4.${forward}. 3600 A 192.168.9.244`],
    [reverse, `update add 244.${reverse}. 3600 PTR computer-4.${forward}.`],
  ] as const;
  for (const [zone, line] of updates) {
    const { errors } = await nsupdate(`zone ${zone}.`, line);
    assert.equal(errors, "");
    const serial = (await serialOf(homeport.port, zone))!;
    const times = await Promise.all(peers.map((peer) => follows(peer, zone, serial)));
    t.diagnostic(`${zone}: served after ${times.map(Math.round).join(", ")} ms`);
    assert.ok(Math.max(...times) < 1000, "within a second");
    const want = await copyOf(homeport.port, zone);
    for (const peer of peers) {
      assert.deepEqual(await copyOf(peer.port, zone), want, peer.program);
      assert.equal(incrementalCopies(peer, zone), peer.program === "nsd" ? 2 : 1, peer.program);
    }
  }
  assert.deepEqual(copiesFrom(homeport, forward), { AXFR: peers.length + 1, IXFR: peers.length });
});

test("named, knotd and nsd copy 1,000 random updates by one IXFR", async (t) => {
  const peers = await placePeers(t);
  if (peers.length === 0) return;
  const hosts = Array.from(
    { length: 2500 },
    (_, index) => `static-${index} A 10.1.${index >> 8}.${index & 255}`,
  );
  const homeport = await LabHomeport.start(t, {
    dns: {
      zones: [
        {
          name: "lab.example",
          file: "zone.db",
          allowTransfer: ["127.0.0.1"],
          allowUpdate: ["127.0.0.1"],
          alsoNotify: peers.map(({ port }) => `127.0.0.1:${port}`),
        },
      ],
    },
    files: { "zone.db": `${smallZone}${hosts.join("\n")}\n` },
  });
  const zone = "lab.example";
  await Promise.all(peers.map((peer) => startSecondary(peer, homeport.port, [{ name: zone }])));
  for (const peer of peers) await follows(peer, zone, 1);
  // Who is stopped hears of them all when it goes on.
  for (const peer of peers) peer.signal("SIGSTOP");
  const script = scriptOf(homeport.port, zone, randomUpdates(zone, 1000));
  const { errors } = await run("nsupdate", [], { input: script });
  assert.equal(errors, "");
  for (const peer of peers) peer.signal("SIGCONT");
  const serial = (await serialOf(homeport.port, zone))!;
  const times = await Promise.all(peers.map((peer) => follows(peer, zone, serial)));
  t.diagnostic(`serial ${serial}, served after ${times.map(Math.round).join(", ")} ms`);
  const want = await copyOf(homeport.port, zone);
  assert.ok(want.length > 2600);
  for (const peer of peers) {
    assert.deepEqual(await copyOf(peer.port, zone), want, peer.program);
    assert.ok(incrementalCopies(peer, zone) > 0, peer.program);
  }
  assert.equal(copiesFrom(homeport, zone).AXFR, peers.length + 1);
});

test("transfers and NOTIFY are signed with every algorithm that both know", async (t) => {
  const peers = await placePeers(t);
  if (peers.length === 0) return;
  const keys = algorithms.map(keyOf);
  const homeport = await LabHomeport.start(t, {
    dns: {
      keys,
      zones: keys.map(({ name, algorithm }) => ({
        name: `${algorithm}.example`,
        file: "zone.db",
        allowTransfer: [`key ${name}`],
        allowUpdate: ["127.0.0.1"],
        notify: "explicit",
        alsoNotify: peers.map(({ port }) => `127.0.0.1:${port} key ${name}`),
      })),
    },
    files: { "zone.db": smallZone },
  });
  const zones = keys.map((key) => ({ name: `${key.algorithm}.example`, key }));
  await Promise.all(peers.map((peer) => startSecondary(peer, homeport.port, zones)));
  for (const peer of peers) for (const { name } of zones) await follows(peer, name, 1);
  for (const { name } of zones) {
    const { errors } = await run("nsupdate", [], {
      input: scriptOf(homeport.port, name, [`update add www.${name}. 60 A 192.0.2.80`]),
    });
    assert.equal(errors, "");
    const times = await Promise.all(peers.map((peer) => follows(peer, name, 2)));
    assert.ok(Math.max(...times) < 1000, `${name}: ${times.join(", ")} ms`);
  }
  await assert.rejects(copyOf(homeport.port, zones[0]!.name), /Transfer failed/, "nothing without a key");
});
