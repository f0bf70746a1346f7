import assert from "node:assert/strict";
import test from "node:test";
import { chooseCores, parseCoreList } from "./machine.ts";

const lists = [
  ["a single core", "3", [3]],
  ["a range", "0-2", [0, 1, 2]],
  ["ranges and single cores", "0-1,4,6-7", [0, 1, 4, 6, 7]],
] as const;
for (const [why, list, want] of lists) {
  test(`a list of cores may be ${why}`, () => assert.deepEqual(parseCoreList(list), want));
}

const choices = [
  ["of two is for each one", [0, 1], { server: "1", client: "0", both: "0,1" }],
  ["of many are the last", [0, 1, 2, 7], { server: "7", client: "2", both: "2,7" }],
  ["of one is the same for both", [4], { server: "4", client: "4", both: "4" }],
] as const;
for (const [why, allowed, want] of choices) {
  test(`the choice ${why}`, () => assert.deepEqual(chooseCores(allowed), want));
}
