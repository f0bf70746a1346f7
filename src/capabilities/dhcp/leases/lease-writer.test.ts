import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Store, StoreError, type StoreOperation } from "#contracts/store.ts";
import { newDhcpCounters } from "../counters.ts";
import { limits } from "../limits.ts";
import { LeaseWriter } from "./lease-writer.ts";

/** A disk that says when it is ready. */
class SlowDisk {
  readonly sizes: number[] = [];
  readonly waiting: PromiseWithResolvers<void>[] = [];
  readonly counters = newDhcpCounters();
  readonly writer: LeaseWriter;
  readonly done: (string | undefined)[] = [];

  constructor() {
    const transact = async (_: unknown, operations: readonly StoreOperation[]) => {
      this.sizes.push(operations.length);
      const one = Promise.withResolvers<void>();
      this.waiting.push(one);
      await one.promise;
    };
    this.writer = new LeaseWriter({ transact } as unknown as Store, this.counters);
  }

  write(count: number, operationsEach: number): void {
    const operations = Array.from({ length: operationsEach }, () => ({ do: "delete", key: "k" }) as const);
    for (let at = 0; at < count; at++)
      this.writer.write(operations, (error) => void this.done.push(error?.code));
  }
}

test("those that come together are written together, and told when they are durable", async () => {
  const disk = new SlowDisk();
  disk.write(3, 2);
  await setImmediate();
  assert.deepEqual(disk.sizes, [6]);
  assert.deepEqual(disk.done, []);
  disk.waiting[0]!.resolve();
  await setImmediate();
  assert.deepEqual(disk.done, [undefined, undefined, undefined]);
  assert.equal(disk.writer.waiting, 0);
  assert.equal(disk.counters.commits.done, 1);
});

test("no transaction has more operations than the store takes, nor are there more than a few at once", async () => {
  for (const each of [1, 2, 3, 7]) {
    const disk = new SlowDisk();
    disk.write(6_000, each);
    await setImmediate();
    while (disk.waiting.length > 0) {
      assert.ok(disk.waiting.length <= limits.transactionsUnderWayMax);
      disk.waiting.shift()!.resolve();
      await setImmediate();
    }
    assert.ok(
      disk.sizes.every((size) => size <= limits.operationsPerTransaction),
      String(disk.sizes),
    );
    assert.equal(disk.done.length, 6_000);
    assert.equal(
      disk.sizes.reduce((sum, size) => sum + size, 0),
      6_000 * each,
    );
  }
});

test("why the disk refuses is said until it takes something again", async () => {
  const disk = new SlowDisk();
  disk.write(1, 1);
  await setImmediate();
  disk.waiting[0]!.reject(new StoreError("HP_STORE_FULL", "full"));
  await setImmediate();
  assert.deepEqual(disk.done, ["HP_STORE_FULL"]);
  assert.equal(disk.writer.failure?.message, "full");
  disk.write(1, 1);
  await setImmediate();
  disk.waiting[1]!.resolve();
  await setImmediate();
  assert.equal(disk.writer.failure, undefined);
  assert.deepEqual(disk.counters.commits, { done: 1, failed: 1 });
});

test("what others wrote, with names, counts as well", () => {
  const { writer } = new SlowDisk();
  const full = new StoreError("HP_STORE_FULL", "full");
  writer.note(full);
  assert.equal(writer.failure, full);
  writer.note(undefined);
  assert.equal(writer.failure, undefined);
});
