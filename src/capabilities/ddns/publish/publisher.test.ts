import assert from "node:assert/strict";
import test from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { limits } from "../limits.ts";
import type { ProviderDefinition, PublishResult, WantedRecord } from "../providers/provider.ts";
import type { Account } from "./accounts.ts";
import { Publisher } from "./publisher.ts";
import { RecordBook } from "./record-book.ts";
import type { PlannedRecord } from "./record-plan.ts";
import { RequestBudget } from "./request-budget.ts";
import type { RecordTurn } from "./take-results.ts";

const startMs = 1_800_000_000_000;
const minute = 60_000;
const day = 86_400_000;

function planned(name: string, provider = "dyn", type: "A" | "AAAA" = "A"): PlannedRecord {
  const id = `${name}/${type}/${provider}`;
  return {
    id,
    name,
    type,
    provider,
    ttl: undefined,
    proxied: undefined,
    zone: undefined,
    interfaceId: undefined,
  };
}

interface FakeAccount {
  readonly account: Account;
  readonly calls: (readonly WantedRecord[])[];
  answer: (record: WantedRecord) => PublishResult;
}

function fakeAccount(
  clock: SteppedClock,
  name = "dyn",
  facts: Partial<ProviderDefinition> = {},
  settingsMark = "a",
): FakeAccount {
  const calls: (readonly WantedRecord[])[] = [];
  const fake: FakeAccount = {
    calls,
    answer: () => ({ outcome: "changed" }),
    account: {
      name,
      definition: {
        title: "Dyn",
        recordsPerCallMax: 20,
        pauseSecondsMin: 0,
        refreshDays: undefined,
        ...facts,
      } as ProviderDefinition,
      settingsMark,
      placeMark: "p",
      budget: new RequestBudget(facts.requestsPerHourMax ?? 100, () => clock.monotonicMs()),
      http: () => Promise.reject(new Error("is not asked")),
      provider: {
        async publish(records) {
          calls.push(records);
          return records.map((record) => fake.answer(record));
        },
      },
    },
  };
  return fake;
}

async function publish(
  records: readonly PlannedRecord[],
  make: (clock: SteppedClock) => readonly FakeAccount[],
  store = openMemoryStore(),
  clock = new SteppedClock(startMs),
) {
  const { log } = collectLog();
  const accounts = make(clock);
  const book = await RecordBook.open(store, log);
  const turns: RecordTurn[] = [];
  const site: { ipv4: string | undefined } = { ipv4: "198.51.100.1" };
  const plan = { records, accounts: new Map(accounts.map(({ account }) => [account.name, account])) };
  const publisher = new Publisher(plan, {
    book,
    clock,
    log,
    counters: { changed: 0, same: 0, refused: 0, failed: 0, unconfirmed: 0 },
    random: () => 0,
    wantedFor: ({ type }) => (type === "A" ? site.ipv4 : "2001:db8::1"),
    onTaken: () => undefined,
    onTurn: (turn) => turns.push(turn),
  });
  const pass = async (ms: number, stepMs = 1_000) => {
    for (const end = clock.nowMs() + ms; clock.nowMs() < end; ) {
      publisher.tick();
      await publisher.settled();
      clock.advance(stepMs);
    }
    publisher.tick();
    await publisher.settled();
  };
  return { publisher, plan, accounts, book, clock, store, site, turns, pass };
}

const sentNames = ({ calls }: FakeAccount) => calls.flatMap((records) => records.map(({ name }) => name));

test("one change is 20 updates of 120 records, in one call, and then nothing for a month", async () => {
  const followers = Array.from({ length: 20 }, (_, index) => planned(`n${index}.example.net`));
  const others = Array.from({ length: 100 }, (_, index) => planned(`o${index}.example.net`, "dyn", "AAAA"));
  const { site, accounts, pass, publisher } = await publish([...followers, ...others], (clock) => [
    fakeAccount(clock),
  ]);
  const [dyn] = accounts as [FakeAccount];
  await pass(minute);
  assert.equal(sentNames(dyn).length, 120);
  dyn.calls.length = 0;
  site.ipv4 = "198.51.100.2";
  publisher.wake();
  await publisher.settled();
  assert.deepEqual(
    sentNames(dyn),
    followers.map(({ name }) => name),
  );
  assert.equal(dyn.calls.length, 1);
  await pass(30 * day, 300_000);
  assert.equal(dyn.calls.length, 1);
});

