import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError, formatProblem } from "#contracts/configuration.ts";
import { readSite, type Section } from "#platform/site/site.ts";
import { dns } from "./capability.ts";
import { checkConfig } from "./check-config.ts";
import { DnsConfig } from "./config.ts";
import { rateLimitSettings } from "./rate-limit/settings.ts";

function siteFile(t: TestContext, section: string): string {
  const folder = mkdtempSync(join(tmpdir(), "homeport-config-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "site.yaml");
  writeFileSync(file, `site: lab\ndns:\n${section}\n`);
  return file;
}

for (const [why, section, want] of [
  [
    "an address that is none",
    '  listen: ["localhost:53"]',
    /:3:12: dns\.listen\[0\]: "localhost:53": "localhost" is not an IP address; write/,
  ],
  ["no address at all", "  listen: []", /:3:3: dns\.listen: an empty list is too little; write/],
  [
    "the same address twice",
    '  listen: ["127.0.0.1:53", "127.0.0.1:53"]',
    /:3:28: dns\.listen\[1\]: 127\.0\.0\.1:53 is there twice/,
  ],
  [
    "a rate that is none",
    "  rateLimit: { responsesPerSecond: -1 }",
    /:3:36: dns\.rateLimit\.responsesPerSecond: -1 is too little; write 0/,
  ],
  [
    "a rate limit by another name",
    "  rateLimit: { responsesPerSec: 5 }",
    /:3:16: dns\.rateLimit\.responsesPerSec: there is no .*; write "responsesPerSecond"/,
  ],
  [
    "a rate limit that exempts a list that is not there",
    '  rateLimit: { exempt: ["acl office"] }',
    /:3:16: dns\.rateLimit\.exempt: there is no list "office"; add it under dns\.acls/,
  ],
  [
    "a name that is none",
    "  zones: [{ name: x..y, file: a }]",
    /:3:19: dns\.zones\[0\]\.name: "x\.\.y\." has an empty label.*; write/,
  ],
  [
    "a zone twice, in another case and with a dot",
    "  zones: [{ name: a.example, file: a }, { name: A.example., file: b }]",
    /:3:49: dns\.zones\[1\]\.name: a\.example is there twice, first as entry 1; remove one/,
  ],
  ["a zone without content", "  zones: [{ name: a.example }]", /dns\.zones\[0\]: needs either `file`/],
  [
    "a network with host bits",
    '  allowQuery: ["10.0.0.5/8"]',
    /:3:16: dns\.allowQuery\[0\]: "10\.0\.0\.5\/8" has bits behind its first 8; write/,
  ],
  [
    "a prefix that is too long",
    '  allowQuery: ["10.0.0.0/33"]',
    /"10\.0\.0\.0\/33" has no valid prefix length; write 0 to 32/,
  ],
  [
    "a list that is not there",
    '  allowQuery: ["acl office"]',
    /:3:3: dns\.allowQuery: there is no list "office"; add it under dns\.acls/,
  ],
  [
    "lists that contain each other",
    '  acls: { a: ["acl b"], b: ["acl a"] }',
    /dns\.acls\.a: list "." contains itself/,
  ],
  [
    "a server that is none",
    "  forward: [{ to: [resolver.example] }]",
    /dns\.forward\[0\]\.to\[0\]: "resolver\.example" is no address of a server; write/,
  ],
  [
    "a setting that does not exist",
    "  minimalAnswers: yes",
    /:3:3: dns\.minimalAnswers: .*minimalAny|minimalResponses/,
  ],
] as const) {
  test(`${why} is refused with its place and what to write`, async (t) => {
    await assert.rejects(readSite(siteFile(t, section), [dns as unknown as Section]), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.problems.map(formatProblem).join("\n"), want);
      return true;
    });
  });
}

for (const section of [
  { forward: [{ to: ["1.2.3.4", "tls://9.9.9.9", "https://1.1.1.1/dns-query", "[2001:db8::1]:5353"] }] },
  {
    keys: [{ name: "transfer", secret: "c2VjcmV0" }],
    zones: [{ name: "a.example", primaries: ["192.0.2.10 key transfer", "[::1]:5353"] }],
  },
  {
    keys: [{ name: "rndc-key", secretFile: "rndc.key" }],
    acls: { all: ["!192.0.2.1", "any"], more: ["acl all", "key rndc-key"] },
    allowQuery: ["!acl more", "localnets"],
  },
]) {
  test(`${JSON.stringify(section)} is right`, () => {
    assert.ok(DnsConfig.safeParse(section).success);
  });
}

test("check tells of a key file that is not there, and of one that everybody may read", async (t) => {
  const file = siteFile(t, "  zones: []");
  const siteFolder = join(file, "..");
  writeFileSync(join(siteFolder, "open.key"), "c2VjcmV0", { mode: 0o644 });
  const key = { name: "k", algorithm: "hmac-sha256", secretFile: "open.key" };
  const config = DnsConfig.parse({ keys: [key, { ...key, name: "l", secretFile: "none.key" }] });
  const problems = (await checkConfig(config, { siteFolder })).map(formatProblem);
  const said = (wanted: RegExp): boolean => problems.some((problem) => wanted.test(problem));
  assert.ok(said(/^warning: dns\.keys\[0\]\.secretFile: others than its owner may read/));
  assert.ok(said(/^dns\.keys\[1\]\.secretFile: the secret of key l is not there: none\.key/));
});

for (const [why, section, want] of [
  ["a site that says nothing has limits", {}, 200],
  ["one limit may be set and the others stay", { rateLimit: { slip: 1 } }, 200],
  ["limits may be off", { rateLimit: "off" }, undefined],
] as const) {
  test(why, () => {
    const { rateLimit, acls } = DnsConfig.parse(section);
    assert.equal(rateLimitSettings(rateLimit, acls, [])?.responsesPerSecond, want);
  });
}
