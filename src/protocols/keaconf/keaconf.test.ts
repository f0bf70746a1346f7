/** Kea's JSON, and the tests of its client classes. */
import assert from "node:assert/strict";
import test from "node:test";
import { readKeaTest } from "./expression.ts";
import { KeaSyntaxError, type KeaValue, parseKeaJson } from "./json.ts";

function plain(value: KeaValue): unknown {
  switch (value.kind) {
    case "map":
      return Object.fromEntries(value.members.map(({ name, value: inner }) => [name, plain(inner)]));
    case "list":
      return value.items.map(plain);
    case "null":
      return null;
    case "include":
      return { include: value.path };
    default:
      return value.value;
  }
}

const texts: readonly (readonly [why: string, text: string, want: unknown])[] = [
  ["JSON as it is", '{"a": [1, -2.5e3, true, false, null, "b"]}', { a: [1, -2500, true, false, null, "b"] }],
  ["comments of three kinds", '{ # a\n// b\n/* c\n } */ "a": 1 }', { a: 1 }],
  ["commas before brackets", '{"a": [1, 2,], }', { a: [1, 2] }],
  ["escapes", '"\\u0041\\n\\"\\\\\\/"', 'A\n"\\/'],
  ["comment marks in text", '"http://x # y"', "http://x # y"],
  ["includes for values", '{"a": <?include "b.json"?>}', { a: { include: "b.json" } }],
  ["empty maps and lists", '{"a": {}, "b": []}', { a: {}, b: [] }],
];
for (const [why, text, want] of texts) {
  test(`Kea's JSON: ${why}`, () => assert.deepEqual(plain(parseKeaJson("f", text)), want));
}

const mistakes: readonly (readonly [why: string, text: string, want: string])[] = [
  ["a map that is not closed", '{\n "a": [1', "2:7 this bracket is not closed"],
  ["a text without end", '{"a": "b\n"}', "1:7 this text has no end"],
  ["a comment without end", "{ /* a", "1:3 this comment has no end"],
  ["a missing comma", '{"a": 1 "b": 2}', "1:9 a , or } is missing"],
  ["a missing colon", '{"a" 1}', '1:6 a : is missing behind "a"'],
  ["a name without quotes", "{a: 1}", "1:2 a name in quotes should stand here"],
  ["a word that is no value", '{"a": yes}', "1:7 this is no value"],
  ["nothing", "  ", "1:3 the file ends where a value should be"],
  ["text behind the end", "{} x", "1:4 something follows the last bracket"],
  ["too many brackets", "[".repeat(100_000), "1:66 more than 64 brackets stand inside each other"],
  ["binary", "\0\u0001", "1:1 this is no value"],
];
for (const [why, text, want] of mistakes) {
  test(`Kea's JSON: ${why} is told with its place`, () => {
    assert.throws(
      () => parseKeaJson("f", text),
      (error) => {
        assert(error instanceof KeaSyntaxError);
        assert.equal(`${error.line}:${error.column} ${error.message}`, want);
        return true;
      },
    );
  });
}

test("Kea's JSON: a text of 10 MB is read in time", () => {
  const value = parseKeaJson("f", `{"a": "${"x".repeat(10_000_000)}"}`);
  assert.equal((plain(value) as { a: string }).a.length, 10_000_000);
});

const option60 = { is: "option", option: "60" } as const;
const tests: readonly (readonly [text: string, want: object])[] = [
  [
    "substring(option[60].hex,0,3) == 'PXE'",
    {
      test: "equals",
      one: { is: "substring", of: option60, offset: 0, length: 3 },
      other: { is: "octets", octets: new TextEncoder().encode("PXE") },
    },
  ],
  [
    "substring(option[60].hex,0,all) == 0x1",
    {
      test: "equals",
      one: { is: "substring", of: option60, offset: 0, length: undefined },
      other: { is: "octets", octets: Uint8Array.of(1) },
    },
  ],
  ["option[60].exists", { test: "exists", value: option60 }],
  ["member('ALL')", { test: "always" }],
  ["not member('x')", { test: "not", of: { test: "member", name: "x" } }],
  [
    "pkt.iface == 'eth0' and (member('a') or member('b'))",
    {
      test: "and",
      of: [
        {
          test: "equals",
          one: { is: "interface" },
          other: { is: "octets", octets: new TextEncoder().encode("eth0") },
        },
        {
          test: "or",
          of: [
            { test: "member", name: "a" },
            { test: "member", name: "b" },
          ],
        },
      ],
    },
  ],
  ["option[60].hex == ", { test: "other", text: "option[60].hex == " }],
  ["option[60].hex == 'x", { test: "other", text: "option[60].hex == 'x" }],
  [`${"(".repeat(9000)}`, { test: "other", text: "(".repeat(9000) }],
];
for (const [text, want] of tests) {
  test(`Kea's test: ${text.slice(0, 60)}`, () => assert.deepEqual(readKeaTest(text), want));
}
