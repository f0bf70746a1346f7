import assert from "node:assert/strict";
import { test } from "node:test";
import { zoneFileLimits } from "./limits.ts";
import { readZoneText } from "./reading.testing.ts";

const cases: readonly (readonly [why: string, text: string, records: readonly string[]])[] = [
  [
    "names without final dot are continued by the origin",
    "a 1 A 192.0.2.1",
    ["a.example.com. 1 A 192.0.2.1"],
  ],
  ["names with final dot are complete", "a.example.com. 1 CNAME b.", ["a.example.com. 1 CNAME b."]],
  ["@ is the origin", "@ 1 MX 5 @", ["example.com. 1 MX 5 example.com."]],
  ["case is kept", "WwW 1 CNAME A.eXample", ["WwW.example.com. 1 CNAME A.eXample.example.com."]],
  [
    "a blank owner is the one before",
    "a 1 A 192.0.2.1\n 1 TXT x",
    ["a.example.com. 1 A 192.0.2.1", 'a.example.com. 1 TXT "x"'],
  ],
  ["$ORIGIN may be relative", "$ORIGIN b\na 1 A 192.0.2.1", ["a.b.example.com. 1 A 192.0.2.1"]],
  [
    "TTL and class may change places",
    "a 1 IN A 192.0.2.1\nb IN 2 A 192.0.2.1",
    ["a.example.com. 1 A 192.0.2.1", "b.example.com. 2 A 192.0.2.1"],
  ],
  ["units add up", "$TTL 1w1d1h1m1s\na A 192.0.2.1", ["a.example.com. 694861 A 192.0.2.1"]],
  ["units may be capitals", "a 1H30M A 192.0.2.1", ["a.example.com. 5400 A 192.0.2.1"]],
  ["a comment may touch a word", "$TTL 1h;x\na A 192.0.2.1;x", ["a.example.com. 3600 A 192.0.2.1"]],
  [
    "$TTL counts for what follows",
    "$TTL 1\na A 192.0.2.1\n$TTL 2\nb A 192.0.2.1",
    ["a.example.com. 1 A 192.0.2.1", "b.example.com. 2 A 192.0.2.1"],
  ],
  [
    "without $TTL the last TTL counts",
    "a 7 A 192.0.2.1\nb A 192.0.2.1",
    ["a.example.com. 7 A 192.0.2.1", "b.example.com. 7 A 192.0.2.1"],
  ],
  [
    "without any TTL the SOA's last number counts",
    "@ SOA a b 1 2 3 4 5\n@ NS a",
    ["example.com. 5 SOA a.example.com. b.example.com. 1 2 3 4 5", "example.com. 5 NS a.example.com."],
  ],
  [
    "records of a set have the TTL of the first",
    "a 5 A 192.0.2.1\na 6 A 192.0.2.2",
    ["a.example.com. 5 A 192.0.2.1", "a.example.com. 5 A 192.0.2.2"],
  ],
  [
    "signatures of different types are different sets",
    "a 5 RRSIG A 8 2 5 20300101000000 20200101000000 1 a AAAA\n" +
      "a 6 RRSIG TXT 8 2 6 20300101000000 20200101000000 1 a AAAA",
    [
      "a.example.com. 5 RRSIG A 8 2 5 20300101000000 20200101000000 1 a.example.com. AAAA",
      "a.example.com. 6 RRSIG TXT 8 2 6 20300101000000 20200101000000 1 a.example.com. AAAA",
    ],
  ],
  ["parentheses join lines", "a 1 TXT ( x ; one\n\n y )", ['a.example.com. 1 TXT "x" "y"']],
  ["escapes stand for octets", "\\097\\.b 1 TXT \\097\\;\\\\", ['a\\.b.example.com. 1 TXT "a;\\\\"']],
  ["quotes hold blanks, semicolons and parentheses", 'a 1 TXT "x ;(y)"', ['a.example.com. 1 TXT "x ;(y)"']],
  [
    "types without a name are known by number",
    "a 1 TYPE999 \\# 2 0a0B",
    ["a.example.com. 1 TYPE999 \\# 2 0A0B"],
  ],
  [
    "types with a name are known by number too",
    "a 1 CLASS1 TYPE1 192.0.2.1",
    ["a.example.com. 1 A 192.0.2.1"],
  ],
  [
    "IPv6 has one gap",
    "a 1 AAAA 1::8\nb 1 AAAA ::\nc 1 AAAA 1:2:3:4:5:6:7::",
    ["a.example.com. 1 AAAA 1::8", "b.example.com. 1 AAAA ::", "c.example.com. 1 AAAA 1:2:3:4:5:6:7:0"],
  ],
  ["data of other zones is left out", "a.example.net. 1 A 192.0.2.1\n 1 A 192.0.2.1", []],
  [
    "$GENERATE counts",
    "$GENERATE 8-10/2 a$ 1 A 192.0.2.${-1}",
    ["a8.example.com. 1 A 192.0.2.7", "a10.example.com. 1 A 192.0.2.9"],
  ],
  [
    "$GENERATE leaves the owner as it was",
    "b 1 A 192.0.2.1\n$GENERATE 1-1 a$ 1 A 192.0.2.1\n 1 TXT x",
    ["b.example.com. 1 A 192.0.2.1", "a1.example.com. 1 A 192.0.2.1", 'b.example.com. 1 TXT "x"'],
  ],
  [
    "the origin comes back behind $INCLUDE",
    "$INCLUDE sub.inc sub\nb 1 A 192.0.2.1",
    ["a.x.sub.example.com. 1 A 192.0.2.1", "b.example.com. 1 A 192.0.2.1"],
  ],
  ["an octet above 127 is one like any other", "a\xe4 1 TXT \xfc", ['a\\228.example.com. 1 TXT "\\252"']],
];

