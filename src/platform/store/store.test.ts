import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { suite, type TestContext, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { z } from "zod";
import { ConfigError } from "#contracts/configuration.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "./memory-store.ts";
import { openStore, type StoreOptions, startThread } from "./store.ts";
import { storeCompliance } from "./store-compliance.ts";
import { typedKey } from "./typed-key.ts";

storeCompliance("memory", async (options) => openMemoryStore(options));

storeCompliance("embedded", async ({ changesMax, nowMs }) => {
  const folder = mkdtempSync(join(tmpdir(), "homeport-store-"));
  const history = [{ prefix: "", changesMax, ageMaxMs: 1_000_000 }];
  const store = await openStore({ folder, nowMs, log: collectLog().log, history });
  return Object.assign(store, {
    async [Symbol.asyncDispose]() {
      await Object.getPrototypeOf(store)[Symbol.asyncDispose].call(store);
      rmSync(folder, { recursive: true, force: true });
    },
  });
});

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-store-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

const open = (folder: string, more: Partial<StoreOptions> = {}) =>
  openStore({ folder, log: collectLog().log, nowMs: () => 1_000, ...more });

const put = (store: Store, key: string, value: unknown = 1) =>
  store.transact([], [{ do: "put", key, value }]);

async function rejectionOf(promise: Promise<unknown>): Promise<ConfigError> {
  const error = await promise.then(
    () => assert.fail("it was opened"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigError, String(error));
  return error;
}

suite("embedded store: the folder", () => {
  test("what was stored is there after closing and opening, watchers included", async (t) => {
    const folder = folderFor(t);
    {
      await using store = await open(folder);
      await put(store, "a", "kept");
      await store.transact(
        [],
        [
          { do: "delete", key: "a" },
          { do: "put", key: "b", value: "too" },
        ],
      );
    }
    await using store = await open(folder);
    assert.equal(await store.revision(), 2);
    assert.deepEqual(
      (await store.list("")).map(({ value }) => value),
      ["too"],
    );
    const seen: number[] = [];
    for await (const { revision } of store.watch("", 0)) if (seen.push(revision) === 3) break;
    assert.deepEqual(seen, [1, 2, 2]);
    assert.equal((await put(store, "c")).revision, 3);
  });

  test("only the owner may read it", async (t) => {
    const folder = folderFor(t);
    await using store = await open(folder);
    await put(store, "a");
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    assert.equal(modeOf(folder), "700");
    for (const file of ["store.db", "store.db-wal"]) assert.equal(modeOf(join(folder, file)), "600", file);
  });

  test("a second opener is told who has it, and the first goes on", async (t) => {
    const folder = folderFor(t);
    await using store = await open(folder);
    const error = await rejectionOf(open(folder));
    assert.equal(error.code, "HP_STORE_IN_USE");
    assert.match(error.message, /store\.db: is in use by this same process; stop that one, or .*--data/);
    writeFileSync(join(folder, "store.holder"), "4711\n");
    assert.match((await rejectionOf(open(folder))).message, /is in use by process 4711/);
    assert.equal((await put(store, "a")).committed, true);
  });

  test("a note of a process that died does not stop the next one", async (t) => {
    const folder = folderFor(t);
    await (await open(folder))[Symbol.asyncDispose]();
    assert.ok(!existsSync(join(folder, "store.holder")));
    writeFileSync(join(folder, "store.holder"), "4711\n");
    await using store = await open(folder);
    assert.equal((await put(store, "a")).committed, true);
    assert.equal(readFileSync(join(folder, "store.holder"), "utf8"), `${process.pid}\n`);
  });

  test("a folder that cannot be written is an error that says so", async (t) => {
    const folder = folderFor(t);
    await (await open(folder))[Symbol.asyncDispose]();
    chmodSync(join(folder, ".."), 0o755);
    chmodSync(folder, 0o555);
    chmodSync(join(folder, "store.db"), 0o444);
    const isRoot = process.geteuid?.() === 0; // for root, every folder is writable
    if (isRoot) process.seteuid?.(65_534);
    const error = await rejectionOf(open(folder)).finally(() => {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    });
    assert.equal(error.code, "HP_STORE_NOT_WRITABLE");
    assert.match(
      error.message,
      /store\.db: cannot be written: EACCES.*; make its folder writable for the user/,
    );
  });

  test("a folder whose place is taken by a file is an error that names it", async (t) => {
    const folder = folderFor(t);
    writeFileSync(folder, "");
    assert.match((await rejectionOf(open(folder))).message, /data\/store\.db: cannot be written/);
  });
});

suite("embedded store: a file that is not right", () => {
  const change = (folder: string, sql: string) => {
    const db = new DatabaseSync(join(folder, "store.db"));
    db.exec(sql);
    db.close();
  };
  for (const [why, spoil, code, message] of [
    [
      "of a newer version",
      (folder: string) => change(folder, "PRAGMA user_version = 9"),
      "HP_STORE_NEWER",
      /store\.db: was written by a newer Homeport \(schema 9, this one knows 1\); start the newer version/,
    ],
    [
      "of another program",
      (folder: string) => change(folder, "PRAGMA user_version = 0; PRAGMA application_id = 7"),
      "HP_STORE_FOREIGN",
      /store\.db: is the database of another program; give another folder/,
    ],
    [
      "that is no database",
      (folder: string) => writeFileSync(join(folder, "store.db"), "zone example.net ".repeat(1000)),
      "HP_STORE_DAMAGED",
      /store\.db: is damaged \(file is not a database\); put back a backup, or .*\.recover/,
    ],
    [
      "with pages overwritten",
      (folder: string) => {
        const file = join(folder, "store.db");
        const octets = readFileSync(file);
        writeFileSync(file, octets.fill(0xa5, 4096, octets.length));
      },
      "HP_STORE_DAMAGED",
      /store\.db: is damaged \(.+\); put back a backup/,
    ],
  ] as const) {
    test(`a file ${why} is an error that says what to do`, async (t) => {
      const folder = folderFor(t);
      {
        await using store = await open(folder);
        await put(store, "a");
      }
      spoil(folder);
      const error = await rejectionOf(open(folder));
      assert.equal(error.code, code);
      assert.match(error.message, message);
    });
  }
});

suite("embedded store: trouble while it runs", () => {
  test("a full store refuses what does not fit, keeps what it has, and goes on when there is space", async (t) => {
    const folder = folderFor(t);
    let nowMs = 0;
    const history = [{ prefix: "", changesMax: 1_000_000, ageMaxMs: 1_000 }];
    await using store = await open(folder, { octetsMax: 400_000, nowMs: () => nowMs, history });
    const text = "x".repeat(10_000);
    let stored = 0;
    await assert.rejects(
      async () => {
        for (;;) {
          await put(store, "k", `${stored}${text}`);
          stored++;
        }
      },
      { code: "HP_STORE_FULL", message: /no space left .*nothing was changed/ },
    );
    assert.ok(stored > 5);
    assert.equal(await store.revision(), stored);
    assert.equal((await store.get("k"))?.value, `${stored - 1}${text}`);
    nowMs = 2_000; // now the past is old enough to be forgotten, which the next refusal does
    await put(store, "k", text).catch(() => {});
    assert.equal((await put(store, "k", text)).committed, true);
  });

  test("of transactions that share a commit, only those that do not fit are refused", async (t) => {
    await using store = await open(folderFor(t), { octetsMax: 300_000 });
    const outcomes = await Promise.allSettled([
      put(store, "a"),
      put(store, "large", "x".repeat(500_000)),
      put(store, "b"),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(
      (await store.list("")).map(({ key }) => key),
      ["a", "b"],
    );
  });

  test("when its thread dies, waiting calls are refused, and a new thread has all that was stored", async (t) => {
    const workers: Worker[] = [];
    const { log, lines } = collectLog();
    const startAndKeep: StoreOptions["startThread"] = (options) => {
      const worker = startThread(options);
      workers.push(worker);
      return worker;
    };
    await using store = await open(folderFor(t), { log, startThread: startAndKeep });
    await put(store, "a", 1);
    const changes = store.watch("", 0)[Symbol.asyncIterator]();
    await changes.next();
    const coming = changes.next();
    const exited = workers[0]!.terminate();
    const unsure = assert.rejects(put(store, "b", 2), { code: "HP_STORE_UNCONFIRMED" });
    const failed = assert.rejects(store.get("a"), { code: "HP_STORE_FAILED" });
    await Promise.all([exited, unsure, failed]);
    assert.equal((await store.get("a"))?.value, 1);
    await put(store, "c", 3);
    assert.partialDeepStrictEqual(await coming, { done: false, value: { value: 3 } });
    assert.equal(workers.length, 2);
    assert.ok(lines.some(({ sentence }) => sentence.includes("started again")));
  });

  test("history is kept by the rule with the longest prefix", async (t) => {
    const history = [
      { prefix: "", changesMax: 1_000, ageMaxMs: 1_000_000 },
      { prefix: "lease/", changesMax: 10, ageMaxMs: 1_000_000 },
    ];
    await using store = await open(folderFor(t), { history });
    for (let count = 0; count < 50; count++) {
      await Promise.all([put(store, "lease/1", count), put(store, "zone/1", count)]);
    }
    assert.equal((await store.history("zone/1")).length, 50);
    const kept = (await store.history("lease/1")).length;
    assert.ok(kept >= 10 && kept < 15, `${kept} kept`);
    await assert.rejects(store.watch("lease/", 0)[Symbol.asyncIterator]().next(), {
      code: "HP_STORE_COMPACTED",
    });
    await assert.rejects(store.watch("", 0)[Symbol.asyncIterator]().next(), { code: "HP_STORE_COMPACTED" });
    assert.equal((await store.watch("zone/", 0)[Symbol.asyncIterator]().next()).done, false);
  });

  test("history older than its rule is forgotten, also that which was written before the start", async (t) => {
    const folder = folderFor(t);
    const history = [{ prefix: "", changesMax: 1_000, ageMaxMs: 5_000 }];
    {
      await using store = await open(folder, { history });
      for (let count = 0; count < 5; count++) await put(store, "a", count);
    }
    await using store = await open(folder, { history, nowMs: () => 60_000 });
    assert.deepEqual(await store.history("a"), []);
    assert.equal((await store.get("a"))?.value, 4);
  });
});

test("a typed key lets in and gives back what its schema knows", async () => {
  await using store = openMemoryStore();
  const hosts = typedKey("host/", z.strictObject({ address: z.ipv4() }));
  await store.transact([], [hosts.put("fern", { address: "192.0.2.1" })]);
  assert.partialDeepStrictEqual(await hosts.get(store, "fern"), {
    name: "fern",
    value: { address: "192.0.2.1" },
  });
  assert.deepEqual(
    (await hosts.list(store)).map(({ name }) => name),
    ["fern"],
  );
  assert.throws(() => hosts.put("fern", { address: "fern" }), z.ZodError);
  await store.transact([], [{ do: "put", key: hosts.key("odd"), value: { address: 7 } }]);
  await assert.rejects(hosts.get(store, "odd"), z.ZodError);
  await store.transact([], [hosts.delete("odd"), hosts.delete("fern")]);
  assert.equal(await hosts.get(store, "fern"), undefined);
});

suite("embedded store: keys without a history", () => {
  const history = [
    { prefix: "", changesMax: 1_000, ageMaxMs: 1_000_000 },
    { prefix: "journal", changesMax: 0, ageMaxMs: 0 },
    { prefix: "journal/told", changesMax: 10, ageMaxMs: 1_000_000 },
  ];
  const next = async (store: Store, prefix: string) =>
    (await store.watch(prefix, 0)[Symbol.asyncIterator]().next()).value?.key as string | undefined;

  test("their entries stay, their changes are written nowhere, and others' are", async (t) => {
    const folder = folderFor(t);
    {
      await using store = await open(folder, { history });
      for (const key of ["journal/a", "journal/told/b", "other"]) await put(store, key);
      const kept = await Promise.all(
        ["journal/a", "journal/told/b", "other"].map(async (key) => (await store.history(key)).length),
      );
      assert.deepEqual(kept, [0, 1, 1]);
      assert.equal((await store.get("journal/a"))?.modifyRevision, 1);
    }
    const db = new DatabaseSync(join(folder, "store.db"));
    assert.equal(db.prepare("SELECT count(*) AS count FROM change").get()?.["count"], 2);
    db.close();
    await using store = await open(folder, { history });
    assert.equal(await store.revision(), 3, "they count as revisions all the same");
  });

  test("what keeps its own past has none here, so that it pushes nothing else's out", async (t) => {
    const { log } = collectLog();
    await using store = await openStore({ folder: folderFor(t), nowMs: () => 1_000, log });
    for (const [key, want] of [
      ["dns/journal/example/1", 0],
      ["dns/registry/host.example", 0],
      ["dhcp/lease/1", 0],
      ["ddns/host-names/host.example", 0],
      ["dns/settings", 1],
    ] as const) {
      await put(store, key);
      assert.equal((await store.history(key)).length, want, key);
    }
  });

  test("who watches them is told that nobody can; a prefix above them goes without them", async (t) => {
    await using store = await open(folderFor(t), { history });
    await put(store, "journal/a");
    await put(store, "other");
    for (const prefix of ["journal", "journal/", "journal/a"])
      await assert.rejects(
        next(store, prefix),
        (error) =>
          error instanceof StoreError && error.code === "HP_STORE_INVALID" && /watch/.test(error.message),
      );
    assert.equal(await next(store, ""), "other");
  });
});
