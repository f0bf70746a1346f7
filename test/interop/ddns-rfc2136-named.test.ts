/** Records that follow the site's address go to BIND's named by signed updates, many in one message. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, type TestContext } from "node:test";
import type {
  ProviderCall,
  ProviderPorts,
  WantedRecord,
} from "../../src/capabilities/ddns/providers/provider.ts";
import { rfc2136 } from "../../src/capabilities/ddns/providers/rfc2136.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { decodeMessage, encodeMessage, queryMessage } from "../../src/protocols/dns/message.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { rdataToText } from "../../src/protocols/dns/records/index.ts";
import { RRClass, RRType } from "../../src/protocols/dns/registry.ts";
import { requirePeer } from "../peers.ts";
import { type RunningPeer, startNamed } from "./named.ts";

const secret = Buffer.alloc(32, 7).toString("base64");
const soa = "$TTL 300\n@ SOA ns h 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.53\n";
const zones: Readonly<Record<string, string>> = {
  "example.net": `${soa}@ MX 10 mail\nalias CNAME www\nwww A 192.0.2.1\nwww TXT "web"\nsub NS ns.sub\nns.sub A 192.0.2.54\n`,
  "sub.example.net": soa,
};

let running: Promise<{ readonly peer: RunningPeer; readonly folder: string }> | undefined;
after(async () => {
  if (running === undefined) return;
  const { peer, folder } = await running;
  await peer[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function start() {
  const folder = mkdtempSync(join(tmpdir(), "homeport-updates-"));
  const statements = [
    `key "site" { algorithm hmac-sha256; secret "${secret}"; };`,
    `key "other" { algorithm hmac-sha256; secret "${secret}"; };`,
  ];
  for (const [name, text] of Object.entries(zones)) {
    writeFileSync(join(folder, `${name}.db`), text);
    const policy = `deny site name locked.${name}.; grant site zonesub ANY;`;
    statements.push(
      `zone "${name}" { type primary; file "${join(folder, `${name}.db`)}"; update-policy { ${policy} }; };`,
    );
  }
  return { peer: await startNamed({ zones: [], statements: statements.join("\n") }), folder };
}

async function named(t: TestContext): Promise<RunningPeer | undefined> {
  if (!requirePeer(t, "named", "bind9")) return undefined;
  running ??= start();
  return (await running).peer;
}

function wanted(name: string, address = "203.0.113.7", more: Partial<WantedRecord> = {}): WantedRecord {
  const type = address.includes(":") ? "AAAA" : "A";
  return { name, type, address, ttl: undefined, proxied: undefined, zone: undefined, ...more };
}

function open({ address, port }: RunningPeer, settings: Readonly<Record<string, unknown>> = {}) {
  let id = 0;
  const ports = { askUdp, askTcp, nowMs: Date.now, randomId: () => ++id & 0xffff, siteFolder: "/" };
  const key = { name: "site", algorithm: "hmac-sha256", secret };
  const provider = rfc2136.open(
    { server: `${address} port ${port}`, key, ttl: "60s", ...settings },
    ports as unknown as ProviderPorts,
  );
  const http = () => assert.fail("nothing is asked by HTTP");
  const call: ProviderCall = { http, nowMs: Date.now, signal: new AbortController().signal };
  return (records: readonly WantedRecord[]) => provider.publish(records, call);
}

async function lookUp({ address, port }: RunningPeer, name: string, type: keyof typeof RRType) {
  const question = { name: parseName(`${name}.`), type: RRType[type], class: RRClass.IN };
  const answer = await askUdp(encodeMessage(queryMessage({ id: 1, question })), { address, port }, 3_000);
  return decodeMessage(answer).answers.map(
    (record) => `${record.ttl} ${rdataToText(record.type, record.rdata)}`,
  );
}

function codes(results: Awaited<ReturnType<ReturnType<typeof open>>>): string[] {
  return results.map((result) => ("code" in result ? `${result.outcome} ${result.code}` : result.outcome));
}

test("addresses of a name take the place of those of their families, and of nothing else", async (t) => {
  const peer = await named(t);
  if (peer === undefined) return;
  const publish = open(peer);
  const records = [
    wanted("www.example.net"),
    wanted("www.example.net", "2001:db8::7", { ttl: 120 }),
    wanted("example.net"),
    wanted("*.example.net"),
  ];
  assert.deepEqual(codes(await publish(records)), ["changed", "changed", "changed", "changed"]);
  assert.deepEqual(await lookUp(peer, "www.example.net", "A"), ["60 203.0.113.7"]);
  assert.deepEqual(await lookUp(peer, "www.example.net", "AAAA"), ["120 2001:db8::7"]);
  assert.deepEqual(await lookUp(peer, "www.example.net", "TXT"), ['300 "web"']);
  assert.deepEqual(await lookUp(peer, "example.net", "MX"), ["300 10 mail.example.net."]);
  assert.deepEqual(await lookUp(peer, "example.net", "A"), ["60 203.0.113.7"]);
  assert.deepEqual(await lookUp(peer, "anything.example.net", "A"), ["60 203.0.113.7"]);
});

test("names that may not be changed are refused on their own, and a zone of its own is found", async (t) => {
  const peer = await named(t);
  if (peer === undefined) return;
  const publish = open(peer);
  const good = Array.from({ length: 300 }, (_, i) => wanted(`good${i}.example.net`));
  const records = [
    ...good.slice(0, 100),
    wanted("alias.example.net"),
    ...good.slice(100, 200),
    wanted("locked.example.net"),
    wanted("sub.example.net"),
    wanted("host.sub.example.net"),
    ...good.slice(200),
    wanted("host.example.org"),
  ];
  const results = codes(await publish(records));
  assert.deepEqual(
    results.filter((code) => code !== "changed"),
    ["refused YXRRSET", "refused REFUSED", "refused no-zone"],
  );
  assert.deepEqual([results[100], results[201]], ["refused YXRRSET", "refused REFUSED"]);
  assert.deepEqual(await lookUp(peer, "sub.example.net", "A"), ["60 203.0.113.7"]);
  assert.deepEqual(await lookUp(peer, "host.sub.example.net", "A"), ["60 203.0.113.7"]);
  assert.deepEqual(await lookUp(peer, "alias.example.net", "CNAME"), ["300 www.example.net."]);
});

const other = { name: "other", algorithm: "hmac-sha256", secret };
const mistakes: readonly (readonly [
  why: string,
  settings: Readonly<Record<string, unknown>>,
  want: readonly string[],
])[] = [
  ["a key that it does not know", { key: { ...other, name: "unknown" } }, ["refused BADKEY", "account"]],
  [
    "another secret",
    { key: { ...other, name: "site", secret: Buffer.alloc(32, 8).toString("base64") } },
    ["refused BADSIG", "account"],
  ],
  ["a key that may not change the zone", { key: other }, ["refused REFUSED", "record"]],
  ["no key", { key: undefined }, ["refused REFUSED", "record"]],
  ["a zone that is not its own", { zone: "net" }, ["refused NOTAUTH", "record"]],
];
for (const [why, settings, want] of mistakes) {
  test(`named refuses ${why}`, async (t) => {
    const peer = await named(t);
    if (peer === undefined) return;
    const [result] = await open(peer, settings)([wanted("www.example.net")]);
    assert.ok(result?.outcome === "refused", JSON.stringify(result));
    assert.deepEqual([`refused ${result.code}`, result.scope], want);
  });
}

test("ten thousand records are published in a few seconds", async (t) => {
  const peer = await named(t);
  if (peer === undefined) return;
  const publish = open(peer);
  const records = Array.from({ length: 10_000 }, (_, i) => wanted(`host${i}.example.net`, "203.0.113.8"));
  const startMs = performance.now();
  const outcomes = new Set<string>();
  const batches = Array.from({ length: 20 }, (_, i) => records.slice(i * 500, (i + 1) * 500)).values();
  const workOff = async (): Promise<void> => {
    for (const batch of batches) for (const { outcome } of await publish(batch)) outcomes.add(outcome);
  };
  await Promise.all([workOff(), workOff(), workOff(), workOff()]);
  t.diagnostic(`${Math.round(performance.now() - startMs)} ms`);
  assert.deepEqual([...outcomes], ["changed"]);
  assert.deepEqual(await lookUp(peer, "host9999.example.net", "A"), ["60 203.0.113.8"]);
});
