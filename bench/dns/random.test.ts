import assert from "node:assert/strict";
import test from "node:test";
import { seededRandom } from "./random.ts";

test("one seed gives the same numbers again, another one others", () => {
  const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed).bind(undefined, 1_000_000));
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

test("every number below the bound comes about equally often, and none else", () => {
  const next = seededRandom(7);
  const seen = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 100_000; i++) seen[next(10)]!++;
  assert.equal(seen.length, 10);
  for (const count of seen) assert.ok(Math.abs(count - 10_000) < 500, `${seen}`);
});