const included = { "sub.inc": "$ORIGIN x\na 1 A 192.0.2.1\n" };

for (const [why, text, records] of cases) {
  for (const [form, whole] of [
    ["", `${text}\n`],
    [", without line feed at the end", text],
    [", with carriage returns", `${text.replaceAll("\n", "\r\n")}\r\n`],
  ] as const) {
    test(`${why}${form}`, () => {
      const read = readZoneText(whole, included);
      assert.deepEqual(read.records, records);
      assert.deepEqual(read.errors, []);
    });
  }
}

test("a record's line is the one that it begins on, and files are told apart", () => {
  const read = readZoneText("\n;x\na 1 TXT (\n x )\n$INCLUDE sub.inc\nb 1 A 192.0.2.1\n", included);
  assert.deepEqual(read.places, ["zone:3", "sub.inc:2", "zone:6"]);
});

test("files that include one another are bounded in depth", () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`${i}.inc`, `$INCLUDE ${i + 1}.inc\n`]),
  );
  const read = readZoneText("$INCLUDE 0.inc\n", files);
  assert.deepEqual(read.errors, [
    "19.inc:1:10: more than 20 files include one another; write fewer levels of $INCLUDE",
  ]);
});

test("files that are included are bounded in number", () => {
  const two = (i: number): string => `$INCLUDE ${i + 1}.inc\n$INCLUDE ${i + 1}.inc\n`;
  const files = Object.fromEntries(Array.from({ length: 18 }, (_, i) => [`${i}.inc`, two(i)]));
  const read = readZoneText("$INCLUDE 0.inc\n", { ...files, "18.inc": "" });
  assert.match(read.errors[0] ?? "", /more than 10000 files are included/);
});

test("generated records are bounded in number, all together", () => {
  const half = `$GENERATE 1-${zoneFileLimits.generatedRecordsMax} a$.example.net. 1 A x\n`;
  const read = readZoneText(`${half}${half}`);
  assert.match(read.errors[0] ?? "", /"x" is not an IPv4 address/);
  assert.match(
    read.errors[1] ?? "",
    /^zone:2:11: with the range 1-4194304 more than 4194304 records are generated/,
  );
});

test("a record is bounded in length", () => {
  const read = readZoneText(`a 1 TXT ${"x ".repeat(zoneFileLimits.recordOctetsMax)}\nb 1 A 192.0.2.1\n`);
  assert.match(read.errors[0] ?? "", /^zone:1:1: this record has more than 524288 octets/);
  assert.deepEqual(read.records, ["b.example.com. 1 A 192.0.2.1"]);
});

test("RDATA is bounded in length", () => {
  const read = readZoneText(`a 1 TXT ${`${"x".repeat(255)} `.repeat(257)}\n`);
  assert.match(read.errors[0] ?? "", /the RDATA has more than 65535 octets/);
});

test("parentheses without partner are looked for a few times only", () => {
  const read = readZoneText("a 1 TXT ( x\n".repeat(100));
  assert.equal(read.errors.length, zoneFileLimits.unclosedMax + 1);
});

test("the first hundred errors are told, the others counted", () => {
  const read = readZoneText("a 1 A x\n".repeat(150));
  assert.equal(read.errors.length, 101);
  assert.equal(read.errors.at(-1), "zone: and 50 more errors");
  assert.equal(read.summary.errors, 150);
});

test("reading stops at ten thousand errors", () => {
  const read = readZoneText("a 1 A x\n".repeat(10_500));
  assert.equal(read.errors.at(-1), "zone: there are too many errors; what follows was not read");
  assert.equal(read.summary.errors, 10_000);
});

test("what a file holds does not reach the terminal as it is", () => {
  const read = readZoneText("a 1 A \x1b[31m\x9b\n");
  assert.match(read.errors[0] ?? "", /"\\027\[31m\\155"/);
});

test("a default TTL stands in for $TTL", () => {
  const read = readZoneText("a A 192.0.2.1\n", {}, { defaultTtl: 9 });
  assert.deepEqual(read.records, ["a.example.com. 9 A 192.0.2.1"]);
});
