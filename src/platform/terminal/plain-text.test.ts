import assert from "node:assert/strict";
import { test } from "node:test";
import { plainJson, plainText } from "./plain-text.ts";

for (const [why, text, want] of [
  ["letters of any script stay", "Büro-Drucker 打印机", "Büro-Drucker 打印机"],
  ["an escape sequence loses its escape", "\u001b[31mred", "?[31mred"],
  ["the eight bit form of one too", "\u009b31m", "?31m"],
  ["lines stay whole", "a\r\nb\u2028c", "a??b?c"],
  ["text cannot be turned around", "exe.\u202egpj", "exe.?gpj"],
  ["half a character is none", "\ud800x", "?x"],
] as const)
  test(`plain text: ${why}`, () => assert.equal(plainText(text), want));

test("plain JSON has no control character in it and says the same", () => {
  const value = { name: "\u001b]0;x\u0007\u009b2J\u202e\u{e0041}", list: ["a\nb"] };
  const text = plainJson(value);
  assert.deepEqual(JSON.parse(text), value);
  assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  assert.match(text, /^\{\n {2}"name"/);
});
