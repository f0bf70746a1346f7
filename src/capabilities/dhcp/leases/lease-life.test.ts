import assert from "node:assert/strict";
import test from "node:test";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { ServerLab, startSeconds } from "../exchange/exchange.testing.ts";
import { clientKey } from "../exchange/said.testing.ts";
import { leaseFor } from "./lease.testing.ts";
import type { Lease } from "./lease.ts";
import { pastLeaseKey } from "./lease-value.ts";

const section = { leaseTime: "1h", declineTime: "2h" };
const hour = 3_600;

async function past(lab: ServerLab): Promise<string[]> {
  const entries = await pastLeaseKey.list(lab.store);
  return entries.map(
    ({ name, value }) =>
      `${name.split("/")[0]} ${value.since - startSeconds}-${value.until - startSeconds} ${value.end}`,
  );
}

test("a lease that is given back ends at once, and is remembered for its client", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  await lab.pass(100);
  await lab.life.release(lab.leaseAt(address)!);
  const lease = lab.leaseAt(address)!;
  assert.deepEqual([lease.state, lease.expiresAt], ["released", startSeconds + 100]);
  assert.partialDeepStrictEqual(await lab.stored(address), {
    state: "released",
    expiresAt: startSeconds + 100,
  });
  assert.deepEqual(
    lab.told.map(({ kind }) => kind),
    ["granted", "released"],
  );
  assert.equal(await lab.join({ mac: "01" }), address);
  assert.deepEqual(await past(lab), [`${address} 0-100 released`]);
});

test("a lease without a name ends without the disk, and one with a name when the name is gone", async () => {
  for (const domain of [undefined, "lan.example"]) {
    const lab = new ServerLab({ section, ...(domain && { domain }) });
    const address = await lab.join({ mac: "01", hostName: "fern" });
    const before = lab.transactions;
    await lab.pass(hour - 1);
    assert.equal(lab.leaseAt(address)!.state, "bound");
    await lab.pass(1);
    assert.equal(lab.leaseAt(address)!.state, "expired");
    assert.equal(lab.told.at(-1)!.kind, "expired");
    assert.equal(lab.transactions - before > 0, domain !== undefined);
    assert.deepEqual(lab.registry.texts(), []);
    assert.deepEqual(
      [...lab.table.pools].map(({ used }) => used),
      [0],
    );
  }
});

test("a name that the disk keeps is given up when the disk takes that, and nobody gets the address before", async () => {
  const lab = new ServerLab({
    section: { ...section, subnets: [{ subnet: "192.0.2.0/24", interface: "eth1", pools: ["192.0.2.100"] }] },
    domain: "lan.example",
  });
  const address = await lab.join({ mac: "01", hostName: "fern" });
  lab.fill();
  await lab.pass(hour);
  await lab.pass(1);
  assert.equal(lab.leaseAt(address)!.state, "bound");
  assert.equal(await lab.ask({ type: "DISCOVER", mac: "02" }), undefined);
  lab.recover();
  await lab.pass(1);
  assert.equal(lab.leaseAt(address)!.state, "expired");
  assert.deepEqual(lab.registry.texts(), []);
  assert.equal(await lab.join({ mac: "02" }), address);
});

test("a declined address is nobody's until its quarantine is over, and then anybody's", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  await lab.pass(10);
  await lab.hear({ type: "DECLINE", mac: "01", requested: address, server: "192.0.2.1" });
  const lease = lab.leaseAt(address)!;
  assert.deepEqual([lease.state, lease.expiresAt - startSeconds], ["declined", 10 + 2 * hour]);
  assert.partialDeepStrictEqual(await lab.stored(address), { state: "declined" });
  assert.match(lab.lines.at(-1)!.sentence, /nobody gets it for 7200 s; homeport lease release ends that/);
  assert.notEqual(await lab.join({ mac: "01" }), address);
  await lab.pass(2 * hour);
  assert.equal(lab.leaseAt(address), undefined);
  assert.equal(await lab.stored(address), undefined);
  assert.deepEqual(await past(lab), [`${address} 0-10 declined`]);
  assert.deepEqual(
    [...lab.table.pools].map(({ declined }) => declined),
    [0],
  );
});

test("quarantine goes on over what the disk refuses, and ends the second after it takes it", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  await lab.hear({ type: "DECLINE", mac: "01", requested: address, server: "192.0.2.1" });
  lab.fill();
  await lab.pass(2 * hour);
  assert.equal(lab.leaseAt(address)?.state, "declined");
  lab.recover();
  await lab.pass(1);
  assert.equal(lab.leaseAt(address), undefined);
});

test("what the operator takes back is free at once, and in the history", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  await lab.pass(60);
  await lab.life.free(lab.leaseAt(address)!);
  assert.equal(lab.leaseAt(address), undefined);
  assert.equal(await lab.stored(address), undefined);
  assert.deepEqual(await past(lab), [`${address} 0-60 taken-back`]);
  assert.equal(lab.told.at(-1)!.kind, "released");
});

test("a renewal that is on its way to the disk when the lease ends is not undone by that", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  lab.wall.ms += (hour - 1) * 1_000;
  lab.monotonicMs += (hour - 1) * 1_000;
  const goOn = lab.holdBack();
  lab.exchanges.take(...lab.heard({ type: "REQUEST", mac: "01", ciaddr: address }));
  const releasing = lab.life.release(lab.leaseAt(address)!);
  lab.wall.ms += 2_000;
  lab.monotonicMs += 2_000;
  lab.life.endDue();
  goOn();
  await releasing;
  await lab.settle();
  const lease = lab.leaseAt(address)!;
  assert.deepEqual(
    [lease.state, lab.sent().map(({ type }) => type)],
    ["released", ["ACK"]],
    "what came second is done second",
  );
});

