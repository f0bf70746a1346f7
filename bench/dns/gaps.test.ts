import assert from "node:assert/strict";
import test from "node:test";
import { longestGap } from "./gaps.ts";

const cases = [
  ["lies between two answers", [1, 2, 7, 8], 0, 9, 5],
  ["may lie before the first answer", [6, 7, 8], 0, 9, 6],
  ["may lie behind the last answer", [1, 2, 3], 0, 9, 6],
  ["begins no earlier than the span", [1, 2, 8, 9], 5, 10, 3],
  ["ends no later than the span", [1, 2, 3, 90], 0, 6, 3],
  ["is the whole span without any answer", [], 2, 10, 8],
  ["counts answers at one moment once", [1, 1, 1, 2], 0, 3, 1],
] as const;
for (const [why, times, from, until, want] of cases) {
  test(`the longest gap ${why}`, () => assert.equal(longestGap(times, from, until), want));
}
