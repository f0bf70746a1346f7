import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressToText, parseAddress } from "./address.ts";
import { checkStatements } from "./check.ts";
import { checkDefinitions, checkReferences } from "./check-references.ts";
import { MatchListReader } from "./match-list.ts";
import { parseNamedConf } from "./parser.ts";
import { readAcls, readServerLists, readServers, serverToText } from "./read.ts";
import { repairCharacters } from "./repair.ts";
import { repairZoneFile } from "./repair-zone.ts";
import { blockOf, type Item, statementsNamed } from "./tree.ts";

/** The shape of a text: words, strings in quotes, blocks in braces. */
function shape(text: string): string {
  const show = (item: Item): string =>
    item.kind === "block"
      ? `{${item.statements.map((one) => `${one.items.map(show).join(" ")};`).join("")}}`
      : item.kind === "word" && item.quoted
        ? JSON.stringify(item.text)
        : item.text;
  const { statements, problems } = parseNamedConf("c", text);
  assert.deepEqual(problems, []);
  return statements.map((one) => `${one.items.map(show).join(" ")};`).join("");
}

const shapes: readonly (readonly [why: string, text: string, want: string])[] = [
  ["comments of three kinds are blanks", "a /**/ b; # c\n d // e\n;", "a b;d;"],
  ["a C comment ends at the first */", "a /* /* */ b;", "a b;"],
  ["prefixes are three items", "acl x { 10.10.7/24; !10/8; };", "acl x {10.10.7 / 24;! 10 / 8;};"],
  ['strings keep their backslashes but for \\"', 'a "x\\"y\\\\z # //";', 'a "x\\"y\\\\\\\\z # //";'],
  ["strings may span lines", 'a "x\ny";', 'a "x\\ny";'],
  ["statements need no white space", 'zone"a"{type hint;};', 'zone "a" {type hint;};'],
];
for (const [why, text, want] of shapes) test(why, () => assert.equal(shape(text), want));

test("a C comment that touches a word does not begin there, as in named", () => {
  assert.equal(shape("a/**/ b;"), "a / ** / b;");
});

test("places are lines and columns counted from 1", () => {
  const { statements } = parseNamedConf("c", 'a;\n/* x\n y */ b {\n\tc "d";\n};');
  const [, b] = statements;
  const inner = blockOf(b!)!.statements[0]!;
  assert.deepEqual([b!.line, b!.column, inner.line, inner.column], [3, 7, 4, 2]);
  assert.deepEqual([inner.items[1]!.line, inner.items[1]!.column], [4, 4]);
});

const addresses: readonly (readonly [text: string, short: boolean, want: string | undefined])[] = [
  ["192.0.2.1", false, "192.0.2.1"],
  ["10.10.7", true, "10.10.7.0"],
  ["10.10.7", false, undefined],
  ["256.0.0.1", false, undefined],
  ["010.0.0.1", false, undefined],
  ["1.2.3.4.5", true, undefined],
  ["2001:DB8:0:0:1::1", false, "2001:db8::1:0:0:1"],
  ["::", false, "::"],
  ["1::", false, "1::"],
  ["::ffff:192.0.2.1", false, "::ffff:c000:201"],
  ["fe80::1%eth0", false, "fe80::1%eth0"],
  ["1:2:3:4:5:6:7:8", false, "1:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:7::", false, "1:2:3:4:5:6:7:0"],
  ["1:2:3:4:5:6:7", false, undefined],
  ["1:2:3:4:5:6:7:8::", false, undefined],
  ["1::2::3", false, undefined],
  [":1", false, undefined],
  ["12345::", false, undefined],
];
for (const [text, short, want] of addresses) {
  test(`${text} is ${want ?? "no address"}`, () => {
    const address = parseAddress(text, short);
    assert.equal(address && addressToText(address), want);
  });
}

const lists: readonly (readonly [why: string, config: string, want: readonly string[]])[] = [
  ["nobody when empty", "{ }", ["none"]],
  ["none is nobody", "{ none; }", ["none"]],
  ["what stands behind any is kept", "{ !10.0.0.1; any; !10.0.0.2; }", ["!10.0.0.1", "any", "!10.0.0.2"]],
  ["none in a list is not anybody", "{ 10.0.0.1; none; any; }", ["10.0.0.1", "!any", "any"]],
  ["two negations are none", "{ !!10/8; ! !any; }", ["10.0.0.0/8", "any"]],
  ["exceptions at the end are kept", "{ 10/8; !192.0.2.1; }", ["10.0.0.0/8", "!192.0.2.1"]],
  ["a nameless none says nothing", "{ { none; }; !{ none; }; 10/8; }", ["10.0.0.0/8"]],
  ["a quoted prefix that is too long is none", '{ "10.0.0.0/33"; 10/8; }', ["10.0.0.0/8"]],
  ["acls keep their names", "{ !a; B; localhost; }", ["!acl a", "acl b", "localhost"]],
  ["a nameless list is written out", "{ { 10/8; 192.0.2.1; }; ::1; }", ["10.0.0.0/8", "192.0.2.1", "::1"]],
  [
    "a nameless list is turned around",
    "{ !{ 10/8; 192.0.2.1; }; any; }",
    ["!10.0.0.0/8", "!192.0.2.1", "any"],
  ],
  [
    "a nameless list with exceptions at the end is written out",
    "{ 192.0.2.1; { !10.0.0.1; 10/8; }; }",
    ["192.0.2.1", "!10.0.0.1", "10.0.0.0/8"],
  ],
  [
    "a nameless list with exceptions elsewhere gets a name",
    "{ { !10.0.0.1; 10/8; }; any; }",
    ["acl list-1", "any"],
  ],
  [
    "quoted words are addresses too",
    '{ "10.0.0.0/8"; "192.0.2.1"; "a"; }',
    ["10.0.0.0/8", "192.0.2.1", "acl a"],
  ],
  ["keys by name", '{ key K.; !key "k"; any; }', ["key k", "!key k", "any"]],
  ["what is unknown lets in nobody", "{ nowhere; key other; geoip country XX; 10/8; }", ["10.0.0.0/8"]],
  ["an unknown exception ends the list", "{ 10/8; !nowhere; any; }", ["10.0.0.0/8", "!any"]],
  ["an exception that is unknown further down ends it too", "{ 10/8; !half; any; }", ["10.0.0.0/8", "!any"]],
];
for (const [why, list, want] of lists) {
  test(`match lists: ${why}`, () => {
    const text = `acl a { 192.0.2.0/24; }; acl b { a; }; acl half { nowhere; 10/8; }; x ${list};`;
    const { statements } = parseNamedConf("c", text);
    const reader = new MatchListReader(readAcls(statements), new Map([["k", "k"]]));
    assert.deepEqual(reader.read(blockOf(statementsNamed(statements, "x")[0]!)!), want);
  });
}