test("a month without a change asks a provider for its refresh alone", async () => {
  const { accounts, pass } = await publish([planned("home.example.net")], (clock) => [
    fakeAccount(clock, "dyn", { refreshDays: 25 }),
  ]);
  await pass(30 * day, 300_000);
  assert.equal(accounts[0]!.calls.length, 2);
});

test("an account that is refused is not asked for its other records, nor ever again until it changes", async () => {
  const records = Array.from({ length: 50 }, (_, index) => planned(`n${index}.example.net`));
  const refuse: PublishResult = { outcome: "refused", scope: "account", code: "badauth", sentence: "wrong" };
  const { accounts, pass, publisher, plan, clock, turns } = await publish(records, (at) => [fakeAccount(at)]);
  accounts[0]!.answer = () => refuse;
  await pass(10 * day, 300_000);
  assert.ok(accounts[0]!.calls.length <= limits.callsPerAccountMax);
  assert.equal(
    turns.every(({ kind }) => kind === "stopped"),
    true,
  );
  const mended = fakeAccount(clock, "dyn", {}, "b");
  publisher.use({ ...plan, accounts: new Map([["dyn", mended.account]]) });
  await pass(minute);
  assert.equal(sentNames(mended).length, 50);
});

test("one name that is refused does not stop the others, and a person can let it go on", async () => {
  const records = [planned("a.example.net"), planned("b.example.net")];
  const { accounts, pass, publisher, site } = await publish(records, (clock) => [fakeAccount(clock)]);
  const [dyn] = accounts as [FakeAccount];
  dyn.answer = ({ name }) =>
    name.startsWith("a")
      ? { outcome: "refused", scope: "record", code: "nohost", sentence: "no such name" }
      : { outcome: "changed" };
  await pass(2 * day, 300_000);
  assert.deepEqual(sentNames(dyn), ["a.example.net", "b.example.net"]);
  site.ipv4 = "198.51.100.2";
  publisher.wake();
  await publisher.settled();
  assert.deepEqual(sentNames(dyn).slice(2), ["b.example.net"]);
  dyn.answer = () => ({ outcome: "changed" });
  await publisher.force([records[0]!]);
  assert.deepEqual(sentNames(dyn).slice(3), ["a.example.net"]);
  assert.equal(publisher.stepOf(records[0]!)?.do, "nothing");
});

test("a provider that fails is tried again after 5, 10, 20 minutes, and told of once", async () => {
  const { accounts, pass, turns } = await publish([planned("a.example.net")], (clock) => [
    fakeAccount(clock),
  ]);
  const [dyn] = accounts as [FakeAccount];
  dyn.answer = () => ({ outcome: "failed", code: "http-503", sentence: "is in trouble" });
  await pass(36 * minute);
  assert.equal(dyn.calls.length, 4);
  dyn.answer = () => ({ outcome: "changed" });
  await pass(60 * minute);
  assert.deepEqual(
    turns.map(({ kind }) => kind),
    ["failed", "recovered"],
  );
});

test("one failure that has gone with the next try is not told", async () => {
  const { accounts, pass, turns } = await publish([planned("a.example.net")], (clock) => [
    fakeAccount(clock),
  ]);
  const [dyn] = accounts as [FakeAccount];
  dyn.answer = () => ({ outcome: "failed", code: "http-503", sentence: "is in trouble" });
  await pass(minute);
  dyn.answer = () => ({ outcome: "changed" });
  await pass(10 * minute);
  assert.deepEqual(
    turns.map(({ kind }) => kind),
    ["changed"],
  );
});

