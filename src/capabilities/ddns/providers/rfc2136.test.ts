import assert from "node:assert/strict";
import test from "node:test";
import { z } from "zod";
import { ExchangeFault } from "#platform/dns-query/update-exchange.ts";
import { Rcode } from "#protocols/dns/registry.ts";
import type { ProviderCall, ProviderPorts, PublishResult, WantedRecord } from "./provider.ts";
import { rfc2136 } from "./rfc2136.ts";
import { resultOfFault } from "./update-outcome.ts";
import { MemoryNameServer } from "./update-server.testing.ts";

function wanted(name: string, address = "203.0.113.7", more: Partial<WantedRecord> = {}): WantedRecord {
  const type = address.includes(":") ? "AAAA" : "A";
  return { name, type, address, ttl: undefined, proxied: undefined, zone: undefined, ...more };
}

function open(server: MemoryNameServer, settings: Readonly<Record<string, unknown>> = {}) {
  let id = 0;
  const ports = { askUdp: server.ask, askTcp: server.ask, nowMs: () => 0, randomId: () => ++id };
  const provider = rfc2136.open({ server: "192.0.2.53 port 5353", ttl: "60s", ...settings }, {
    ...ports,
    siteFolder: "/nowhere",
  } as unknown as ProviderPorts);
  const http = () => assert.fail("nothing is asked by HTTP");
  const call: ProviderCall = { http, nowMs: () => 0, signal: new AbortController().signal };
  return (records: readonly WantedRecord[]) => provider.publish(records, call);
}

/** In short: `refused record NOTZONE`. */
function inShort(results: readonly PublishResult[]): string[] {
  return results.map((result) =>
    result.outcome === "refused"
      ? `refused ${result.scope} ${result.code}`
      : result.outcome === "failed"
        ? `failed ${result.code}`
        : result.outcome,
  );
}

function many(count: number, start = 0): WantedRecord[] {
  return Array.from({ length: count }, (_, i) => wanted(`h${start + i}.example.net`));
}

test("both families of a name go out in one message, and the rest of the name stays", async () => {
  const server = new MemoryNameServer(["example.net"]);
  server.records.add("home.example.net A 300 203.0.113.1");
  server.records.add("home.example.net A 300 203.0.113.2");
  server.records.add("home.example.net MX 300 10 mail.example.net.");
  const records = [wanted("home.example.net"), wanted("home.example.net", "2001:db8::7", { ttl: 120 })];
  assert.deepEqual(inShort(await open(server)(records)), ["changed", "changed"]);
  assert.deepEqual(server.updates, [1]);
  assert.deepEqual([...server.records].sort(), [
    "home.example.net A 60 203.0.113.7",
    "home.example.net AAAA 120 2001:db8::7",
    "home.example.net MX 300 10 mail.example.net.",
  ]);
});

test("a family that is not spoken of stays", async () => {
  const server = new MemoryNameServer(["example.net"]);
  server.records.add("home.example.net AAAA 300 2001:db8::1");
  await open(server)([wanted("home.example.net")]);
  assert.ok(server.records.has("home.example.net AAAA 300 2001:db8::1"));
});

test("two machines by one name have both addresses", async () => {
  const server = new MemoryNameServer(["example.net"]);
  await open(server)([wanted("a.example.net", "2001:db8::1"), wanted("a.example.net", "2001:db8::2")]);
  assert.deepEqual(
    [...server.records],
    ["a.example.net AAAA 60 2001:db8::1", "a.example.net AAAA 60 2001:db8::2"],
  );
});

test("hundreds of names are few messages, and their zone is asked for once", async () => {
  const server = new MemoryNameServer(["example.net"]);
  const publish = open(server);
  assert.deepEqual(new Set(inShort(await publish(many(500)))), new Set(["changed"]));
  assert.ok(server.updates.length <= 2, String(server.updates));
  await publish(many(500));
  assert.equal(server.questions, 1);
  assert.equal(server.records.size, 500);
});

