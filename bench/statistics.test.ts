import assert from "node:assert/strict";
import test from "node:test";
import { median, percentile, spreadOf } from "./statistics.ts";

const medians = [
  ["of one is that one", [7], 7],
  ["of three is the middle one, whatever their order", [9, 1, 5], 5],
  ["of four is the mean of the middle two", [4, 1, 3, 100], 3.5],
  ["sorts by value, not by digits", [10, 9, 100], 10],
  ["of none is not a number", [], Number.NaN],
] as const;
for (const [why, numbers, want] of medians) {
  test(`the median ${why}`, () => assert.equal(median(numbers), want));
}

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
const percentiles = [
  ["half of 1 to 100 is 50", hundred, 0.5, 50],
  ["99 in 100 of 1 to 100 is 99", hundred, 0.99, 99],
  ["all of 1 to 100 is 100", hundred, 1, 100],
  ["none of 1 to 100 is the least", hundred, 0, 1],
  ["99 in 100 of three is the largest", [1, 2, 3], 0.99, 3],
  ["of nothing is not a number", [], 0.5, Number.NaN],
] as const;
for (const [why, sorted, share, want] of percentiles) {
  test(`the percentile ${why}`, () => assert.equal(percentile(sorted, share), want));
}

test("a spread is the median between the least and the most", () => {
  assert.deepEqual(spreadOf([3, 1, 8]), { median: 3, least: 1, most: 8 });
});