test("a provider with a fault of ours leaves its records unconfirmed, and the others go on", async () => {
  const records = [planned("a.example.net"), planned("b.example.net", "other")];
  const { accounts, pass, book } = await publish(records, (clock) => [
    fakeAccount(clock),
    fakeAccount(clock, "other"),
  ]);
  accounts[0]!.answer = () => {
    throw new Error("not meant to happen");
  };
  await pass(minute);
  assert.equal(book.record(records[0]!.id).isUnconfirmed, true);
  assert.equal(book.record(records[1]!.id).current, "198.51.100.1");
});

test("a restart sends nothing that is as wanted, and remembers what was refused", async () => {
  const records = [planned("a.example.net"), planned("b.example.net")];
  const { accounts, pass, store, clock } = await publish(records, (at) => [fakeAccount(at)]);
  accounts[0]!.answer = ({ name }) =>
    name.startsWith("a")
      ? { outcome: "changed" }
      : { outcome: "refused", scope: "record", code: "nohost", sentence: "no such name" };
  await pass(minute);
  const again = await publish(records, (at) => [fakeAccount(at)], store, clock);
  await again.pass(day, 300_000);
  assert.equal(again.accounts[0]!.calls.length, 0);
});

test("a record that the site file no longer has is forgotten, not removed at the provider", async () => {
  const records = [planned("a.example.net"), planned("b.example.net")];
  const { accounts, pass, publisher, plan, store } = await publish(records, (at) => [fakeAccount(at)]);
  await pass(minute);
  publisher.use({ ...plan, records: [records[0]!] });
  await publisher.settled();
  assert.deepEqual(
    (await store.list("ddns/records/")).map(({ key }) => key),
    [`ddns/records/${records[0]!.id}`],
  );
  assert.equal(accounts[0]!.calls.length, 1);
});

test("values of another version are published once more, and nothing stops", async () => {
  const store = openMemoryStore();
  const record = planned("a.example.net");
  await store.transact(
    [],
    [{ do: "put", key: `ddns/records/${record.id}`, value: { version: 9, current: "x" } }],
  );
  const { accounts, pass } = await publish([record], (at) => [fakeAccount(at)], store);
  await pass(minute);
  assert.equal(accounts[0]!.calls.length, 1);
});

test("where a type that is not sent is lost, both are handed over though one alone changed", async () => {
  for (const [facts, want] of [
    [{ sendsTypesTogether: true }, ["A", "AAAA"]],
    [{}, ["A"]],
  ] as const) {
    const records = [
      planned("a.example.net"),
      planned("a.example.net", "dyn", "AAAA"),
      planned("b.example.net", "dyn", "AAAA"),
    ];
    const { site, accounts, pass, publisher } = await publish(records, (clock) => [
      fakeAccount(clock, "dyn", facts),
    ]);
    const [dyn] = accounts as [FakeAccount];
    await pass(minute);
    dyn.calls.length = 0;
    site.ipv4 = "198.51.100.2";
    publisher.wake();
    await publisher.settled();
    assert.deepEqual(
      dyn.calls.flat().map(({ name, type }) => [name, type]),
      want.map((type) => ["a.example.net", type]),
    );
  }
});

test("a type of a name waits while another one of it is on its way", async () => {
  const records = [planned("a.example.net"), planned("a.example.net", "dyn", "AAAA")];
  const { site, accounts, publisher, clock } = await publish(records, (at) => [fakeAccount(at)]);
  const [dyn] = accounts as [FakeAccount];
  const { promise, resolve } = Promise.withResolvers<void>();
  const instant = dyn.account.provider.publish.bind(dyn.account.provider);
  dyn.account.provider.publish = async (...call) => {
    const results = await instant(...call);
    await promise;
    return results;
  };
  site.ipv4 = undefined;
  publisher.tick();
  assert.deepEqual(
    dyn.calls.map((call) => call.map(({ type }) => type)),
    [["AAAA"]],
  );
  site.ipv4 = "198.51.100.1";
  publisher.wake();
  clock.advance(1_000);
  publisher.wake();
  assert.equal(dyn.calls.length, 1);
  resolve();
  await publisher.settled();
  assert.deepEqual(
    dyn.calls.map((call) => call.map(({ type }) => type)),
    [["AAAA"], ["A"]],
  );
});