test("names as long as can be are sent in messages that they fit into", async () => {
  const server = new MemoryNameServer(["example.net"]);
  const label = "x".repeat(60);
  const records = Array.from({ length: 300 }, (_, i) =>
    wanted(`${label}.${label}.${label}.h${i}.example.net`, "2001:db8::7"),
  );
  assert.deepEqual(
    new Set(inShort(await open(server, { zone: "example.net" })(records))),
    new Set(["changed"]),
  );
  assert.equal(server.records.size, 300);
});

for (const [why, spoil, want] of [
  [
    "an alias",
    (server: MemoryNameServer) => server.records.add("h300.example.net CNAME 60 www.example.net."),
    "refused record YXRRSET",
  ],
  [
    "a delegated name",
    (server: MemoryNameServer) => server.records.add("h300.example.net NS 60 ns.example.org."),
    "refused record YXRRSET",
  ],
  [
    "a name that the policy keeps",
    (server: MemoryNameServer) => server.refused.set("h300.example.net", Rcode.REFUSED),
    "refused record REFUSED",
  ],
] as const) {
  test(`${why} among hundreds of names stops none of the others`, async () => {
    const server = new MemoryNameServer(["example.net"]);
    spoil(server);
    const before = server.records.size;
    const results = inShort(await open(server)(many(500)));
    assert.deepEqual([results[300], results.filter((one) => one !== "changed").length], [want, 1]);
    assert.equal(server.records.size, before + 499);
    assert.ok(server.updates.length < 25, String(server.updates.length));
  });
}

test("a server that refuses every name is not asked about each", async () => {
  const server = new MemoryNameServer(["example.net"]);
  server.always = Rcode.REFUSED;
  const results = inShort(await open(server, { zone: "example.net" })(many(500)));
  assert.deepEqual(new Set(results), new Set(["refused record REFUSED"]));
  assert.ok(server.updates.length < 20, String(server.updates.length));
});

test("among too many names that are refused some wait for another time", async () => {
  const server = new MemoryNameServer(["example.net"]);
  for (let i = 0; i < 500; i += 2) server.refused.set(`h${i}.example.net`, Rcode.REFUSED);
  server.refused.delete("h0.example.net");
  const results = inShort(await open(server)(many(500)));
  assert.equal(server.updates.length, 200);
  assert.ok(results.includes("failed too-many-refusals") && results.includes("changed"));
});

test("a name that is a zone of its own at the server is changed there", async () => {
  const server = new MemoryNameServer(["example.net", "home.example.net"]);
  server.records.add("home.example.net NS 60 ns.example.net.");
  const records = [...many(10), wanted("home.example.net"), wanted("*.home.example.net")];
  assert.deepEqual(new Set(inShort(await open(server)(records))), new Set(["changed"]));
  assert.ok(server.records.has("*.home.example.net A 60 203.0.113.7"));
});

const places: readonly (readonly [
  why: string,
  settings: Readonly<Record<string, unknown>>,
  record: WantedRecord,
  want: string,
])[] = [
  [
    "the record's own zone comes first",
    { zone: "example.org" },
    wanted("a.example.net", "203.0.113.7", { zone: "example.net" }),
    "changed",
  ],
  [
    "the zone of the provider is that of all records",
    { zone: "example.net" },
    wanted("a.example.net"),
    "changed",
  ],
  [
    "a name outside of that zone is refused here",
    { zone: "example.net" },
    wanted("a.example.org"),
    "refused record outside-zone",
  ],
  ["a name of no zone there is refused here", {}, wanted("a.example.org"), "refused record no-zone"],
  [
    "a zone that is another server's is refused there",
    { zone: "org" },
    wanted("a.example.org"),
    "refused record NOTAUTH",
  ],
];
for (const [why, settings, record, want] of places) {
  test(why, async () => {
    const server = new MemoryNameServer(["example.net"]);
    assert.deepEqual(inShort(await open(server, settings)([record])), [want]);
  });
}

