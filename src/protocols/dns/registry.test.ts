import assert from "node:assert/strict";
import { test } from "node:test";
import {
  classFromMnemonic,
  ExtendedError,
  extendedErrorTexts,
  isMetaType,
  mnemonicOfClass,
  mnemonicOfOpcode,
  mnemonicOfOption,
  mnemonicOfRcode,
  mnemonicOfType,
  RRType,
  rcodeFromMnemonic,
  typeFromMnemonic,
} from "./registry.ts";

test("every type number from 0 to 65535 comes back from its mnemonic, in upper and lower case", () => {
  for (let type = 0; type <= 0xffff; type++) {
    const mnemonic = mnemonicOfType(type);
    assert.equal(typeFromMnemonic(mnemonic), type);
    assert.equal(typeFromMnemonic(mnemonic.toLowerCase()), type);
  }
});

test("no two types share a number", () => {
  const numbers = Object.values(RRType);
  assert.equal(new Set(numbers).size, numbers.length);
});

for (const [text, want] of [
  ["TYPE1", RRType.A],
  ["type65", RRType.HTTPS],
  ["TYPE00001", RRType.A],
  ["TYPE65535", 65_535],
  ["TYPE65536", undefined],
  ["TYPE", undefined],
  ["TYPE-1", undefined],
  ["TYPE1x", undefined],
  ["TYPE000001", undefined],
  ["", undefined],
  ["FOO", undefined],
  ["toString", undefined],
] as const) {
  test(`"${text}" is ${want === undefined ? "not a type" : `type ${want}`}`, () => {
    assert.equal(typeFromMnemonic(text), want);
  });
}

test("classes are known by short name, long name and number", () => {
  assert.deepEqual(["IN", "ch", "CHAOS", "Hesiod", "CLASS77", "CLASS65536", "FOO"].map(classFromMnemonic), [
    1,
    3,
    3,
    4,
    77,
    undefined,
    undefined,
  ]);
  assert.deepEqual([1, 254, 255, 77].map(mnemonicOfClass), ["IN", "NONE", "ANY", "CLASS77"]);
});

test("response codes, opcodes and options without a name show their number", () => {
  assert.deepEqual([0, 3, 16, 23, 4000].map(mnemonicOfRcode), [
    "NOERROR",
    "NXDOMAIN",
    "BADVERS",
    "BADCOOKIE",
    "RCODE4000",
  ]);
  assert.deepEqual([0, 5, 9].map(mnemonicOfOpcode), ["QUERY", "UPDATE", "OPCODE9"]);
  assert.deepEqual([3, 15, 65_001].map(mnemonicOfOption), ["NSID", "EDE", "OPT65001"]);
  assert.deepEqual(["nxdomain", "foo"].map(rcodeFromMnemonic), [3, undefined]);
});

test("every INFO-CODE of RFC 8914 has a text", () => {
  const codes = Object.values(ExtendedError);
  assert.deepEqual(codes, [...codes.keys()]);
  assert.equal(extendedErrorTexts.length, codes.length);
});

test("types of messages and questions are told from types of zones", () => {
  assert.deepEqual([0, 41, 128, 249, 252, 255].map(isMetaType), [true, true, true, true, true, true]);
  assert.deepEqual([1, 40, 42, 127, 256, 65_535].map(isMetaType), [false, false, false, false, false, false]);
});
