/** What every store must do, as tests: `storeCompliance("embedded", open)`. `open` gives an empty one. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Store, StoreChange, StoreOperation, StoreOutcome } from "#contracts/store.ts";
import { limits } from "./limits.ts";

export interface ComplianceOptions {
  /** Changes that are kept of each key together; the store may keep a few more. */
  readonly changesMax: number;
  readonly nowMs: () => number;
}

export type OpenForCompliance = (options: ComplianceOptions) => Promise<Store & AsyncDisposable>;

const put = (key: string, value: unknown = 1): StoreOperation => ({ do: "put", key, value });
const remove = (key: string): StoreOperation => ({ do: "delete", key });
const keysOf = (entries: readonly { readonly key: string }[]) => entries.map(({ key }) => key);

export function storeCompliance(name: string, open: OpenForCompliance): void {
  const openOne: OpenOne = (more = {}) => open({ changesMax: 100_000, nowMs: () => 1_000, ...more });
  suite(`${name} store: transactions`, () => transactionTests(openOne));
  suite(`${name} store: rules`, () => ruleTests(openOne));
  suite(`${name} store: reading`, () => readingTests(openOne));
  suite(`${name} store: watching`, () => watchTests(openOne));
}

type OpenOne = (more?: Partial<ComplianceOptions>) => Promise<Store & AsyncDisposable>;

function transactionTests(open: OpenOne): void {
  test("what was put is read back, with its revisions", async () => {
    await using store = await open();
    assert.equal(await store.revision(), 0);
    const value = { name: "fern", addresses: ["192.0.2.1"], nested: { none: null, n: 1.5 }, text: "ü\n" };
    assert.deepEqual(await store.transact([], [put("host/fern", value)]), { committed: true, revision: 1 });
    assert.deepEqual(await store.transact([], [put("host/other")]), { committed: true, revision: 2 });
    await store.transact([], [put("host/fern", { ...value, n: 2 })]);
    const entry = await store.get("host/fern");
    assert.deepEqual(entry, {
      key: "host/fern",
      value: { ...value, n: 2 },
      createRevision: 1,
      modifyRevision: 3,
    });
    assert.equal(await store.revision(), 3);
  });

  test("a key that was never put is undefined", async () => {
    await using store = await open();
    assert.equal(await store.get("host/none"), undefined);
  });

  test("all operations of a transaction have one revision", async () => {
    await using store = await open();
    await store.transact([], [put("a"), put("b"), put("c")]);
    const outcome = await store.transact([], [put("a", 2), remove("b"), put("d")]);
    assert.equal(outcome.revision, 2);
    const entries = await store.list("");
    assert.deepEqual(
      entries.map(({ key, createRevision, modifyRevision }) => [key, createRevision, modifyRevision]),
      [
        ["a", 1, 2],
        ["c", 1, 1],
        ["d", 2, 2],
      ],
    );
  });

  test("a compare that does not hold leaves everything as it was, and says which", async () => {
    await using store = await open();
    await store.transact([], [put("a", "old"), put("b", "old")]);
    const compares = [
      { key: "a", modifyRevision: 1 },
      { key: "b", modifyRevision: 7 },
    ];
    const outcome = await store.transact(compares, [put("a", "new"), put("c", "new")]);
    assert.deepEqual(outcome, { committed: false, revision: 1, conflict: "b" });
    assert.deepEqual(
      (await store.list("")).map(({ value }) => value),
      ["old", "old"],
    );
  });

  test("revision 0 in a compare says that the key must not exist", async () => {
    await using store = await open();
    const claim = () => store.transact([{ key: "a", modifyRevision: 0 }], [put("a")]);
    assert.equal((await claim()).committed, true);
    assert.equal((await claim()).committed, false);
    await store.transact([], [remove("a")]);
    assert.equal((await claim()).committed, true);
  });

  test("a key that is deleted and put again is a new one", async () => {
    await using store = await open();
    await store.transact([], [put("a")]);
    await store.transact([], [remove("a")]);
    await store.transact([], [put("a")]);
    assert.partialDeepStrictEqual(await store.get("a"), { createRevision: 3, modifyRevision: 3 });
  });

  test("a transaction that changes nothing has no revision of its own", async () => {
    await using store = await open();
    await store.transact([], [put("a")]);
    assert.deepEqual(await store.transact([], [remove("none")]), { committed: true, revision: 1 });
    assert.deepEqual(await store.transact([{ key: "a", modifyRevision: 1 }], []), {
      committed: true,
      revision: 1,
    });
    assert.equal(await store.revision(), 1);
  });

  test("of many that claim one key at once, one gets it", async () => {
    await using store = await open();
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        store.transact([{ key: "a", modifyRevision: 0 }], [put("a", index)]),
      ),
    );
    const winners = outcomes.flatMap(({ committed }, index) => (committed ? [index] : []));
    assert.equal(winners.length, 1);
    assert.equal((await store.get("a"))?.value, winners[0]);
  });

  test("counters that are read, compared and put by many at once lose no step", async () => {
    await using store = await open();
    const step = async (): Promise<StoreOutcome> => {
      const entry = await store.get("n");
      const compare = { key: "n", modifyRevision: entry?.modifyRevision ?? 0 };
      const outcome = await store.transact([compare], [put("n", Number(entry?.value ?? 0) + 1)]);
      return outcome.committed ? outcome : step();
    };
    await Promise.all(Array.from({ length: 20 }, () => step()));
    assert.equal((await store.get("n"))?.value, 20);
  });

  test("transactions of one caller are applied in the order of the calls", async () => {
    await using store = await open();
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, index) => store.transact([], [put("a", index)])),
    );
    assert.deepEqual(
      outcomes.map(({ revision }) => revision),
      outcomes.map((_, index) => index + 1),
    );
    assert.equal((await store.get("a"))?.value, 299);
  });
}

