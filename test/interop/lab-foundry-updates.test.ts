/**
 * The foundry's DHCP server registers its clients: nsupdate sends what dhcpd does, with the guard of its
 * interim style, and Homeport keeps it over the hardest end that there is.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { requirePeer } from "../peers.ts";
import { type Foundry, forward, reverse, startFoundry } from "./lab-foundry.ts";
import { copyOf, lookUp, serialOf } from "./lab-tools.ts";

const host = `computer-4.${forward}.`;
const guard = "3167eafa5f3bda51a6e1dd2a4fb1a1dc4e";
const otherGuard = "00b7a3c7b7d20dd1a86fa1c3d2b1b1b0aa";

/** The name is free: address and guard together. */
const addNew = (address: string, ours = guard): readonly string[] => [
  `zone ${forward}.`,
  `prereq nxdomain ${host}`,
  `update add ${host} 3600 A ${address}`,
  `update add ${host} 3600 TXT "${ours}"`,
];
/** The name is ours already: another address. */
const addAgain = (address: string, ours = guard): readonly string[] => [
  `zone ${forward}.`,
  `prereq yxrrset ${host} TXT "${ours}"`,
  `update delete ${host} A`,
  `update add ${host} 3600 A ${address}`,
];
const pointBack = (last: number): readonly string[] => [
  `zone ${reverse}.`,
  `update delete ${last}.${reverse}. PTR`,
  `update add ${last}.${reverse}. 3600 PTR ${host}`,
];
const removeAddress = (address: string, ours = guard): readonly string[] => [
  `zone ${forward}.`,
  `prereq yxrrset ${host} TXT "${ours}"`,
  `update delete ${host} A ${address}`,
];
const removeGuard: readonly string[] = [
  `zone ${forward}.`,
  `prereq nxrrset ${host} A`,
  `prereq nxrrset ${host} AAAA`,
  `update delete ${host} TXT "${guard}"`,
];
const pointNowhere = (last: number): readonly string[] => [
  `zone ${reverse}.`,
  `update delete ${last}.${reverse}. PTR`,
];

function hasPeers(t: TestContext): boolean {
  return requirePeer(t, "nsupdate", "bind9-dnsutils") && requirePeer(t, "dig", "bind9-dnsutils");
}

async function done({ nsupdate }: Foundry, lines: readonly string[]): Promise<void> {
  const { code, errors } = await nsupdate(...lines);
  assert.equal(errors, "");
  assert.equal(code, 0);
}

async function refused({ nsupdate }: Foundry, lines: readonly string[], rcode: string): Promise<void> {
  const { code, errors } = await nsupdate(...lines);
  assert.equal(errors, `update failed: ${rcode}\n`);
  assert.equal(code, 2);
}

async function assertServed({ homeport: { port } }: Foundry, address: string | undefined): Promise<void> {
  assert.deepEqual(await lookUp(port, host, "A"), address === undefined ? [] : [address]);
}

test("computer-4 is registered, forward and reverse, moves, and is removed, as dhcpd does it", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const { port } = foundry.homeport;
  const before = await copyOf(port, forward);
  const serial = (await serialOf(port, forward))!;

  await done(foundry, addNew("192.168.9.244"));
  await done(foundry, pointBack(244));
  await assertServed(foundry, "192.168.9.244");
  assert.deepEqual(await lookUp(port, host, "TXT"), [`"${guard}"`]);
  assert.deepEqual(await lookUp(port, `244.${reverse}.`, "PTR"), [host]);
  assert.equal(await serialOf(port, forward), serial + 1);

  await refused(foundry, addNew("192.168.9.245"), "YXDOMAIN");
  await done(foundry, addAgain("192.168.9.245"));
  await done(foundry, pointBack(245));
  await assertServed(foundry, "192.168.9.245");

  await done(foundry, removeAddress("192.168.9.245"));
  await done(foundry, removeGuard);
  await done(foundry, pointNowhere(245));
  await done(foundry, pointNowhere(244));
  assert.equal(await serialOf(port, forward), serial + 4);
  const withoutSerial = (lines: readonly string[]) => lines.filter((line) => !line.includes(" SOA "));
  assert.deepEqual(withoutSerial(await copyOf(port, forward)), withoutSerial(before));
});

test("a client with another guard, or without the key, gets nothing", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const { port } = foundry.homeport;
  await done(foundry, addNew("192.168.9.244"));
  const before = await copyOf(port, forward);

  await refused(foundry, addNew("192.168.9.66", otherGuard), "YXDOMAIN");
  await refused(foundry, addAgain("192.168.9.66", otherGuard), "NXRRSET");
  await refused(foundry, removeAddress("192.168.9.244", otherGuard), "NXRRSET");
  await refused(foundry, removeGuard, "YXRRSET");
  // A name of the zone file has no guard, so that it is nobody's to take.
  const master = (lines: readonly string[]) =>
    lines.map((line) => line.replaceAll(host, `master.${forward}.`));
  await refused(foundry, master(addNew("192.168.9.66")), "YXDOMAIN");
  await refused(foundry, master(addAgain("192.168.9.66")), "NXRRSET");
  assert.deepEqual(await copyOf(port, forward), before);
});

test("what was acknowledged is there after kill -9, twice in a row", async (t) => {
  if (!hasPeers(t)) return;
  const foundry = await startFoundry(t);
  const { homeport } = foundry;
  await done(foundry, addNew("192.168.9.244"));
  await done(foundry, pointBack(244));
  const acknowledged: number[] = [];
  let number = 0;
  for (let round = 1; round <= 2; round++) {
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const writers = Array.from({ length: 4 }, async () => {
      for (;;) {
        const mine = number++;
        const line = `update add load-${mine}.${forward}. 60 TXT "${mine}"`;
        const { code } = await foundry.nsupdateTcp(`zone ${forward}.`, line);
        if (code !== 0) return;
        acknowledged.push(mine);
        if (acknowledged.length >= round * 15) resolve();
      }
    });
    await enough;
    await homeport.stop("SIGKILL");
    await Promise.all(writers);
    await homeport.start();
  }
  const lines = await copyOf(homeport.port, forward);
  const present = new Set(lines.map((line) => Number(/^load-(\d+)\./.exec(line)?.[1] ?? -1)));
  assert.deepEqual(
    acknowledged.filter((one) => !present.has(one)),
    [],
  );
  t.diagnostic(`${acknowledged.length} updates acknowledged, ${present.size - 1} present`);
  await assertServed(foundry, "192.168.9.244");
  assert.deepEqual(await lookUp(homeport.port, `244.${reverse}.`, "PTR"), [host]);
});
