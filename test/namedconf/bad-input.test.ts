/**
 * What an import says about each mistake: where, what is wrong, what to write. The sentences are in
 * golden/bad-input.txt; HOMEPORT_GOLDEN=write makes them anew: read the diff.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import { importBind } from "../../src/capabilities/dns/import/import-bind.ts";
import { formatReport } from "../../src/capabilities/dns/import/report.ts";
import { bindFolder, soa } from "./bind-folder.ts";

const goldenFile = join(import.meta.dirname, "golden/bad-input.txt");
const writing = process.env["HOMEPORT_GOLDEN"] === "write";
const golden = new Map<string, string[]>();
if (!writing) {
  for (const section of readFileSync(goldenFile, "utf8").split("\n\n")) {
    const [heading = "", ...lines] = section.trimEnd().split("\n");
    golden.set(heading, lines);
  }
}

function expect(heading: string, lines: readonly string[]): void {
  if (writing) golden.set(heading, [...lines]);
  else assert.deepEqual(lines, golden.get(heading));
}

after(() => {
  if (!writing) return;
  writeFileSync(
    goldenFile,
    `${[...golden].map(([heading, lines]) => [heading, ...lines].join("\n")).join("\n\n")}\n`,
  );
});

const zone = 'zone "example.net" { type primary; file "db"; };\n';

const refused: readonly (readonly [why: string, config: string])[] = [
  ["an unterminated string", 'options { directory "/tmp; };\n'],
  ["an unterminated comment", "options { };\n/* no end"],
  ["a missing semicolon at the end of a line", `options {\n\trecursion no\n\tversion "x";\n};\n${zone}`],
  ["a missing semicolon before a brace", `options { recursion no };\n${zone}`],
  ["a missing semicolon behind a block", `options { recursion no; }\n${zone}`],
  ["a missing brace", `options { recursion no;\n${zone}`],
  ["a brace too many", `options { recursion no; }; };\n${zone}`],
  ["a value of the wrong kind", `options { recursion maybe; };\n${zone}`],
  ["a path without quotes", "options { directory /tmp; };\n"],
  ["a bad prefix", `acl a { 192.0.2.1/24; 10.10.7; 10/33; };\n${zone}`],
  ["a prefix with bits behind it", `options { allow-query { 192.0.2.1/24; }; };\n${zone}`],
  ["an acl with bits behind a prefix", `acl a { !{ "10.0.0.5/8"; 2001:db8::1/32; }; };\n${zone}`],
  ["a zone twice", `${zone}${zone}`],
  ["a zone without type", 'zone "example.net" { file "db"; };\n'],
  ["a zone of an unknown type", 'zone "example.net" { type main; file "db"; };\n'],
  ["a zone beside views", `view a { match-clients { any; }; };\n${zone}`],
  ["an include of itself", 'include "named.conf";\n'],
  ["a key without secret", "key k { algorithm hmac-sha256; };\n"],
  ["a key of an unknown algorithm", 'key k { algorithm rot13; secret "c2VjcmV0"; };\n'],
  ["a secret that is not base64, without telling it", 'key k { algorithm hmac-md5; secret "hush!"; };\n'],
  ["a secret without semicolon, without telling it", 'key k { algorithm hmac-md5; secret "aHVzaA==" };\n'],
  ["a secret without quotes, without telling it", "key k { algorithm hmac-md5; secret hush/hush hush; };\n"],
  ["a secret without closing quote, without telling it", 'key k { algorithm hmac-md5; secret "hush; };\n'],
  ["curly quotes", "zone “example.net” { type primary; file “db”; };\n"],
  ["an empty config", "// nothing\n"],
  ["a byte order mark", `\ufeff${zone}`],
];

for (const [why, config] of refused) {
  test(`refuses ${why}`, async () => {
    await using folder = bindFolder({ "named.conf": config, db: soa });
    const result = await importBind(folder.request);
    assert(!result.done);
    expect(`refused: ${why}`, result.problems.map(formatProblem));
    assert.deepEqual(readdirSync(folder.out), []);
    assert(!JSON.stringify(result).includes("hush"));
  });
}

const leftOut: readonly (readonly [why: string, files: Record<string, string>])[] = [
  ["an include that does not exist", { "named.conf": `include "/etc/bind/keys";\n${zone}`, db: soa }],
  ["an include that is a folder", { "named.conf": `include "sub";\n${zone}`, db: soa, "sub/x": "" }],
  ["a pattern that matches nothing", { "named.conf": `include "conf.d/*.conf";\n${zone}`, db: soa }],
  [
    "a zone file that does not exist",
    { "named.conf": `${zone}zone "b" { type primary; file "b.db"; };`, db: soa },
  ],
  ["a zone file that is a folder", { "named.conf": 'zone "a" { type primary; file "sub"; };', "sub/x": "" }],
  [
    "a binary zone file",
    { "named.conf": 'zone "a b;rm" { type primary; file "db"; };', db: "\0\0\0\x02\0\0\0\x01" },
  ],
  ["an $INCLUDE that does not exist", { "named.conf": zone, db: `${soa}$INCLUDE hosts\n` }],
  ["a zone with a name that is none", { "named.conf": 'zone "a..b" { type primary; file "db"; };', db: soa }],
  ["an unknown acl", { "named.conf": `${zone}options { allow-query { lan; 192.0.2.1; }; };`, db: soa }],
  [
    "an unknown acl that is excepted",
    { "named.conf": `${zone}options { allow-query { 192.0.2.1; !lan; any; }; };`, db: soa },
  ],
  [
    "an unknown key",
    { "named.conf": 'zone "example.net" { type primary; file "db"; allow-update { key k; }; };', db: soa },
  ],
  ["acls in a circle", { "named.conf": `acl a { b; };\nacl b { a; };\n${zone}`, db: soa }],
  ["unknown primaries", { "named.conf": 'zone "b" { type secondary; primaries { nobody; }; };' }],
  [
    "a key with a shortened HMAC",
    { "named.conf": `key k { algorithm hmac-sha256-128; secret "aHVzaA=="; };${zone}`, db: soa },
  ],
  ["an $INCLUDE in a circle", { "named.conf": zone, db: `${soa}$INCLUDE db\n` }],
];

for (const [why, files] of leftOut) {
  test(`imports the rest and tells of ${why}`, async () => {
    await using folder = bindFolder(files);
    const result = await importBind(folder.request);
    assert(result.done, JSON.stringify(result));
    const lines = formatReport(result.report).split("\n");
    expect(
      `left out: ${why}`,
      lines.filter((line) => /^ {2}\S+:\d+:/.test(line)).map((line) => line.trim()),
    );
  });
}
