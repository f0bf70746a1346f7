import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreError, type StoreOperation } from "#contracts/store.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneLines } from "../zones/image-diff.testing.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import {
  address,
  fileOf,
  imageOf,
  JournalRig,
  ofKey,
  origin,
  primary,
  secondary,
  setsSince,
  update,
} from "./journal.testing.ts";
import { ZoneUnchangeableError } from "./zone-writer.ts";

async function open(rig: JournalRig) {
  await rig.start();
  const zone = await rig.serve(primary, fileOf(1));
  return { keeper: rig.keeper, zone };
}

const isUnchangeable = (why: ZoneUnchangeableError["why"]) => (error: unknown) =>
  error instanceof ZoneUnchangeableError && error.why === why;

/** A record of so many octets. */
function large(label: string, octets: number): ZoneChange {
  return { ...address(label, 1), type: 65_280, rdata: new Uint8Array(octets).fill(7) } as ZoneChange;
}

test("changes of one turn share a transaction, in their order, each a step of its own", async () => {
  await using rig = new JournalRig();
  const { keeper, zone } = await open(rig);
  let pages = 0;
  rig.failing.onDone = (operations) => {
    pages += operations.filter(({ key }) => key.startsWith("dns/journal/")).length;
  };
  await Promise.all([1, 2, 3].map((last) => update(keeper, address("a", last))));
  assert.equal(pages, 1);
  const sets = await setsSince(keeper, 1);
  assert.deepEqual(
    sets!.map(({ from, to, added }) => [from, to, added.at(-1)!.rdata[3]]),
    [
      [1, 2, 1],
      [2, 3, 2],
      [3, 4, 3],
    ],
  );
  assert.equal(zone.image!.serial(), 4);
});

for (const code of ["HP_STORE_FULL", "HP_STORE_FAILED", "HP_STORE_UNCONFIRMED"] as const)
  test(`a store that says ${code} rejects all of a turn, and the zone is as it was; then it goes on`, async () => {
    await using rig = new JournalRig();
    const { keeper, zone } = await open(rig);
    await update(keeper, address("before", 1));
    for (let i = 0; i < 20; i++) await new Promise(setImmediate); // what housekeeping had to write
    const before = zoneLines(zone.image!);
    rig.failing.failures.push({ code, done: code === "HP_STORE_UNCONFIRMED" });
    const outcomes = await Promise.allSettled([
      update(keeper, address("a", 1)),
      update(keeper, address("b", 1)),
    ]);
    for (const outcome of outcomes) {
      assert.equal(outcome.status, "rejected");
      assert.ok(outcome.reason instanceof StoreError && outcome.reason.code === code);
    }
    assert.deepEqual(zoneLines(zone.image!), before);
    await update(keeper, address("c", 1));
    assert.equal(zone.image!.serial(), 3);
    await rig.start();
    const again = await rig.serve(primary, fileOf(1));
    assert.deepEqual(zoneLines(again.image!), zoneLines(zone.image!), "also after a restart");
  });

test("a decision that throws rejects one change only", async () => {
  await using rig = new JournalRig();
  const { keeper, zone } = await open(rig);
  const outcomes = await Promise.allSettled([
    update(keeper, address("a", 1)),
    keeper.change(origin, ofKey, () => {
      throw new RangeError("no");
    }),
    update(keeper, { do: "delete", owner: origin, type: RRType.SOA }),
    update(keeper, address("b", 1)),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "rejected", "fulfilled"],
  );
  assert.equal(zone.image!.serial(), 3);
});

test("large sets of one turn keep their records apart, also over a restart", async () => {
  await using rig = new JournalRig();
  const { keeper, zone } = await open(rig);
  rig.limit({ pageOctetsMax: 1000 });
  await Promise.all([
    update(keeper, large("a", 3000)),
    update(keeper, large("b", 2500)),
    update(keeper, address("c", 1)),
  ]);
  const sets = await setsSince(keeper, 1);
  assert.deepEqual(
    sets!.map(({ added }) => added.at(-1)!.rdata.length),
    [3000, 2500, 4],
  );
  await rig.start();
  const again = await rig.serve(primary, fileOf(1));
  assert.deepEqual(zoneLines(again.image!), zoneLines(zone.image!));
});

