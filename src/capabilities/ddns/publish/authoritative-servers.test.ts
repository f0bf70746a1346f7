import assert from "node:assert/strict";
import test from "node:test";
import { findAuthoritativeServers, type ZoneServers } from "./authoritative-servers.ts";
import { type Resolve, ResolveFault } from "./system-resolve.ts";

/** What the resolver knows: `name type` and the data; "fault" when it does not answer. */
type Facts = Readonly<Record<string, readonly string[] | "fault">>;

function resolverOf(facts: Facts, asked: string[] = []): Resolve {
  return async (name, type) => {
    asked.push(`${name} ${type}`);
    const data = facts[`${name} ${type}`] ?? [];
    if (data === "fault") throw new ResolveFault("no word (ESERVFAIL)");
    return data;
  };
}

const example: Facts = {
  "example.net NS": ["ns2.example.net", "ns1.example.net"],
  "ns1.example.net A": ["192.0.2.1", "192.0.2.11"],
  "ns1.example.net AAAA": ["2001:db8::1", "2001:db8::11"],
  "ns2.example.net A": ["192.0.2.2"],
};
const servers = [
  { name: "ns1.example.net", addresses: ["192.0.2.1", "2001:db8::1"] },
  { name: "ns2.example.net", addresses: ["192.0.2.2"] },
];
const many = Array.from({ length: 30 }, (_, index) => `ns${index + 10}.example.net`);
const manyServers = many.slice(0, 8).map((name) => ({ name, addresses: ["192.0.2.9"] }));

const cases: readonly (readonly [why: string, name: string, facts: Facts, want: ZoneServers])[] = [
  ["a name in a zone has the zone's", "home.example.net", example, { zone: "example.net", servers }],
  ["so has a name far below", "a.b.c.example.net", example, { zone: "example.net", servers }],
  ["the zone's own name has them too", "example.net", example, { zone: "example.net", servers }],
  [
    "the closest zone counts",
    "host.home.example.net",
    {
      ...example,
      "home.example.net NS": ["ns.home.example.net"],
      "ns.home.example.net AAAA": ["2001:db8::53"],
    },
    { zone: "home.example.net", servers: [{ name: "ns.home.example.net", addresses: ["2001:db8::53"] }] },
  ],
  [
    "an alias has not those of what it stands for",
    "home.example.net",
    { ...example, "home.example.net CNAME": ["example.org"], "home.example.net NS": ["ns.example.org"] },
    { zone: "example.net", servers },
  ],
  [
    "a server whose address cannot be found is left out",
    "home.example.net",
    { ...example, "ns2.example.net A": "fault" },
    { zone: "example.net", servers: servers.slice(0, 1) },
  ],
  [
    "one family is enough",
    "home.example.net",
    { ...example, "ns1.example.net A": "fault", "ns2.example.net A": [] },
    { zone: "example.net", servers: [{ name: "ns1.example.net", addresses: ["2001:db8::1"] }] },
  ],
  [
    "of very many servers eight are enough",
    "home.example.net",
    { "example.net NS": many, ...Object.fromEntries(many.map((name) => [`${name} A`, ["192.0.2.9"]])) },
    { zone: "example.net", servers: manyServers },
  ],
  [
    "no server with an address is a problem",
    "home.example.net",
    { "example.net NS": ["ns1.example.net"] },
    { problem: "the servers of example.net have no addresses that can be found" },
  ],
  [
    "no zone is a problem",
    "home.example.net",
    {},
    { problem: "no zone is found that home.example.net is in" },
  ],
  [
    "a resolver that does not tell is a problem, and no reason to go on",
    "home.example.net",
    { ...example, "home.example.net NS": "fault" },
    {
      problem: "which zone home.example.net is in cannot be told: no word (ESERVFAIL)",
    },
  ],
];
for (const [why, name, facts, want] of cases) {
  test(`authoritative servers: ${why}`, async () => {
    assert.deepEqual(await findAuthoritativeServers(name, { resolve: resolverOf(facts) }), want);
  });
}

test("a name of very many labels is not asked for without end", async () => {
  const asked: string[] = [];
  const name = `${"a.".repeat(120)}example.net`;
  const found = await findAuthoritativeServers(name, { resolve: resolverOf(example, asked) });
  assert.deepEqual(found, { problem: `no zone is found that ${name} is in` });
  assert.equal(asked.length, 21);
});

test("a fault of the program stays one", async () => {
  const resolve: Resolve = () => Promise.reject(new TypeError("ours"));
  await assert.rejects(findAuthoritativeServers("home.example.net", { resolve }), TypeError);
});
