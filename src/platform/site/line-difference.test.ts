import assert from "node:assert/strict";
import { test } from "node:test";
import { differenceLines, matchLines } from "./line-difference.ts";

const text = (letters: string): string =>
  letters
    .split("")
    .map((letter) => `${letter}\n`)
    .join("");

for (const [why, before, after, want] of [
  ["the same text has no difference", "abc", "abc", ""],
  ["a line that came", "ab", "axb", " a +x  b"],
  ["a line that went", "axb", "ab", " a -x  b"],
  ["a line that is another", "axb", "ayb", " a -x +y  b"],
  ["nothing before", "", "ab", "+a +b"],
  ["nothing after", "ab", "", "-a -b"],
  ["two places that are far apart", "abcdefghij", "xbcdefghiy", "-a +x  b  c …  h  i -j +y"],
  ["what is far in front is left out", "abcdef", "abcdxf", "…  c  d -e +x  f"],
  ["lines that come twice", "aab", "ab", " a -a  b"],
  ["a block that moved", "abcd", "cdab", "-a -b  c  d +a +b"],
] as const)
  test(`difference: ${why}`, () => assert.equal(differenceLines(text(before), text(after)).join(" "), want));

test("a difference of any two texts leads from the one to the other, by the fewest lines", () => {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const letters = (): string[] => Array.from({ length: next(12) }, () => "abc"[next(3)]!);
  for (let round = 0; round < 2000; round++) {
    const [before, after] = [letters(), letters()];
    const matches = matchLines(before, after);
    let last = -1;
    for (const [x, y] of matches.entries()) {
      if (y === -1) continue;
      assert.equal(before[x], after[y]);
      assert.ok(y > last, "lines do not cross");
      last = y;
    }
    const kept = matches.filter((y) => y !== -1).length;
    assert.equal(kept, longestCommon(before, after), `${before.join("")} ${after.join("")}`);
  }
});

function longestCommon(one: readonly string[], other: readonly string[]): number {
  const table = Array.from({ length: one.length + 1 }, () => new Uint8Array(other.length + 1));
  for (const [x, line] of one.entries())
    for (const [y, against] of other.entries())
      table[x + 1]![y + 1] =
        line === against ? table[x]![y]! + 1 : Math.max(table[x]![y + 1]!, table[x + 1]![y]!);
  return table[one.length]![other.length]!;
}
