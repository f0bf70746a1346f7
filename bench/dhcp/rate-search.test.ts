import assert from "node:assert/strict";
import test from "node:test";
import { highestRate, rates } from "./rate-search.ts";

const isWell = (outcome: string): boolean => outcome === "well";
const upTo = (most: number) => (rate: number) => Promise.resolve(rate <= most ? "well" : "lost");

const cases = [
  ["between two rates, the lower one is found", 7_777, 7_500],
  ["a rate itself is found", 8_000, 8_000],
  ["a server that takes all has the highest", 1_000_000, rates.at(-1)],
  ["a slow server has a low one", 130, 100],
  ["a server that takes not even the lowest has none", 1, undefined],
] as const;
for (const [why, most, want] of cases) {
  test(why, async () => {
    assert.equal((await highestRate(rates, upTo(most), isWell))?.rate, want);
  });
}

test("a rate that fails once is tried again", async () => {
  let failed = false;
  const unlucky = (rate: number): Promise<string> => {
    const fails = rate === 8_000 && !failed;
    failed ||= fails;
    return fails ? Promise.resolve("lost") : upTo(8_000)(rate);
  };
  assert.equal((await highestRate(rates, unlucky, isWell))?.rate, 8_000);
  assert.equal(failed, true);
});

test("rates ascend", () => {
  assert.deepEqual(
    rates.toSorted((one, other) => one - other),
    rates,
  );
});
