import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { formatOf, rdataToText } from "../dns/records/index.ts";
import { WireReader } from "../dns/wire.ts";
import { latin1 } from "./characters.ts";
import { type ReadZone, readZoneText } from "./reading.testing.ts";

const owners = [
  "",
  " ",
  "\t",
  "@",
  "a",
  "A",
  "b.c",
  "a.example.com.",
  "A.EXAMPLE.com.",
  "x.",
  "a..b",
  "a\\.b",
  "*.a",
];
const ttls = ["", "5 ", "6 ", "1h ", "0300 ", "2147483648 ", "5 6 "];
const classes = ["", "IN ", "in ", "CH ", "IN IN "];
const rdata = [
  "A 192.0.2.1",
  "a 192.0.2.255",
  "A 192.0.2.256",
  "A 192.0.02.1",
  "A 192.0.2",
  "AAAA ::",
  "AAAA 1::",
  "AAAA ::1",
  "AAAA 1:2:3:4:5:6:7:8",
  "AAAA 1:2:3:4:5:6:7::",
  "AAAA 1::2::3",
  "AAAA 12345::",
  "AAAA ::192.0.2.1",
  "AAAA 1:",
  "AAAA :1",
  "NS a",
  "NS @",
  "NS @@",
  "NS .",
  "NS a.example.net.",
  "CNAME a..b",
  "CNAME .a",
  "PTR \\097",
  "MX 10 a",
  "MX 65536 a",
  "MX a",
  "MX 010 a",
  "TXT a",
  "TXT a.b",
  'TXT "a b"',
  'TXT ""',
  'TXT "a" "b"',
  'TXT "a\\"b"',
  'TXT "a',
  `TXT ${"a".repeat(255)}`,
  `TXT ${"a".repeat(256)}`,
  "SRV 1 2 3 a",
  "TYPE1 192.0.2.1",
  "NSX a",
  "A",
  "",
];

const line = fc
  .tuple(
    fc.constantFrom(...owners),
    fc.constantFrom(...ttls),
    fc.constantFrom(...classes),
    fc.constantFrom(...rdata),
    fc.constantFrom("", " ", "\t;x", ";x(", "\r"),
  )
  .map(([owner, ttl, rrClass, data, end]) => ({ start: `${owner} ${ttl}${rrClass}${data}`, end }));

test("the short way reads what the long way reads, and leaves to it what is wrong", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (lines, hasTtl) => {
      const head = hasTtl ? "$TTL 9\n" : "";
      const plain = readZoneText(head + lines.map(({ start, end }) => `${start}${end}\n`).join(""));
      const long = readZoneText(head + lines.map(({ start, end }) => `${start} ()${end}\n`).join(""));
      assert.deepEqual(plain.records, long.records);
      assert.deepEqual(plain.places, long.places);
      assert.deepEqual(plain.errors.map(withoutColumn), long.errors.map(withoutColumn));
      assert.deepEqual(plain.warnings.map(withoutColumn), long.warnings.map(withoutColumn));
    }),
    { numRuns: 2000 },
  );
});

test("any octets are read without a throw, and what comes out is sound", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      assertSound(readZoneText(latin1(octets, 0, octets.length)));
    }),
    { numRuns: 3000 },
  );
});

const pieces: readonly string[] = [
  "(",
  ")",
  '"',
  ";",
  "\\",
  "@",
  "$",
  ".",
  "\n",
  " ",
  "\t",
  "\r",
  "\0",
  "\xef\xbb\xbf",
  "\n ",
  "\\#",
  "${0,3,x}",
  "$ORIGIN",
  "$TTL",
  "$INCLUDE self",
  "$INCLUDE other b",
  "$GENERATE 1-3",
  "IN",
  "5",
  "1h",
  "A",
  "TXT",
  "MX",
  "SOA",
  "NS",
  "TYPE9",
  "192.0.2.1",
  "::1",
  "a",
  "b.",
  "example.com.",
];

test("any words of zone files are read without a throw, and what comes out is sound", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { maxLength: 60 }),
      fc.constantFrom("", " "),
      (words, gap) => {
        const text = words.join(gap);
        assertSound(readZoneText(text, { self: text, other: text }));
      },
    ),
    { numRuns: 3000 },
  );
});

const folder = join(import.meta.dirname, "../../../test/zonefile");
const realFiles = globSync(["foundry/*", "golden/*.zone"], { cwd: folder })
  .map((name) => readFileSync(join(folder, name), "latin1"))
  .filter((text) => text.length < 4096);

test("zone files with a few octets changed are read without a throw, and what comes out is sound", () => {
  assert.ok(realFiles.length >= 20);
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    drop: fc.nat(5),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary-ascii", maxLength: 3 })),
  });
  fc.assert(
    fc.property(fc.constantFrom(...realFiles), fc.array(change, { maxLength: 5 }), (file, changes) => {
      let text = file;
      for (const { at, drop, insert } of changes) {
        const cut = Math.floor(at * text.length);
        text = text.slice(0, cut) + insert + text.slice(cut + drop);
      }
      assertSound(readZoneText(text));
    }),
    { numRuns: 1000 },
  );
});

function assertSound(read: ReadZone): void {
  assert.equal(read.summary.records, read.data.length);
  assert.equal(read.summary.errors === 0, read.errors.length === 0);
  for (const { owner, type, ttl, rdata: octets } of read.data) {
    assert.ok(owner.toLowerCase().endsWith("\x07example\x03com\0") && owner.length <= 255);
    assert.ok(Number.isInteger(ttl) && ttl >= 0 && ttl <= 0x7fffffff);
    formatOf(type)?.decode(new WireReader(octets, 0, octets.length, false));
    assert.ok(rdataToText(type, octets).length > 0);
  }
}

/** The long way's line is longer, so that only the ends of lines differ. */
function withoutColumn(problem: string): string {
  return problem.replace(/^(zone:\d+):\d+/, "$1");
}
