/** named as the authoritative server, and as the resolver that tells who is: does it have the address? */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { askTcp, askUdp } from "#platform/dns-query/ask.ts";
import { type Confirmation, confirmRecord } from "../../src/capabilities/ddns/publish/confirm.ts";
import { resolveBy } from "../../src/capabilities/ddns/publish/system-resolve.ts";
import { requirePeer } from "../peers.ts";
import { startNamed } from "./named.ts";

// Of 40 records the answer does not fit a datagram
const many = Array.from({ length: 40 }, (_, index) => `many A 198.51.100.${index + 1}`);
const zone = [
  "$TTL 60",
  "@ SOA ns hostmaster 1 3600 600 86400 60",
  "@ NS ns",
  "@ A 203.0.113.9",
  "ns A 127.0.0.1",
  "home A 203.0.113.9",
  "home AAAA 2001:db8::9",
  "alias CNAME home",
  "*.wild A 203.0.113.9",
  "sub NS ns.sub",
  "ns.sub A 127.0.0.1",
  ...many,
];

async function zoneServer(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "homeport-confirm-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "zone.db");
  writeFileSync(file, `${zone.join("\n")}\n`);
  return await startNamed({ zones: [{ name: "example.net", file }] });
}

const cases: readonly (readonly [name: string, type: "A" | "AAAA", address: string, want: Confirmation])[] = [
  ["home.example.net", "A", "203.0.113.9", { outcome: "yes", sentence: undefined }],
  ["home.example.net", "AAAA", "2001:db8::9", { outcome: "yes", sentence: undefined }],
  ["example.net", "A", "203.0.113.9", { outcome: "yes", sentence: undefined }],
  ["*.wild.example.net", "A", "203.0.113.9", { outcome: "yes", sentence: undefined }],
  ["many.example.net", "A", "198.51.100.40", { outcome: "yes", sentence: undefined }],
  [
    "home.example.net",
    "A",
    "198.51.100.7",
    { outcome: "no", sentence: "none of its servers has it: 203.0.113.9 (ns.example.net)" },
  ],
  [
    "example.net",
    "AAAA",
    "2001:db8::9",
    { outcome: "no", sentence: "none of its servers has it: no AAAA record (ns.example.net)" },
  ],
  [
    "other.example.net",
    "A",
    "203.0.113.9",
    { outcome: "no", sentence: "none of its servers has it: no such name (ns.example.net)" },
  ],
  [
    "alias.example.net",
    "A",
    "203.0.113.9",
    { outcome: "no", sentence: "none of its servers has it: an alias of home.example.net (ns.example.net)" },
  ],
  [
    "home.sub.example.net",
    "A",
    "203.0.113.9",
    {
      outcome: "could-not-confirm",
      sentence: "none of its servers tells: answers without authority (ns.example.net)",
    },
  ],
  [
    "home.example.org",
    "A",
    "203.0.113.9",
    {
      outcome: "could-not-confirm",
      sentence:
        "which zone home.example.org is in cannot be told: the name servers of this machine do not tell (EREFUSED)",
    },
  ],
];

test("what named has is told for each name", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using named = await zoneServer(t);
  const ports = {
    resolve: resolveBy([`127.0.0.1:${named.port}`]),
    askUdp,
    askTcp,
    randomId: () => randomInt(0x1_0000),
    wildcardLabel: "nobody-has-this",
    port: named.port,
  };
  for (const [name, type, address, want] of cases) {
    const found = await confirmRecord({ name, type, address }, ports, AbortSignal.timeout(30_000));
    assert.deepEqual(found, want, `${name} ${type} ${address}`);
  }
});
