/** The text of a dhcpd.conf, cut into statements, and its conditions. */
import assert from "node:assert/strict";
import test from "node:test";
import { readCondition, readValue } from "./expression.ts";
import { dhcpConfLimits } from "./limits.ts";
import { parseDhcpdConf } from "./parser.ts";
import { type DhcpdStatement, itemsText } from "./tree.ts";

/** `name words { inner; }` without places. */
function shape(statements: readonly DhcpdStatement[]): string {
  return statements
    .map(({ items, block }) => `${itemsText(items)}${block === undefined ? ";" : ` { ${shape(block)} }`}`)
    .join(" ");
}

const texts: readonly (readonly [why: string, text: string, want: string])[] = [
  ["a statement ends with a semicolon", "option routers 10.0.0.1;", "option routers 10.0.0.1;"],
  ["commas are marks", "option ntp-servers 10.0.0.1 ,10.0.0.2;", "option ntp-servers 10.0.0.1, 10.0.0.2;"],
  ["a block needs no semicolon behind it", "group { a; } b;", "group { a; } b;"],
  ["a block may have one nevertheless", 'key k { secret "x"; }; b;', 'key k { secret "x"; } b;'],
  ["comments go to the end of the line", "a # b; {\nc;", "a c;"],
  ["a # in a string is text", 'a "#b";', 'a "#b";'],
  ["octal escapes are octets", 'a "\\001\\101";', 'a "\u0001A";'],
  ["hexadecimal escapes are octets", 'a "\\x41\\x4";', 'a "A\u0004";'],
  ["other escapes are their character", 'a "\\"\\\\\\t";', 'a ""\\\t";'],
  ["strings may go over lines", 'a "b\nc"; d;', 'a "b\nc"; d;'],
  ["comparisons are marks", 'match if option x ="a" and y!=z;', 'match if option x = "a" and y != z;'],
  ["parentheses are marks", "substring(option x,0,1);", "substring (option x, 0, 1);"],
  [
    "the types of a record are words, and no block",
    "option a code 3 = array of { integer 8, text }; b;",
    "option a code 3 = array of integer 8, text; b;",
  ],
  ["an empty text has no statements", " \n# x", ""],
];
for (const [why, text, want] of texts) {
  test(`dhcpd.conf: ${why}`, () => {
    const { statements, problems } = parseDhcpdConf("dhcpd.conf", text);
    assert.deepEqual(problems, []);
    assert.equal(shape(statements), want);
  });
}

test("dhcpd.conf: each statement knows its line and column", () => {
  const { statements } = parseDhcpdConf("f", 'a;\n\n  b "x\ny" {\n c; }', 10);
  const [a, b] = statements;
  assert.deepEqual([a?.line, a?.column, b?.line, b?.column, b?.block?.[0]?.line], [10, 1, 12, 3, 14]);
});

const mistakes: readonly (readonly [why: string, text: string, want: RegExp])[] = [
  ["a string without end", 'a "secret', /^1:3 .*string that starts here has no end/],
  ["a missing semicolon at the end", "a b", /^1:4 a ; is missing before the end of the file/],
  ["a missing semicolon before a bracket", "a { b }", /^1:7 a ; is missing before }/],
  ["a bracket that closes nothing", "a; }", /^1:4 this } closes nothing/],
  ["a bracket that is not closed", "a {\n b;", /^1:3 the block that starts with this \{ has no end/],
  ["too many brackets", `${"a{".repeat(80)}${"}".repeat(80)}`, /more than 64 \{ stand inside each other/],
];
for (const [why, text, want] of mistakes) {
  test(`dhcpd.conf: ${why} is told with its place`, () => {
    const { problems } = parseDhcpdConf("f", text);
    const [first] = problems;
    assert.match(`${first?.line}:${first?.column} ${first?.what}`, want);
    assert(first?.remedy);
    assert(!JSON.stringify(problems).includes("secret"), "a string may be a secret");
  });
}

test("dhcpd.conf: deep brackets, long lines and binary end in time", () => {
  const long = "x".repeat(10_000_000);
  assert.equal(parseDhcpdConf("f", `a ${long};`).statements[0]?.items[1]?.text.length, long.length);
  assert(parseDhcpdConf("f", "a{".repeat(500_000)).problems.length > 0);
  assert(parseDhcpdConf("f", "\0\u00ff\u0001{\u00fe".repeat(1000)).problems.length > 0);
});

/** The items of `if CONDITION;`, without the `if`. */
function itemsOf(condition: string) {
  const { statements, problems } = parseDhcpdConf("f", `if ${condition};`);
  assert.deepEqual(problems, []);
  return statements[0]!.items.slice(1);
}

const pxe = new TextEncoder().encode("PXE");
const vendor = { is: "option", option: "vendor-class-identifier" } as const;
const conditions: readonly (readonly [condition: string, want: object])[] = [
  [
    'option vendor-class-identifier = "PXE"',
    { test: "equals", one: vendor, other: { is: "octets", octets: pxe } },
  ],
  [
    'substring (option vendor-class-identifier, 0, 3) = "PXE"',
    {
      test: "equals",
      one: { is: "substring", of: vendor, offset: 0, length: 3 },
      other: { is: "octets", octets: pxe },
    },
  ],
  [
    "option arch = 00:07",
    {
      test: "equals",
      one: { is: "option", option: "arch" },
      other: { is: "octets", octets: Uint8Array.of(0, 7) },
    },
  ],
  ["exists agent.circuit-id", { test: "exists", value: { is: "sub-option", code: 1 } }],
  ["exists option agent.remote-id", { test: "exists", value: { is: "sub-option", code: 2 } }],
  ["not known", { test: "not", of: { test: "other", text: "known" } }],
  [
    "(exists a and exists b) or exists c",
    {
      test: "or",
      of: [
        {
          test: "and",
          of: [
            { test: "exists", value: { is: "option", option: "a" } },
            { test: "exists", value: { is: "option", option: "b" } },
          ],
        },
        { test: "exists", value: { is: "option", option: "c" } },
      ],
    },
  ],
  ['option x ~= "^a"', { test: "other", text: 'option x ~= "^a"' }],
  ["exists", { test: "other", text: "exists" }],
  ["option x = = 1", { test: "other", text: "option x = = 1" }],
];
for (const [condition, want] of conditions) {
  test(`condition: ${condition}`, () => assert.deepEqual(readCondition(itemsOf(condition)), want));
}

test("condition: too deep a nesting is not understood, and does not overflow", () => {
  const deep = dhcpConfLimits.expressionDepthMax + 10_000;
  const condition = `${"(".repeat(deep)}exists a${")".repeat(deep)}`;
  assert.equal(readCondition(itemsOf(condition)).test, "other");
});

test("value: hexadecimal of binary-to-ascii, and functions that are not known", () => {
  const hex = readValue(itemsOf('binary-to-ascii (16, 8, ":", substring (hardware, 1, 3))'));
  assert.deepEqual(hex, {
    is: "hex",
    of: { is: "substring", of: { is: "hardware" }, offset: 1, length: 3 },
    separator: ":",
  });
  assert.deepEqual(readValue(itemsOf("suffix (option x, 3)")), { is: "other", text: "suffix (option x, 3)" });
});
