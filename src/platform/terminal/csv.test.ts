import assert from "node:assert/strict";
import { test } from "node:test";
import { csvText } from "./csv.ts";

for (const [why, value, want] of [
  ["text as it is", "laptop", "laptop"],
  ["a comma needs quotes", "a,b", '"a,b"'],
  ["a quote is doubled", 'a "b"', '"a ""b"""'],
  ["blanks at the ends are kept", " a ", '" a "'],
  ["nothing is empty", undefined, ""],
  ["null too", null, ""],
  ["a number is no formula", -1, "-1"],
  ["a formula becomes text", '=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
  ["a formula behind a blank", " =1+1", "' =1+1"],
  ["a sum", "+1", "'+1"],
  ["a difference", "-1", "'-1"],
  ["a function", "@SUM(A1)", "'@SUM(A1)"],
  ["a formula behind a tab", "\t=1", "?=1"],
  ["no line ends within", "a\r\nb", "a??b"],
  ["no escape sequence", "\u001b[2J", "?[2J"],
] as const)
  test(`a CSV field: ${why}`, () => assert.equal(csvText(["h"], [[value]]), `h\r\n${want}\r\n`));

test("CSV has a header and ends each line with CR LF", () => {
  assert.equal(
    csvText(
      ["a", "b"],
      [
        ["1", 2],
        ["x", null],
      ],
    ),
    "a,b\r\n1,2\r\nx,\r\n",
  );
});