test("a release of a lease that has become another's while it waited does nothing", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  const old = lab.leaseAt(address)!;
  const at = parseIpv4(address);
  lab.turns.begin(at);
  const releasing = lab.life.release(old);
  const taken = { ...old, client: clientKey("02") };
  lab.table.put(taken);
  lab.turns.end(at);
  await releasing;
  assert.equal(lab.leaseAt(address), taken);
});

for (const [how, by] of [
  ["back an hour", -hour],
  ["ahead an hour", hour],
  ["ahead ten years", 315_360_000],
] as const)
  test(`a clock that is set ${how} moves the leases of this run along, and ends none early or late`, async () => {
    const lab = new ServerLab({ section });
    const [first, second] = [await lab.join({ mac: "01" }), await lab.join({ mac: "02" })];
    await lab.life.release(lab.leaseAt(second)!);
    await lab.pass(1_200);
    lab.wall.ms += by * 1_000;
    await lab.tick();
    const now = startSeconds + 1_200 + by;
    assert.equal(lab.clock.nowSeconds(), now);
    assert.equal(lab.leaseAt(first)!.expiresAt - now, hour - 1_200);
    assert.partialDeepStrictEqual(await lab.stored(first), {
      since: now - 1_200,
      expiresAt: now + hour - 1_200,
    });
    assert.match(lab.lines.at(-1)!.sentence, /^the clock was set by -?\d+ s: 2 leases move along/);
    const renewed = await lab.ask({ type: "REQUEST", mac: "01", ciaddr: first });
    assert.equal(renewed?.type, "ACK");
    await lab.pass(hour - 1);
    assert.equal(lab.leaseAt(first)!.state, "bound");
    await lab.pass(1);
    assert.equal(lab.leaseAt(first)!.state, "expired");
  });

const earlier: readonly (readonly [why: string, by: number, rest: Partial<Lease>, movesBy: number])[] = [
  ["ends later when the clock is set ahead", 600, {}, 600],
  ["does not end earlier when the clock is set back a little", -600, {}, 0],
  ["moves along when the clock is set back by more than it lasts", -10 * hour, {}, -10 * hour],
  ["stays when it was given by a clock ahead of ours", 600, { renewedAt: startSeconds + 9 }, 0],
  ["stays when it has ended", 600, { state: "expired", expiresAt: startSeconds - 5 }, 0],
];

for (const [why, by, rest, movesBy] of earlier)
  test(`a lease of an earlier run ${why}`, async () => {
    const lab = new ServerLab({ section });
    const times = { since: startSeconds - 900, renewedAt: startSeconds - 900, expiresAt: startSeconds + 900 };
    const lease = { ...leaseFor("01", "192.0.2.100", times), ...times, ...rest };
    lab.table.put(lease);
    lab.wall.ms += by * 1_000;
    await lab.tick();
    assert.equal(lab.leaseAt("192.0.2.100")!.expiresAt - lease.expiresAt, movesBy);
    const { since, renewedAt } = lab.leaseAt("192.0.2.100")!;
    assert.equal(since, Math.min(lease.since, renewedAt), "it began when it began");
  });

test("a lease that is being written while the clock is set moves along when that is done, also on the disk", async () => {
  for (const outcome of ["written", "refused"] as const) {
    const lab = new ServerLab({ section });
    const address = await lab.join({ mac: "01" });
    await lab.pass(hour / 2);
    const goOn = lab.holdBack();
    lab.exchanges.take(...lab.heard({ type: "REQUEST", mac: "01", ciaddr: address }));
    lab.wall.ms += 10 * hour * 1_000;
    const jump = lab.clock.follow()!;
    if (outcome === "refused") lab.fill();
    const following = lab.life.follow(jump).catch(() => {});
    lab.wall.ms += 1_000;
    lab.monotonicMs += 1_000;
    lab.life.endDue(); // by the clock of now its time is over
    goOn();
    await following;
    await lab.settle();
    const now = startSeconds + hour / 2 + 10 * hour;
    const left = outcome === "written" ? hour : hour / 2;
    assert.deepEqual([lab.leaseAt(address)!.state, lab.leaseAt(address)!.expiresAt - now], ["bound", left]);
    if (outcome === "written")
      assert.partialDeepStrictEqual(await lab.stored(address), { expiresAt: now + hour });
  }
});

test("moved leases that the disk does not take are written as soon as it does", async () => {
  const lab = new ServerLab({ section });
  const addresses = [await lab.join({ mac: "01" }), await lab.join({ mac: "02" })];
  const goOn = lab.holdBack();
  lab.exchanges.take(...lab.heard({ type: "REQUEST", mac: "03", requested: "192.0.2.109" }));
  lab.fill();
  lab.wall.ms += 10 * hour * 1_000;
  const following = lab.life.follow(lab.clock.follow()!);
  goOn();
  await assert.rejects(following, { code: "HP_STORE_FULL" });
  await lab.pass(1);
  for (const address of addresses)
    assert.partialDeepStrictEqual(await lab.stored(address), { expiresAt: startSeconds + hour });
  lab.recover();
  await lab.pass(1);
  for (const address of addresses)
    assert.partialDeepStrictEqual(await lab.stored(address), { expiresAt: startSeconds + 11 * hour });
});
