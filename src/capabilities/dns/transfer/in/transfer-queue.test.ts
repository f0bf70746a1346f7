import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "./limits.ts";
import { TransferQueue } from "./transfer-queue.ts";

test("zones whose time has come are asked for however many notifications make others urgent", () => {
  const queue = new TransferQueue(0);
  const asked: string[] = [];
  for (let at = 0; at < 1000; at++) queue.ask(() => asked.push("urgent"), true, 0);
  for (let at = 0; at < 10; at++) queue.ask(() => asked.push("patient"), false, 0);
  for (let second = 1; second <= 3; second++) queue.drain(second * 1000);
  assert.equal(asked.length, limits.serialQueriesPerSecond * 4);
  assert.equal(asked.filter((kind) => kind === "patient").length, 10);
});

test("what is urgent comes first while there is not much of it", () => {
  const queue = new TransferQueue(0);
  const asked: string[] = [];
  for (let at = 0; at < limits.serialQueriesPerSecond; at++) queue.ask(() => {}, true, 0);
  queue.ask(() => asked.push("patient"), false, 0);
  queue.ask(() => asked.push("urgent"), true, 0);
  queue.drain(1000);
  assert.deepEqual(asked, ["urgent", "patient"]);
});

test("transfers of one primary wait for one another, and not those of others", async () => {
  const queue = new TransferQueue(0);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string) => () => {
    started.push(name);
    return new Promise<void>((resolve) => ends.set(name, resolve));
  };
  for (const name of ["a1", "a2", "a3"]) queue.transfer("a", run(name));
  queue.transfer("b", run("b1"));
  assert.deepEqual([started, queue.load], [["a1", "a2", "b1"], { running: 3, waiting: 1 }]);
  ends.get("a1")!();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(started, ["a1", "a2", "b1", "a3"]);
});
