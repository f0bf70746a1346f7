import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { compareNames, lowerName, type Name, parseName } from "../dns/name.ts";
import { recordFormats } from "../dns/records/index.ts";
import { RRType } from "../dns/registry.ts";
import { readZoneText, recordLine } from "./reading.testing.ts";
import { type WrittenRecord, writeZone } from "./writer.ts";

const origin = parseName("example.com.");

test("columns are aligned, names grouped, times explained, and long RDATA is broken", () => {
  const { data } = readZoneText(`$TTL 1d
www 300 AAAA 2001:db8::1
www A 192.0.2.2
@ NS ns2
@ SOA ns hostmaster 2026010100 1h 15m 1w 5m
@ NS ns
*.w TXT "${"one two ".repeat(10)}" "${"three ".repeat(10)}"
k DNSKEY 257 3 13 ${"mdss".repeat(22)}
u TYPE999 \\# 3 010203
`);
  assert.equal(
    writeZone(data, { origin }),
    `$ORIGIN example.com.
$TTL 86400 ; 1 day
@       SOA     ns hostmaster (
                2026010100 ; serial
                3600       ; refresh (1 hour)
                900        ; retry (15 minutes)
                604800     ; expire (1 week)
                300        ; minimum (5 minutes)
                )
        NS      ns
        NS      ns2
k       DNSKEY  ( 257 3 13 mdssmdssmdssmdssmdssmdssmdssmdssmdssmdssmdssmdssmdssmdss
                  mdssmdssmdssmdssmdssmdssmdssmdss )
u       TYPE999 \\# 3 010203
*.w     TXT     ( "one two one two one two one two one two one two one two one two one two one two "
                  "three three three three three three three three three three " )
www     A       192.0.2.2
    300 AAAA    2001:db8::1
`,
  );
});

test("the origin is spelled as the SOA spells it, so that names can stand without it", () => {
  const { data } = readZoneText("@ 5 TXT x\nEXAMPLE.COM. 5 SOA a. b. 1 2 3 4 5\nW.EXAMPLE.COM. 5 CNAME w\n");
  const text = writeZone(data, { origin });
  assert.match(text, /^\$ORIGIN EXAMPLE\.COM\.\n/);
  assert.match(text, /^W +CNAME w\.example\.com\.\n/m);
});

test("names are in canonical order", () => {
  const names = ["example.com.", "\\000.example.com.", "\\000\\000.example.com.", "\\000\\001.example.com."];
  names.push(
    "\\001.example.com.",
    "a.example.com.",
    "x.a.example.com.",
    "Z.a.example.com.",
    "b.example.com.",
  );
  names.push("\\255.example.com.");
  const { data } = readZoneText(
    names
      .toReversed()
      .map((owner) => `${owner} 5 TXT x\n`)
      .join(""),
  );
  const { records } = readZoneText(writeZone(data, { origin }));
  assert.deepEqual(
    records,
    names.map((owner) => `${owner} 5 TXT "x"`),
  );
  assert.deepEqual(
    names.toSorted((one, other) => compareNames(parseName(one), parseName(other))),
    names,
  );
});

test("no records are written as an empty zone", () => {
  assert.equal(writeZone([], { origin }), "$ORIGIN example.com.\n");
});

test("RDATA of every type is the same when it is read back", () => {
  const lines = recordFormats.map(({ mnemonic, example }, i) => {
    return `${mnemonic === "SOA" ? "@" : `a${i}`} 5 ${mnemonic} ${example}`;
  });
  const { data, errors } = readZoneText(`${lines.join("\n")}\n`);
  assert.deepEqual(
    errors.filter((error) => !error.includes("obsolete")),
    [],
  );
  assert.ok(data.length >= 40);
  assertReadBack(data);
});

test("the foundry's zones are the same when they are read back", () => {
  const files = globSync(join(import.meta.dirname, "../../../test/zonefile/foundry/*"));
  assert.equal(files.length, 2);
  for (const file of files) {
    const zone = parseName(file.includes("rev.") ? "9.168.192.in-addr.arpa." : "dmz.mydomain.com.");
    const { data, errors, warnings } = readZoneText(readFileSync(file, "latin1"), {}, { origin: zone });
    assert.deepEqual([...errors, ...warnings], []);
    assert.ok(data.length >= 5);
    assertReadBack(data, zone);
  }
});

const label = fc.oneof(
  fc.constantFrom(
    "a",
    "B",
    "*",
    "@",
    "$",
    "www",
    "_tcp",
    "a.b",
    "\\",
    "\0",
    "\xff",
    " ",
    '"',
    ";",
    "(",
    "x".repeat(63),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 6 }).map((octets) => String.fromCharCode(...octets)),
);
const name = fc
  .tuple(
    fc.array(label, { maxLength: 3 }),
    fc.constantFrom(origin, parseName("EXAMPLE.com."), parseName("a."), "\0"),
  )
  .map(
    ([labels, end]) => (labels.map((text) => String.fromCharCode(text.length) + text).join("") + end) as Name,
  )
  .filter((made) => made.length <= 255);
const ownName = name.filter((made) => lowerName(made).endsWith(origin));
const rdata = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((octets) => [RRType.A, octets] as const),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((octets) => [RRType.AAAA, octets] as const),
  fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 3 }).map((strings) => {
    return [RRType.TXT, Uint8Array.from(strings.flatMap((octets) => [octets.length, ...octets]))] as const;
  }),
  name.map((target) => [RRType.CNAME, octetsOf(target)] as const),
  name.map((target) => [RRType.NS, octetsOf(target)] as const),
  name.map((target) => [RRType.MX, octetsOf(`\0\x0a${target}`)] as const),
  name.map((target) => [RRType.SRV, octetsOf(`\0\x01\0\x02\0\x03${target}`)] as const),
  fc.uint8Array({ maxLength: 300 }).map((octets) => [65_280, octets] as const),
  fc.uint8Array({ minLength: 5, maxLength: 300 }).map((octets) => [RRType.TLSA, octets] as const),
);

test("any zone is the same when it is read back, and is written the same whatever its order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(ownName, rdata, fc.constantFrom(0, 5, 3600)), { maxLength: 20 }),
      (made) => {
        const ttls = new Map<string, number>();
        const records = made.map(([owner, [type, octets], ttl]) => {
          const key = `${lowerName(owner)} ${type}`;
          if (!ttls.has(key)) ttls.set(key, ttl);
          return { owner, type, ttl: ttls.get(key)!, rdata: octets };
        });
        assertReadBack(records);
        assert.equal(writeZone(records.toReversed(), { origin }), writeZone(records, { origin }));
      },
    ),
    { numRuns: 1000 },
  );
});

function assertReadBack(records: readonly WrittenRecord[], zone = origin): void {
  const text = writeZone(records, { origin: zone });
  const { data, errors, warnings } = readZoneText(text, {}, { origin: zone });
  assert.deepEqual([...errors, ...warnings], [], text);
  assert.deepEqual(data.map(exactLine).sort(), records.map(exactLine).sort(), text);
  assert.equal(writeZone(data, { origin: zone }), text);
}

function exactLine(record: WrittenRecord): string {
  return `${recordLine(record)} ${record.rdata.toHex()}`;
}

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
