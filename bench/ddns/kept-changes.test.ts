import assert from "node:assert/strict";
import { test } from "node:test";
import { compareChanges } from "./kept-changes.ts";

for (const [why, story, lost, untold] of [
  ["the last change that was acknowledged", { acknowledged: 7, sent: 8, found: 7 }, 0, 0],
  ["one whose answer did not come", { acknowledged: 7, sent: 8, found: 8 }, 0, 1],
  ["the last one, with nothing under way", { acknowledged: 7, sent: 7, found: 7 }, 0, 0],
  ["an earlier one", { acknowledged: 7, sent: 8, found: 6 }, 1, 0],
  ["nothing", { acknowledged: 7, sent: 8, found: undefined }, 1, 0],
  ["one that was never sent", { acknowledged: 7, sent: 8, found: 9 }, 1, 0],
] as const) {
  test(`the zone has ${why}`, () => assert.deepEqual(compareChanges([story]), { lost, untold }));
}
