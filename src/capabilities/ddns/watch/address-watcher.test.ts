import assert from "node:assert/strict";
import test from "node:test";
import type { AddressChange } from "#contracts/public-address.ts";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { limits } from "../limits.ts";
import { AddressHistory } from "./address-history.ts";
import { AddressWatcher } from "./address-watcher.ts";
import { type FakeWitness, fakeWitness } from "./witness.testing.ts";

const first = "198.51.100.1";
const second = "198.51.100.2";
const lie = "198.51.100.66";
const everyMs = 300_000;
const startMs = 1_800_000_000_000;

async function watch(
  witnesses: readonly FakeWitness[],
  store = openMemoryStore(),
  clock = new SteppedClock(startMs),
) {
  const { log, lines } = collectLog();
  const ports = { store, nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs(), log };
  const history = await AddressHistory.open(ports);
  const lost: object[] = [];
  const changes: AddressChange[] = [];
  const watcher = new AddressWatcher(
    { everyMs, agree: 2, witnesses: { ipv4: witnesses, ipv6: [] } },
    {
      history,
      clock,
      log,
      counters: { same: 0, changed: 0, couldNotTell: 0 },
      onLook: () => undefined,
      onLost: (one) => lost.push(one),
    },
  );
  watcher.subscribe((change) => changes.push(change));
  /** Lets time pass in steps of a second until nothing is under way any more. */
  const pass = async (ms: number) => {
    for (const end = clock.nowMs() + ms; clock.nowMs() < end; ) {
      clock.advance(1_000);
      watcher.tick();
      await settle(watcher, clock);
    }
  };
  return { watcher, history, clock, store, changes, lost, lines, pass };
}

async function settle(watcher: AddressWatcher, clock: SteppedClock): Promise<void> {
  for (let turns = 0; watcher.isBusy; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (turns > 10) clock.advance(1_000); // somebody hangs
  }
}

test("the address is found, kept, and told when it changes", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first), fakeWitness("c", first)];
  const { watcher, pass, changes, history } = await watch(witnesses);
  await pass(1_000);
  assert.equal(watcher.current("ipv4")?.address, first);
  for (const witness of witnesses) witness.says = second;
  await pass(everyMs);
  assert.deepEqual(
    changes.map(({ before, address }) => [before, address]),
    [
      [undefined, first],
      [first, second],
    ],
  );
  const past = await history.list({});
  assert.deepEqual(
    past.map(({ address, untilMs }) => [address, untilMs === undefined]),
    [
      [second, true],
      [first, false],
    ],
  );
  assert.deepEqual(past[1]!.untilMs, past[0]!.fromMs);
  assert.deepEqual(past[0]!.seenBy, ["a", "b", "c"]);
});

test("while nothing changes one witness is asked each time, services in turn", async () => {
  const services = ["a", "b", "c", "d"].map((title) => fakeWitness(title, first, { pauseMsMin: 600_000 }));
  const { pass } = await watch(services);
  await pass(1_000);
  for (const service of services) service.asked.length = 0;
  await pass(8 * everyMs);
  assert.deepEqual(
    services.map(({ asked }) => asked.length),
    [2, 2, 2, 2],
  );
});

test("a change at this machine is looked at at once", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first)];
  const { watcher, clock, pass, changes } = await watch(witnesses);
  await pass(1_000);
  for (const witness of witnesses) witness.says = second;
  watcher.lookSoon();
  await settle(watcher, clock);
  assert.equal(changes.length, 2);
});

test("it does not wait for a look that hangs", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first)];
  const { watcher, clock, pass, changes } = await watch(witnesses);
  await pass(1_000);
  witnesses[0]!.says = { kind: "hang" };
  clock.advance(everyMs);
  watcher.tick();
  await new Promise((resolve) => setImmediate(resolve));
  for (const witness of witnesses) witness.says = second;
  const beforeMs = clock.monotonicMs();
  watcher.lookSoon();
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(changes.length, 2);
  assert.equal(clock.monotonicMs(), beforeMs);
});

test("a look that is broken off has asked nobody whom it did not reach", async () => {
  const services = Array.from({ length: 6 }, (_, index) =>
    fakeWitness(`s${index}`, first, { pauseMsMin: 600_000 }),
  );
  const { watcher, clock, pass, changes } = await watch(services);
  await pass(11 * 60_000);
  for (const service of services) service.says = { kind: "hang" };
  clock.advance(everyMs);
  watcher.tick();
  await new Promise((resolve) => setImmediate(resolve));
  for (const service of services) service.says = second;
  watcher.lookSoon();
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(changes.length, 2);
});

