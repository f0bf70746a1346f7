import assert from "node:assert/strict";
import test from "node:test";
import { tableLines } from "./table.ts";

test("words stand to the left and numbers to the right, under their heads", () => {
  const lines = tableLines(
    ["server", "queries/s", "ratio"],
    [
      ["homeport", "250,000", "0.90"],
      ["nsd", "99,000", "-"],
    ],
  );
  assert.deepEqual(lines, [
    "server    queries/s  ratio",
    "homeport    250,000   0.90",
    "nsd          99,000      -",
  ]);
});

test("numbers with units are numbers", () => {
  assert.deepEqual(tableLines(["time"], [["9 ms"], ["10.5 ms"]]), ["   time", "   9 ms", "10.5 ms"]);
});

test("no line ends in blanks", () => {
  assert.deepEqual(tableLines(["a", "note"], [["1", ""]]), ["a  note", "1"]);
});
