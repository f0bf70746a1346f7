import assert from "node:assert/strict";
import { test } from "node:test";
import { PrefixHash } from "./prefix-hash.ts";

function hashOf(words: readonly number[], key = [0x03020100, 0x07060504]): string {
  const hash = new PrefixHash(Int32Array.from(key));
  hash.hash(Int32Array.from(words), words.length);
  return Array.from(hash.outcome, (word) => (word >>> 0).toString(16).padStart(8, "0")).join(" ");
}

for (const [why, words, expected] of [
  ["nothing", [], "21d0a576 2af72023"],
  ["one word", [0x03020100], "a0db24eb 05ae8c71"],
  ["six words", [1, 2, 3, 4, 5, -1], "db98719b fa80f48f"],
] as const) {
  test(`the hash of ${why} is that of an independent computation`, () =>
    assert.equal(hashOf(words), expected));
}

test("another key gives another hash", () => assert.notEqual(hashOf([1]), hashOf([1], [1, 2])));