test("parts of a set whose page is not stored are taken back", async () => {
  await using rig = new JournalRig();
  const { keeper } = await open(rig);
  rig.limit({ pageOctetsMax: 1000 });
  await update(keeper, address("a", 1));
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  let parts = 0;
  rig.failing.onDone = ([operation]: readonly StoreOperation[]) => {
    if (operation?.key.startsWith("dns/journal-part/") && operation.do === "put" && ++parts === 2)
      rig.failing.failures.push({ code: "HP_STORE_FULL" });
  };
  await assert.rejects(update(keeper, large("b", 5000)), StoreError);
  assert.equal(parts, 2);
  assert.deepEqual(await rig.failing.inner.list("dns/journal-part/"), []);
});

test("what goes along is stored with the change, or not at all, and there is a bound to it", async () => {
  await using rig = new JournalRig();
  const { keeper } = await open(rig);
  const together = (count: number) =>
    keeper.changeTogether([origin], ofKey, () => ({
      changes: [[address("a", count)]],
      outcome: undefined,
      alongside: Array.from({ length: count }, (_, i) => ({
        do: "put" as const,
        key: `lease/${count}/${i}`,
        value: i,
      })),
    }));
  await together(16);
  assert.equal((await rig.failing.inner.list("lease/16/")).length, 16);
  await assert.rejects(together(17), isUnchangeable("invalid"));
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  rig.failing.failures.push({ code: "HP_STORE_FULL" });
  await assert.rejects(together(3), StoreError);
  assert.deepEqual(await rig.failing.inner.list("lease/3/"), []);
});

const dnskey = Uint8Array.of(1, 0, 3, 13, 1, 2, 3, 4);
const nsec3Param = Uint8Array.of(1, 0, 0, 0, 0);

test("what would make a signed zone of it is refused before it is stored, and the zone goes on", async () => {
  await using rig = new JournalRig();
  const { keeper, zone } = await open(rig);
  const add = (type: number, rdata: Uint8Array): ZoneChange => ({
    do: "add",
    owner: origin,
    type,
    ttl: 60,
    rdata,
  });
  await update(keeper, add(RRType.DNSKEY, dnskey));
  await assert.rejects(update(keeper, add(RRType.NSEC3PARAM, nsec3Param)), isUnchangeable("signed"));
  await update(keeper, address("a", 1));
  assert.equal(zone.image!.serial(), 3);
  assert.deepEqual(rig.log.lines, []);
});

test("an update that stands in the line when the zone is frozen is refused", async () => {
  await using rig = new JournalRig();
  const { keeper, zone } = await open(rig);
  const waits = update(keeper, address("a", 1));
  zone.frozen = true;
  await assert.rejects(waits, isUnchangeable("frozen"));
});

test("a file that comes beside updates is merged with them: neither is lost", async () => {
  await using rig = new JournalRig();
  const { keeper, zone } = await open(rig);
  const file = fileOf(5, "new A 192.0.2.9");
  await Promise.all([
    keeper.takeFile(zone, file, "example.db"),
    ...[1, 2, 3].map((last) => update(keeper, address("a", last))),
  ]);
  const names = new Set([...zone.image!.records()].map(({ owner }) => owner.slice(1, 4)));
  assert.ok(names.has("new"));
  assert.equal([...zone.image!.records()].filter(({ owner }) => owner.startsWith("\u0001a")).length, 3);
});

test("a copy fetched once more without a change keeps its history; another content with changes keeps it too", async () => {
  await using rig = new JournalRig();
  await rig.start();
  const zone = await rig.serve(secondary);
  const from = { kind: "transfer", name: "192.0.2.1" } as const;
  await rig.keeper.replace(origin, from, imageOf(1));
  await rig.keeper.replace(origin, from, imageOf(2, "a A 192.0.2.1"));
  await rig.keeper.replace(origin, from, imageOf(2, "a A 192.0.2.1"));
  assert.equal((await setsSince(rig.keeper, 1))?.length, 1);
  const sets = (await setsSince(rig.keeper, 1))!;
  await assert.rejects(rig.keeper.takeChangeSets(origin, from, sets), isUnchangeable("invalid"));
  const more = sets.map((set) => ({ ...set, from: 2, to: 1 }));
  await assert.rejects(
    rig.keeper.takeChangeSets(origin, from, more),
    isUnchangeable("invalid"),
    "it leads backwards",
  );
  await rig.start();
  assert.deepEqual(zoneLines((await rig.serve(secondary)).image!), zoneLines(zone.image!));
});

test("who waits until the line is idle does not wait for those that come later", async () => {
  await using rig = new JournalRig();
  const { keeper } = await open(rig);
  let idle = false;
  let more = 0;
  const load = (async () => {
    for (; !idle && more < 1000; more++) await update(keeper, address("a", more));
  })();
  await new Promise(setImmediate);
  await keeper.idle();
  idle = true;
  await load;
  assert.ok(more < 100);
});
