import assert from "node:assert/strict";
import test from "node:test";
import { RequestBudget } from "./request-budget.ts";

const hourMs = 3_600_000;

test("an account has its requests of an hour at once, and then rests until there is room for some", () => {
  let nowMs = 0;
  const budget = new RequestBudget(60, () => nowMs);
  for (let count = 0; count < 60; count++) assert.equal(budget.take(), 0);
  assert.equal(budget.waitMs, 60_000);
  assert.equal(budget.take(), 600_000);
  assert.equal(budget.used, 60);
  nowMs = 599_000;
  assert.equal(budget.take(), 1_000);
  nowMs = 600_000;
  for (let count = 0; count < 10; count++) assert.equal(budget.take(), 0);
  assert.notEqual(budget.take(), 0);
  nowMs += hourMs;
  assert.equal(budget.used, 0);
});

test("in no hour are there more than twice as many", () => {
  let nowMs = 0;
  const budget = new RequestBudget(100, () => nowMs);
  const taken: number[] = [];
  for (; nowMs < 5 * hourMs; nowMs += 1_000) if (budget.take() === 0) taken.push(nowMs);
  for (let from = 0; from < 5 * hourMs; from += hourMs) {
    const inHour = taken.filter((at) => at >= from && at < from + hourMs).length;
    assert.ok(inHour <= 200, `${inHour} requests in an hour`);
  }
  assert.ok(taken.length >= 500);
});

test("what was used before a restart counts", () => {
  const budget = new RequestBudget(60, () => 0, 59);
  assert.equal(budget.take(), 0);
  assert.notEqual(budget.take(), 0);
});