test("what waits for its turn when the plan changes is sent by the new account, or not at all", async () => {
  const records = Array.from({ length: 12 }, (_, index) => planned(`n${index}.example.net`));
  const { accounts, publisher, clock } = await publish(records, (at) => [
    fakeAccount(at, "dyn", { recordsPerCallMax: 1 }),
  ]);
  const [dyn] = accounts as [FakeAccount];
  const gate = holdUp(dyn);
  publisher.tick();
  assert.equal(dyn.calls.length, limits.callsPerAccountMax);
  const mended = fakeAccount(clock, "dyn", { recordsPerCallMax: 1 }, "b");
  publisher.use({ records: records.slice(0, 10), accounts: new Map([["dyn", mended.account]]) });
  gate.resolve();
  await publisher.settled();
  assert.equal(dyn.calls.length, limits.callsPerAccountMax);
  assert.equal(sentNames(mended).length, 6);
});

test("what an account of before is told late neither stops nor delays the new one", async () => {
  for (const late of [
    { outcome: "refused", scope: "account", code: "badauth", sentence: "wrong" },
    { outcome: "refused", scope: "record", code: "nohost", sentence: "wrong" },
    { outcome: "failed", code: "http-503", sentence: "is in trouble", retryAfterMs: day },
  ] as const) {
    const record = planned("a.example.net");
    const { accounts, publisher, clock, pass, book } = await publish([record], (at) => [fakeAccount(at)]);
    const [dyn] = accounts as [FakeAccount];
    dyn.answer = () => late;
    const gate = holdUp(dyn);
    publisher.tick();
    const mended = fakeAccount(clock, "dyn", {}, "b");
    mended.answer = () => ({ outcome: "refused", scope: "account", code: "badauth", sentence: "wrong" });
    publisher.use({ records: [record], accounts: new Map([["dyn", mended.account]]) });
    gate.resolve();
    await pass(minute);
    assert.equal(mended.calls.length, 1, late.code);
    assert.equal(book.account("dyn")?.stoppedWith, "b");
  }
});

test("what becomes of a record that was taken out meanwhile is neither kept nor told", async () => {
  const { accounts, publisher, plan, turns, store } = await publish([planned("a.example.net")], (at) => [
    fakeAccount(at),
  ]);
  const gate = holdUp(accounts[0]!);
  publisher.tick();
  publisher.use({ ...plan, records: [] });
  gate.resolve();
  await publisher.settled();
  assert.deepEqual(await store.list("ddns/records/"), []);
  assert.deepEqual(turns, []);
});

test("what waited for its turn is sent as it is to be then", async () => {
  const records = Array.from({ length: 6 }, (_, index) => planned(`n${index}.example.net`));
  const { accounts, publisher, site } = await publish(records, (at) => [
    fakeAccount(at, "dyn", { recordsPerCallMax: 1 }),
  ]);
  const [dyn] = accounts as [FakeAccount];
  const gate = holdUp(dyn);
  publisher.tick();
  site.ipv4 = "198.51.100.2";
  gate.resolve();
  await publisher.settled();
  assert.equal(dyn.calls.length, 6 + limits.callsPerAccountMax);
  assert.ok(dyn.calls.slice(4).every(([record]) => record!.address === "198.51.100.2"));
});

test("a provider that never comes back holds nothing up", async () => {
  const { accounts, publisher, clock, book } = await publish([planned("a.example.net")], (at) => [
    fakeAccount(at),
  ]);
  holdUp(accounts[0]!);
  publisher.tick();
  for (let second = 0; second < 120; second++) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(book.record("a.example.net/A/dyn").isUnconfirmed, true);
});

