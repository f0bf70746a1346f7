import assert from "node:assert/strict";
import test from "node:test";
import { highestRate, rates, type Verdict } from "./rate-search.ts";

const judge = (outcome: Verdict): Verdict => outcome;
const upTo = (most: number) => (rate: number) => Promise.resolve<Verdict>(rate <= most ? "well" : "hopeless");

const cases = [
  ["between two rates, the lower one is found", 7_777, 7_500],
  ["a rate itself is found", 8_000, 8_000],
  ["a server that takes all has the highest", 1_000_000, rates.at(-1)],
  ["a slow server has a low one", 130, 100],
  ["a server that takes not even the lowest has none", 1, undefined],
] as const;
for (const [why, most, want] of cases) {
  test(why, async () => {
    assert.equal((await highestRate(rates, upTo(most), judge))?.rate, want);
  });
}

const luck = [
  ["a rate that fails twice is tried a third time", "perhaps", 2, 8_000],
  ["a rate that fails three times is too high", "perhaps", 3, 7_500],
  ["a rate that is hopeless is not tried again", "hopeless", 1, 7_500],
] as const;
for (const [why, verdict, failures, want] of luck) {
  test(why, async () => {
    let tries = 0;
    const attempt = (rate: number): Promise<Verdict> =>
      rate === 8_000 && tries++ < failures ? Promise.resolve(verdict) : upTo(8_000)(rate);
    assert.equal((await highestRate([7_500, 8_000, 8_500], attempt, judge))?.rate, want);
  });
}

test("rates ascend", () => {
  assert.deepEqual(
    rates.toSorted((one, other) => one - other),
    rates,
  );
});
