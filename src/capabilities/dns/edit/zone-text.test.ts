import assert from "node:assert/strict";
import { test } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseZoneText } from "./zone-text.ts";

const head = "$TTL 60\n@ SOA ns1 admin 7 1h 10m 1d 5m\n@ NS ns1\nns1 A 192.0.2.1\n";

for (const [why, text, serial, problems] of [
  ["a good text is an image", head, 7, []],
  ["letters beyond ASCII are octets of UTF-8", `${head}a TXT "ä"\n`, 7, []],
  [
    "a mistake has a line",
    `${head}www A 192.0.2.300\n`,
    undefined,
    [/^text:5:7: "192\.0\.2\.300" is not an IPv4/],
  ],
  [
    "a zone that makes no sense has a line too",
    `${head}a CNAME b\na TXT x\n`,
    undefined,
    [/^text:\d: a\.example\. is a CNAME/],
  ],
  ["the same record twice is a warning", `${head}ns1 A 192.0.2.1\n`, 7, [/^text:\d: warning: .*twice/]],
  ["no text is no zone", "", undefined, [/has no SOA record/, /has no NS record/]],
  [
    "files of this machine are not read",
    `${head}$INCLUDE /etc/passwd\n`,
    undefined,
    [/^text:5:.*write its records here/],
  ],
] as const) {
  test(why, () => {
    const read = parseZoneText({ name: parseName("example."), text, file: "text", checkNames: "warn" });
    assert.equal(read.image?.serial(), serial);
    const said = read.problems.map(formatProblem);
    assert.equal(said.length, problems.length, said.join("\n"));
    for (const [index, pattern] of problems.entries()) assert.match(said[index]!, pattern);
  });
}
