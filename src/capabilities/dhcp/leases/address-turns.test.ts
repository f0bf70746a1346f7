import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { AddressTurns } from "./address-turns.ts";

test("turns come in the order in which they were asked for, and nobody comes in between", async () => {
  const turns = new AddressTurns();
  const order: string[] = [];
  turns.begin(1);
  const works = ["first", "second"].map(async (name) => {
    await turns.take(1);
    order.push(name);
    await setImmediate();
    assert.ok(turns.isBusy(1));
    turns.end(1);
  });
  await setImmediate();
  assert.deepEqual(order, []);
  turns.end(1);
  assert.ok(turns.isBusy(1), "it is the first one's at once");
  await Promise.all(works);
  assert.deepEqual(order, ["first", "second"]);
  assert.equal(turns.size, 0);
});

test("addresses do not wait for one another", async () => {
  const turns = new AddressTurns();
  turns.begin(1);
  await turns.take(2);
  assert.equal(turns.size, 2);
});
