import assert from "node:assert/strict";
import test from "node:test";
import { DdnsConfig } from "../config.ts";
import { recordProblems } from "./record-problems.ts";

const friend = { name: "friend", type: "dyn", user: "me", password: "a" };
const old = { name: "old", type: "editdns", password: "a" };

/** `severity path: what; remedy` of each. */
function problemsOf(records: readonly object[], address: object = {}): string[] {
  const config = DdnsConfig.parse({ address, providers: [friend, old], records });
  return recordProblems(config).map(
    ({ severity, path, what, remedy }) => `${severity} ${path}: ${what}; ${remedy}`,
  );
}

const home = { name: "home.example.net", provider: "friend" };
const nas = { name: "nas.example.net", provider: "zones", interfaceId: "::5" };
const twice = (what: string) =>
  `error ddns.records[1]: home.example.net ${what} is at friend twice; remove one, or write \`types\``;

const rows: readonly (readonly [
  why: string,
  records: readonly object[],
  want: readonly string[],
  address?: object,
])[] = [
  ["one name at two providers is fine", [home, { ...home, provider: "zones" }], []],
  [
    "one name with a type each is fine",
    [
      { ...home, types: ["A"] },
      { ...home, types: ["AAAA"] },
    ],
    [],
  ],
  ["one name twice", [home, home], [twice("A"), twice("AAAA")]],
  [
    "one name twice, in capitals and with its dot",
    [home, { ...home, name: "Home.Example.Net.", types: ["A"] }],
    [twice("A")],
  ],
  ["a type that is there by itself already", [home, { ...home, types: ["AAAA"] }], [twice("AAAA")]],
  ["a machine behind the site by the site's name", [home, { ...home, interfaceId: "::5" }], [twice("AAAA")]],
  [
    "one name twice in a list",
    [{ names: ["a.example", "a.example"], types: ["A"], provider: "zones" }],
    ["error ddns.records[0]: a.example A is at zones twice; remove one, or write `types`"],
  ],
  [
    "a type that its provider does not take",
    [{ name: "a.example", provider: "old", types: ["A", "AAAA"] }],
    [
      "error ddns.records[0]: EditDNS, or a server with its old API takes no AAAA records; choose another provider, or other `types`",
    ],
  ],
  [
    "a machine behind the site at a provider without AAAA",
    [{ ...nas, provider: "old" }],
    [
      "error ddns.records[0]: EditDNS, or a server with its old API takes no AAAA records; choose another provider, or other `types`",
    ],
  ],
  [
    "a TTL and a proxy where there is none",
    [{ ...home, ttl: "60s", proxied: true }],
    [
      "warning ddns.records[0]: `ttl` does nothing at Dyn (dyndns.org); remove it",
      "warning ddns.records[0]: `proxied` does nothing at Dyn (dyndns.org); remove it",
    ],
  ],
  ["a TTL in our own zones is fine", [{ ...home, provider: "zones", ttl: "60s" }], []],
  [
    "an identifier that runs into the prefix",
    [{ ...nas, interfaceId: "::1:0:0:0:5" }],
    [
      "error ddns.records[0].interfaceId: ::1:0:0:0:5 has bits where the prefix of 64 is; write one that fits the prefix",
    ],
  ],
  [
    "the same identifier behind a shorter prefix is fine",
    [{ ...nas, interfaceId: "::1:0:0:0:5" }],
    [],
    { prefix: { length: 56 } },
  ],
  [
    "types that nobody looks for",
    [{ ...home, types: ["A", "AAAA"] }],
    [
      "warning ddns.records[0]: an A record, and the IPv4 address is not looked for; write methods into ddns.address.ipv4",
      "warning ddns.records[0]: an AAAA record, and the IPv6 address is not looked for; write methods into ddns.address.ipv6",
    ],
    { ipv4: [], ipv6: [] },
  ],
  [
    "a machine behind a prefix that nobody looks for",
    [nas],
    [
      "warning ddns.records[0]: an AAAA record, and the IPv6 address is not looked for; write methods into ddns.address.ipv6",
    ],
    { ipv6: [] },
  ],
  [
    "a machine behind a prefix of an interface is fine",
    [nas],
    [],
    { ipv6: [], prefix: { interface: "eth1" } },
  ],
  ["what follows the family that is there is fine", [home], [], { ipv6: [] }],
  [
    "a record of the family that its provider does not take",
    [{ ...home, provider: "old" }],
    [
      "warning ddns.records[0]: stands for no record: EditDNS, or a server with its old API takes A, and no such address is looked for; write methods into ddns.address",
    ],
    { ipv4: [] },
  ],
];

for (const [why, records, want, address] of rows)
  test(why, () => assert.deepEqual(problemsOf(records, address), want));
