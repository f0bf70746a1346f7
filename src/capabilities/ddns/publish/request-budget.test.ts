import assert from "node:assert/strict";
import test from "node:test";
import { RequestBudget } from "./request-budget.ts";

const hourMs = 3_600_000;

test("an account has its requests of an hour at once, and then one each time that room has come", () => {
  let nowMs = 0;
  const budget = new RequestBudget(60, () => nowMs);
  for (let count = 0; count < 60; count++) assert.equal(budget.take(), 0);
  assert.equal(budget.take(), 60_000);
  assert.equal(budget.used, 60);
  nowMs = 59_000;
  assert.equal(budget.take(), 1_000);
  nowMs = 60_000;
  assert.equal(budget.take(), 0);
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