function ruleTests(open: OpenOne): void {
  const largest = "x".repeat(limits.transactionOctetsMax - 2);
  for (const [why, operations] of [
    ["an empty key", [put("")]],
    ["a key with a control character", [put("a\u0000b")]],
    ["a key that is too long", [put("k".repeat(limits.keyOctetsMax + 1))]],
    ["a key of half a character", [put("\ud800")]],
    ["a value that is not JSON", [put("a", () => 1)]],
    ["a value of undefined", [{ do: "put", key: "a", value: undefined }]],
    ["a key written twice", [put("a"), remove("a")]],
    ["too many operations", Array.from({ length: limits.operationsMax + 1 }, (_, index) => put(`k${index}`))],
    ["values that are too large", [put("a", largest), put("b", "")]],
  ] as const satisfies readonly (readonly [string, readonly StoreOperation[]])[]) {
    test(`${why} is refused, and nothing is changed`, async () => {
      await using store = await open();
      await assert.rejects(store.transact([], [put("good"), ...operations]), { code: "HP_STORE_INVALID" });
      assert.equal(await store.revision(), 0);
    });
  }

  test("the largest transaction is taken", async () => {
    await using store = await open();
    await store.transact([], [put("a", largest)]);
    assert.equal((await store.get("a"))?.value, largest);
    const many = Array.from({ length: limits.operationsMax }, (_, index) => put(`k${index}`));
    assert.equal((await store.transact([], many)).committed, true);
  });

  test("after the end every call is refused", async () => {
    const store = await open();
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    const code = { code: "HP_STORE_CLOSED" };
    await assert.rejects(store.get("a"), code);
    await assert.rejects(store.transact([], [put("a")]), code);
    await assert.rejects(store.watch("", 0)[Symbol.asyncIterator]().next(), code);
  });

  test("what was asked before the end is done", async () => {
    const store = await open();
    const outcomes = Array.from({ length: 50 }, (_, index) => store.transact([], [put(`k${index}`)]));
    await Promise.all([...outcomes, store[Symbol.asyncDispose]()]);
    assert.equal((await outcomes.at(-1))?.revision, 50);
  });
}