test("where all were asked a moment ago, what they said counts until one may be asked again", async () => {
  const services = ["a", "b", "c"].map((title) => fakeWitness(title, first, { pauseMsMin: 600_000 }));
  const { watcher, pass } = await watch(services);
  await pass(1_000);
  await pass(600_000);
  const { atMs } = await watcher.look("ipv4", true);
  assert.deepEqual(await watcher.look("ipv4", true), watcher.lastLook("ipv4"));
  for (let minutes = 0; minutes < 30; minutes++) {
    await pass(60_000);
    assert.equal(watcher.lastLook("ipv4")?.outcome, "same", `after ${minutes} minutes`);
  }
  assert.ok(watcher.lastLook("ipv4")!.atMs > atMs);
});

test("what cannot be told is looked at again after 30 s, then more seldom, and changes nothing", async () => {
  const blind = fakeWitness("a", { kind: "unknown", why: "says nothing" });
  const { watcher, pass, changes } = await watch([blind]);
  await pass(1_000);
  assert.equal(blind.asked.length, 1);
  await pass(30_000);
  assert.equal(blind.asked.length, 2);
  await pass(60_000);
  assert.equal(blind.asked.length, 3);
  await pass(3_600_000);
  assert.ok(blind.asked.length < 18, `${blind.asked.length} looks in an hour`);
  assert.equal(changes.length, 0);
  assert.equal(watcher.lastLook("ipv4")?.sentence, "a says nothing");
});

test("who was outvoted is not asked for a day, and one line of the log says so", async () => {
  const liar = fakeWitness("liar", lie);
  const { pass, changes, lines } = await watch([fakeWitness("a", first), liar, fakeWitness("b", first)]);
  await pass(20 * everyMs);
  assert.deepEqual(
    changes.map(({ address }) => address),
    [first],
  );
  assert.equal(liar.asked.length, 1);
  const told = lines.filter(({ sentence }) => sentence.startsWith("liar says another ipv4 address"));
  assert.equal(told.length, 1);
  await pass(limits.unwillingMs);
  assert.ok(liar.asked.length <= 2);
});

test("an address that is not seen for an hour is told to be lost, once, and stays what it is", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first)];
  const { watcher, pass, lost } = await watch(witnesses);
  await pass(1_000);
  for (const witness of witnesses) witness.says = { kind: "unknown", why: "did not answer" };
  await pass(6 * 3_600_000);
  assert.equal(lost.length, 1);
  assert.equal(watcher.current("ipv4")?.address, first);
  for (const witness of witnesses) witness.says = first;
  await pass(3_600_000);
  for (const witness of witnesses) witness.says = { kind: "unknown", why: "did not answer" };
  await pass(6 * 3_600_000);
  assert.equal(lost.length, 2);
});

test("an address is not told to be lost because the program was off, or the clock jumped", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first)];
  const { store, clock, pass } = await watch(witnesses);
  await pass(1_000);
  clock.advance(2 * 86_400_000);
  for (const witness of witnesses) witness.says = { kind: "unknown", why: "did not answer" };
  const again = await watch(witnesses, store, clock);
  await again.pass(60_000);
  assert.equal(again.lost.length, 0);
  await again.pass(3_600_000 + everyMs);
  assert.equal(again.lost.length, 1);
});

test("a restart knows the address, and is sure of it when it has been seen", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first)];
  const { store, clock, pass } = await watch(witnesses);
  await pass(1_000);
  const again = await watch(witnesses, store, clock);
  assert.equal(again.watcher.current("ipv4")?.address, first);
  assert.equal(again.watcher.isSure("ipv4"), false);
  await again.pass(1_000);
  assert.equal(again.watcher.isSure("ipv4"), true);
  assert.equal(again.changes.length, 0);
});

test("a disk that refuses keeps a change from counting until it takes it", async () => {
  const witnesses = [fakeWitness("a", first), fakeWitness("b", first)];
  const { StoreError } = await import("#contracts/store.ts");
  const store = openMemoryStore();
  let isFull = true;
  const refusing = {
    ...bound(store),
    transact: async (...call: Parameters<typeof store.transact>) => {
      if (isFull) throw new StoreError("HP_STORE_FULL", "no space is left");
      return store.transact(...call);
    },
  };
  const { watcher, pass, changes } = await watch(witnesses, refusing as typeof store);
  await pass(1_000);
  assert.equal(changes.length, 0);
  assert.match(watcher.lastLook("ipv4")!.sentence!, /cannot be written/);
  isFull = false;
  await pass(60_000);
  assert.deepEqual(
    changes.map(({ address }) => address),
    [first],
  );
});

function bound(store: ReturnType<typeof openMemoryStore>) {
  return {
    get: store.get.bind(store),
    list: store.list.bind(store),
    transact: store.transact.bind(store),
    watch: store.watch.bind(store),
    history: store.history.bind(store),
    revision: store.revision.bind(store),
  };
}
