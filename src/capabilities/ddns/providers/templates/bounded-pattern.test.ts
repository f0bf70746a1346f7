import assert from "node:assert/strict";
import test from "node:test";
import { boundedPattern, PatternTooSlow } from "./bounded-pattern.ts";
import { limits } from "./limits.ts";

for (const [why, source, text, want] of [
  ["a word", "updated", "Updated 1 host", true],
  ["another word", "updated", "failed", false],
  ["a start", "^ok$", "OK", true],
  ["nothing at all", "^$", "", true],
  ["what a template of JavaScript would take for code", "${text}`", "x", false],
] as const)
  test(`a pattern fits as it does without bounds: ${why}`, () => {
    assert.equal(boundedPattern(source).test(text), want);
    assert.equal(new RegExp(source, "i").test(text), want);
  });

test("a pattern that would take for ever is broken off", () => {
  const slow = boundedPattern("^(a+)+$");
  const text = `${"a".repeat(limits.answerReadMax - 1)}!`;
  const startMs = performance.now();
  assert.throws(() => slow.test(text), PatternTooSlow);
  assert.ok(performance.now() - startMs < 20 * limits.patternMsMax);
  assert.equal(slow.test("aaa"), true, "and it serves again");
});

test("what is no regular expression is told at once", () => {
  assert.throws(() => boundedPattern("(ok"), SyntaxError);
});