function readingTests(open: OpenOne): void {
  const keys = ["a", "a/", "a/1", "a/10", "a/2", "a/é", "a/\u{1f600}", "a/\uffee", "ab", "b"];
  const inOrder = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

  for (const [why, prefix, expected] of [
    ["nothing is a prefix of all", "", inOrder],
    ["a prefix takes what begins with it, itself too", "a/", inOrder.filter((key) => key.startsWith("a/"))],
    ["a prefix need not end with a slash", "a", inOrder.filter((key) => key.startsWith("a"))],
    ["a prefix of nothing lists nothing", "c", []],
    ["a percent sign and an underscore are not wildcards", "_", []],
  ] as const) {
    test(`${why}, in key order`, async () => {
      await using store = await open();
      await store.transact(
        [],
        keys.map((key) => put(key)),
      );
      assert.deepEqual(keysOf(await store.list(prefix)), expected);
    });
  }

  test("pages together are the whole list", async () => {
    await using store = await open();
    await store.transact(
      [],
      keys.map((key) => put(key)),
    );
    const found: string[] = [];
    for (;;) {
      const after = found.at(-1);
      const page = keysOf(await store.list("", { limit: 3, ...(after === undefined ? {} : { after }) }));
      assert.ok(page.length <= 3);
      if (page.length === 0) break;
      found.push(...page);
    }
    assert.deepEqual(found, inOrder);
  });

  for (const limit of [1, 3, 100]) {
    test(`a list backwards, in pages of ${limit}, is the list from its end`, async () => {
      await using store = await open();
      await store.transact(
        [],
        keys.map((key) => put(key)),
      );
      const found: string[] = [];
      for (;;) {
        const after = found.at(-1);
        const place = after === undefined ? {} : { after };
        const page = keysOf(await store.list("a/", { limit, backwards: true, ...place }));
        if (page.length === 0) break;
        found.push(...page);
      }
      assert.deepEqual(found, inOrder.filter((key) => key.startsWith("a/")).reverse());
    });
  }

  test("history tells the values of a key, newest first, with their time", async () => {
    let nowMs = 100;
    await using store = await open({ nowMs: () => nowMs });
    await store.transact([], [put("a", "one"), put("b", "other")]);
    nowMs = 200;
    await store.transact([], [put("a", "two")]);
    nowMs = 300;
    await store.transact([], [remove("a")]);
    assert.deepEqual(await store.history("a"), [
      { key: "a", revision: 3, atMs: 300, value: undefined },
      { key: "a", revision: 2, atMs: 200, value: "two" },
      { key: "a", revision: 1, atMs: 100, value: "one" },
    ]);
    assert.deepEqual(
      (await store.history("a", 1)).map(({ revision }) => revision),
      [3],
    );
    assert.deepEqual(await store.history("none"), []);
  });

  test("a caller may change what it is given", async () => {
    await using store = await open();
    const value = { list: [1] };
    await store.transact([], [put("a", value)]);
    value.list.push(2);
    const entry = await store.get("a");
    (entry!.value as typeof value).list.push(3);
    assert.deepEqual((await store.get("a"))?.value, { list: [1] });
  });
}