test("lists of servers by name are followed, each once, with their ports and keys", () => {
  const text =
    "primaries a { b; 192.0.2.1 key k; }; masters b port 5353 { a; ::1; 192.0.2.2 port 54; }; primaries { a; c; };";
  const { statements } = parseNamedConf("c", text);
  const { servers, problems } = readServers(statements[2]!, readServerLists(statements));
  assert.deepEqual(servers.map(serverToText), ["[::1]:5353", "192.0.2.2:54", "192.0.2.1"]);
  assert.deepEqual(
    [servers[2]?.key, problems.map(({ what }) => what)],
    ["k", ['"c" is neither an address nor the name of a primaries list']],
  );
});

const zoneLines: readonly (readonly [why: string, line: string, want: string])[] = [
  ["NS without owner", "NS ns.example.", "\tNS ns.example."],
  ["class without owner", "IN A 192.0.2.1", "\tIN A 192.0.2.1"],
  ["SOA without owner", "IN SOA a. b. 1 2 3 4 5", "@ IN SOA a. b. 1 2 3 4 5"],
  ["MX whose preference looks like a TTL", "MX 10 mail", "\tMX 10 mail"],
  ["a host called ns", "ns A 192.0.2.1", "ns A 192.0.2.1"],
  ["a host called mx with TTL and class", "mx 1h IN A 192.0.2.1", "mx 1h IN A 192.0.2.1"],
  ["the zone's name without its dot", "Example.net SOA a. b. 1 2 3 4 5", "Example.net. SOA a. b. 1 2 3 4 5"],
  ["a name with its dot", "example.net. A 192.0.2.1", "example.net. A 192.0.2.1"],
  ["what is indented already", "\tNS ns", "\tNS ns"],
  ["directives and comments", "$TTL 1h ; NS", "$TTL 1h ; NS"],
  ["a single word", "NS", "\tNS"],
  ["quotes", "a TXT “x″", 'a TXT "x"'],
];
for (const [why, line, want] of zoneLines) {
  test(`repairs zone files: ${why}`, () => {
    const { text, repairs } = repairZoneFile("z", `${line}\n`, "example.net");
    assert.equal(text, `${want}\n`);
    assert.equal(repairs.length > 0, line !== want);
  });
}

test("repairs nothing inside of parentheses", () => {
  const text = '@ SOA a. b. ( ; (\n1\nNS\n) \nTXT ")"\n';
  assert.equal(repairZoneFile("z", text, "example.net").text, text.replace("\nTXT", "\n\tTXT"));
});

test("characters: each kind is reported once a line, and lines stay lines", () => {
  const { text, repairs } = repairCharacters("f", "“a” “b” – ‘c’\n\u00a0x\u200b\n");
  assert.equal(text, '"a" "b" - \'c\'\n x\n');
  assert.deepEqual(
    repairs.map(({ line }) => line),
    [1, 1, 1, 2, 2],
  );
});

const pieces = fc.constantFrom(
  "zone",
  "options",
  "acl",
  "key",
  "view",
  "{",
  "}",
  ";",
  "!",
  "/",
  '"',
  "#",
  "//",
  "/*",
  "*/",
  "\n",
  " ",
  "a",
  "any",
  "10/8",
  "secret",
  "type primary",
  "allow-query",
  "listen-on",
  "include",
  "“",
  "\u00a0",
  "\ufeff",
  "\\",
  "\0",
);
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(pieces, { maxLength: 60 }).map((all) => all.join(" ")),
);

test("any text is read without throwing, in order, with problems that have places", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { statements, problems } = parseNamedConf("f", text);
      const all = [
        ...problems,
        ...checkStatements(statements),
        ...checkReferences(statements),
        ...checkDefinitions(statements),
      ];
      const lines = text.split("\n").length;
      for (const { line, column } of all) assert(line >= 1 && line <= lines && column >= 1);
      repairZoneFile("z", text, "example.net");
      assert.equal(repairCharacters("f", text).text.split("\n").length, lines);
    }),
    { numRuns: 2000 },
  );
});

test("a megabyte of noise ends soon, with a bounded number of problems", () => {
  const noises = ["{", "}", ";", '"', "a ", "!{", "acl a { ", "/*", "\ufeff", "“\n", "a{b;};", "x y;\n"];
  for (const noise of noises) {
    const { statements, problems } = parseNamedConf("f", noise.repeat(Math.ceil(1_000_000 / noise.length)));
    const checked = checkStatements(statements);
    assert(problems.length + checked.length > 0, noise);
    assert(problems.length <= 201 && checked.length <= 201);
  }
});