test("a recovery is told of what was told to have stopped or failed, a release in between or not", async () => {
  for (const answer of [
    { outcome: "refused", scope: "record", code: "nohost", sentence: "no" },
    { outcome: "failed", code: "http-503", sentence: "no" },
  ] as const) {
    const records = [planned("a.example.net")];
    const { accounts, publisher, pass, turns } = await publish(records, (at) => [fakeAccount(at)]);
    accounts[0]!.answer = () => answer;
    await pass(30 * minute);
    await publisher.force(records);
    await pass(minute);
    accounts[0]!.answer = () => ({ outcome: "changed" });
    await publisher.force(records);
    assert.deepEqual(
      turns.map(({ kind }) => kind),
      [answer.outcome === "refused" ? "stopped" : "failed", "recovered"],
    );
  }
});

test("all records that a refused account keeps from being sent are told of, and their recovery", async () => {
  const records = Array.from({ length: 30 }, (_, index) => planned(`n${index}.example.net`));
  const { accounts, publisher, clock, pass, turns, plan } = await publish(records, (at) => [
    fakeAccount(at, "dyn", { recordsPerCallMax: 1 }),
  ]);
  accounts[0]!.answer = () => ({ outcome: "refused", scope: "account", code: "badauth", sentence: "wrong" });
  await pass(minute);
  const told = turns.filter(({ kind }) => kind === "stopped").map(({ record }) => record.name);
  assert.deepEqual(new Set(told).size, 30);
  assert.equal(told.length, 30);
  const mended = fakeAccount(clock, "dyn", {}, "b");
  publisher.use({ ...plan, accounts: new Map([["dyn", mended.account]]) });
  await pass(minute);
  assert.equal(turns.filter(({ kind }) => kind === "recovered").length, 30);
});

test("an account that has asked as often as it may rests, and no record counts that as its failure", async () => {
  const records = Array.from({ length: 100 }, (_, index) => planned(`n${index}.example.net`));
  const { accounts, pass, turns, book } = await publish(records, (clock) => [
    fakeAccount(clock, "dyn", { recordsPerCallMax: 1, requestsPerHourMax: 60 }),
  ]);
  const [dyn] = accounts as [FakeAccount];
  let requests = 0;
  const ask = () => {
    const retryAfterMs = dyn.account.budget.take();
    if (retryAfterMs > 0) return { outcome: "failed", code: "budget", sentence: "…", retryAfterMs } as const;
    requests++;
    return undefined;
  };
  dyn.answer = () => ask() ?? ask() ?? { outcome: "changed" }; // it reads, and it writes
  await pass(minute);
  assert.ok(dyn.calls.length <= 30 + limits.callsPerAccountMax, `${dyn.calls.length} calls`);
  assert.ok(records.every(({ id }) => book.record(id).failures === 0));
  await pass(5 * 60 * minute, 10_000);
  assert.ok(records.every(({ id }) => book.record(id).current !== undefined));
  assert.ok(requests <= 220, `${requests} requests`);
  assert.ok(turns.every(({ kind }) => kind === "changed"));
});

test("an update of one type hands over both where the other would be lost", async () => {
  const records = [planned("a.example.net"), planned("a.example.net", "dyn", "AAAA")];
  const { accounts, pass, publisher } = await publish(records, (at) => [
    fakeAccount(at, "dyn", { sendsTypesTogether: true }),
  ]);
  await pass(minute);
  await publisher.force([records[0]!]);
  assert.deepEqual(
    accounts[0]!.calls.at(-1)?.map(({ type }) => type),
    ["A", "AAAA"],
  );
});

/** Calls of an account wait for the gate. */
function holdUp({ account: { provider } }: FakeAccount): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  const instant = provider.publish.bind(provider);
  provider.publish = async (...call) => {
    const results = await instant(...call);
    await gate.promise;
    return results;
  };
  return gate;
}