/** The next `count` changes of a watcher. */
async function take(changes: AsyncIterator<StoreChange>, count: number): Promise<StoreChange[]> {
  const taken: StoreChange[] = [];
  while (taken.length < count) {
    const next = await changes.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

function watchTests(open: OpenOne): void {
  const brief = ({ key, revision, value }: StoreChange) => [revision, key, value];

  test("a watcher gets the past and then what comes", async () => {
    await using store = await open();
    await store.transact([], [put("a", 1), put("b", 1)]);
    await store.transact([], [remove("a")]);
    const changes = store.watch("", 0)[Symbol.asyncIterator]();
    assert.deepEqual((await take(changes, 3)).map(brief), [
      [1, "a", 1],
      [1, "b", 1],
      [2, "a", undefined],
    ]);
    const coming = changes.next();
    await store.transact([], [put("c", 3)]);
    assert.deepEqual(brief((await coming).value), [3, "c", 3]);
  });

  test("a watcher gets what is after its revision, under its prefix", async () => {
    await using store = await open();
    for (const key of ["host/a", "zone/a", "host/b"]) await store.transact([], [put(key)]);
    const changes = store.watch("host/", 1)[Symbol.asyncIterator]();
    assert.deepEqual((await take(changes, 1)).map(brief), [[3, "host/b", 1]]);
  });

  test("nothing is lost and nothing comes twice while many write", async () => {
    await using store = await open();
    const count = 600;
    const early = take(store.watch("k/", 0)[Symbol.asyncIterator](), count * 2);
    const written: Promise<unknown>[] = [];
    let late: Promise<StoreChange[]> | undefined;
    for (let index = 0; index < count; index++) {
      written.push(store.transact([], [put(`k/a${index}`), put(`k/b${index}`), put(`other/${index}`)]));
      if (index % 50 === 0) await written.at(-1);
      if (index === 300) late = take(store.watch("k/", 0)[Symbol.asyncIterator](), count * 2);
    }
    await Promise.all(written);
    const expected = Array.from({ length: count }, (_, index) => [
      [index + 1, `k/a${index}`, 1],
      [index + 1, `k/b${index}`, 1],
    ]).flat();
    assert.deepEqual((await early).map(brief), expected);
    assert.deepEqual((await late!).map(brief), expected);
  });

  test("a slow watcher still gets everything, in order", async () => {
    await using store = await open();
    const changes = store.watch("", 0)[Symbol.asyncIterator]();
    await store.transact([], [put("k", 0)]);
    await take(changes, 1);
    const count = limits.watchPageChanges * 3;
    await Promise.all(Array.from({ length: count }, (_, index) => store.transact([], [put("k", index + 1)])));
    const values = (await take(changes, count)).map(({ value }) => value);
    assert.deepEqual(
      values,
      Array.from({ length: count }, (_, index) => index + 1),
    );
  });

  test("a signal ends a watcher, whether it waits or not", async () => {
    await using store = await open();
    const stop = new AbortController();
    const changes = store.watch("", 0, stop.signal)[Symbol.asyncIterator]();
    const coming = changes.next();
    await store.transact([], [put("a")]);
    await coming;
    const waiting = changes.next();
    stop.abort();
    assert.equal((await waiting).done, true);
    const again = store.watch("", 0, stop.signal)[Symbol.asyncIterator]();
    assert.equal((await again.next()).done, true);
  });

  test("the store's end ends a watcher that waits, with an error", async () => {
    const store = await open();
    await store.transact([], [put("a")]);
    const changes = store.watch("", 0)[Symbol.asyncIterator]();
    await take(changes, 1);
    const waiting = changes.next();
    await Promise.all([assert.rejects(waiting, { code: "HP_STORE_CLOSED" }), store[Symbol.asyncDispose]()]);
  });

  test("changes that are no longer kept are an error, not a gap; entries and later changes stay", async () => {
    await using store = await open({ changesMax: 20 });
    const slow = store.watch("", 0)[Symbol.asyncIterator]();
    await store.transact([], [put("first", 1)]);
    await take(slow, 1);
    for (let count = 0; count < 100; count++) await store.transact([], [put("k", count)]);
    await assert.rejects(store.watch("", 1)[Symbol.asyncIterator]().next(), { code: "HP_STORE_COMPACTED" });
    await assert.rejects(slow.next(), { code: "HP_STORE_COMPACTED" });
    assert.equal((await store.get("first"))?.value, 1);
    const newest = await store.revision();
    const kept = await take(store.watch("", newest - 10)[Symbol.asyncIterator](), 10);
    assert.deepEqual(
      kept.map(({ value }) => value),
      Array.from({ length: 10 }, (_, index) => 90 + index),
    );
    const history = await store.history("k");
    assert.ok(history.length >= 20 && history.length < 100, `${history.length} kept`);
  });
}
