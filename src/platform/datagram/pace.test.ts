import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { limits } from "./limits.ts";
import { Pace } from "./pace.ts";

const { restFromMessages, restTrialBatches, restChosenBatches, restMicrosecondsMax } = limits;
const cycle = 2 * restTrialBatches + restChosenBatches;

/** Batches of clients that send `perMs` whatever happens, or only what `window` is free of. */
function rests(batches: number, messagesAfter: (sinceLastMs: number) => number): number[] {
  const pace = new Pace();
  const workMs = 0.2;
  let nowMs = 1_000;
  let restMs = 0;
  return Array.from({ length: batches }, () => {
    const messages = messagesAfter(workMs + restMs);
    nowMs += workMs;
    const microseconds = pace.restAfter(messages, false, workMs, nowMs);
    restMs = microseconds / 1_000;
    nowMs += restMs;
    return microseconds;
  });
}

const share = (taken: readonly number[]) => taken.filter((rest) => rest > 0).length / taken.length;

suite("the rest after a batch", () => {
  test("is as long as the work, and bounded", () => {
    const taken = rests(4 * cycle, (sinceMs) => 60 * sinceMs);
    assert.deepEqual([...new Set(taken)], [0, 200]);
    const pace = new Pace();
    const long = Array.from({ length: cycle }, (_, batch) => pace.restAfter(9, false, 100, 100 * batch));
    assert.deepEqual([...new Set(long)], [0, restMicrosecondsMax]);
  });

  test("is taken nearly always when messages come at their own rate", () => {
    assert.ok(share(rests(8 * cycle, (sinceMs) => 60 * sinceMs)) > 0.9);
  });

  test("is hardly ever taken when clients wait for their answers", () => {
    assert.ok(share(rests(8 * cycle, () => 16)) < 0.1);
  });

  test("is tried again: clients may be others by then", () => {
    let batch = 0;
    const taken = rests(8 * cycle, (sinceMs) => (batch++ < 4 * cycle ? 16 : 60 * sinceMs));
    assert.ok(share(taken.slice(0, 4 * cycle)) < 0.1);
    assert.ok(share(taken.slice(6 * cycle)) > 0.9);
  });

  test("is left out after a few messages, and after a full batch", () => {
    assert.equal(share(rests(2 * cycle, () => restFromMessages - 1)), 0);
    const pace = new Pace();
    for (let batch = 0; batch < 2 * cycle; batch++) assert.equal(pace.restAfter(64, true, 0.2, batch), 0);
  });
});