for (const [rcode, want] of [
  [Rcode.NOERROR, "changed"],
  [Rcode.FORMERR, "refused record FORMERR"],
  [Rcode.SERVFAIL, "failed SERVFAIL"],
  [Rcode.NXDOMAIN, "failed NXDOMAIN"],
  [Rcode.NOTIMP, "refused account NOTIMP"],
  [Rcode.REFUSED, "refused record REFUSED"],
  [Rcode.YXDOMAIN, "failed YXDOMAIN"],
  [Rcode.YXRRSET, "refused record YXRRSET"],
  [Rcode.NXRRSET, "failed NXRRSET"],
  [Rcode.NOTAUTH, "refused record NOTAUTH"],
  [Rcode.NOTZONE, "refused record NOTZONE"],
] as const) {
  test(`an answer of ${rcode} means ${want}`, async () => {
    const server = new MemoryNameServer(["example.net"]);
    server.always = rcode;
    const results = await open(server, { zone: "example.net" })([wanted("a.example.net")]);
    assert.deepEqual(inShort(results), [want]);
    assert.ok(!("sentence" in results[0]!) || results[0].sentence.startsWith("192.0.2.53 port 5353 "));
  });
}

for (const [signature, want] of [
  ["BADKEY", "refused account BADKEY"],
  ["BADSIG", "refused account BADSIG"],
  ["BADTRUNC", "refused account BADTRUNC"],
  ["BADTIME", "failed BADTIME"],
  ["not-signed", "unconfirmed"],
  ["wrong-mac", "unconfirmed"],
] as const) {
  test(`a signature that is ${signature} means ${want}`, () => {
    const fault = new ExchangeFault("cannot be believed: it is so", { signature });
    assert.deepEqual(inShort([resultOfFault(fault, "192.0.2.53")]), [want]);
  });
}

for (const [why, zone, always, want] of [
  ["does not answer", "example.net", "silent", ["unconfirmed", "failed unreachable"]],
  ["cannot be reached", "example.net", "closed", ["failed unreachable", "failed unreachable"]],
  ["does not even say its zones", undefined, "silent", ["failed unreachable", "failed unreachable"]],
] as const) {
  test(`a server that ${why} is asked no more in this call`, async () => {
    const server = new MemoryNameServer(["example.net"]);
    server.always = always;
    const elsewhere = wanted("b.example.org", "203.0.113.7", { zone: "example.org" });
    const records = [wanted("a.example.net", "203.0.113.7", { zone }), elsewhere];
    assert.deepEqual(inShort(await open(server)(records)), want);
    assert.deepEqual(server.updates, []);
  });
}

test("without the file of its key nothing is sent, and a person is told", async () => {
  const server = new MemoryNameServer(["example.net"]);
  const key = { name: "site", secretFile: "none.key" };
  const results = await open(server, { key })([wanted("a.example.net")]);
  assert.deepEqual([inShort(results), server.questions], [["refused account no-key"], 0]);
  const settings = { server: "999.1.1.1", key };
  const problems = rfc2136.check!(settings, { siteFolder: "/nowhere" });
  assert.deepEqual(
    problems.map(({ path }) => path),
    ["server", "key.secretFile"],
  );
});

for (const [why, settings, isGood] of [
  ["an address alone", { server: "192.0.2.53" }, true],
  ["an address with a port", { server: "2001:db8::53 port 5353" }, true],
  ["a name in place of an address", { server: "ns.example.net" }, false],
  ["a key without a secret", { server: "192.0.2.53", key: { name: "site" } }, false],
  ["a key with a secret", { server: "192.0.2.53", key: { name: "site", secret: "AAAA" } }, true],
  ["a key without a name", { server: "192.0.2.53", key: { name: "", secret: "AAAA" } }, false],
] as const) {
  test(`settings with ${why} are ${isGood ? "taken" : "refused"}`, () => {
    assert.equal(z.strictObject(rfc2136.settings).safeParse(settings).success, isGood);
  });
}
