import assert from "node:assert/strict";
import test from "node:test";
import { DdnsConfig } from "./config.ts";
import { limits } from "./limits.ts";

/** `path: message` of each thing that is wrong. */
function problemsOf(section: object): string[] {
  const { error } = DdnsConfig.safeParse(section);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const friend = { name: "friend", type: "dyn", user: "me", password: "a" };
const withRecord = (more: object) => ({
  providers: [friend],
  records: [{ name: "home.example.net", provider: "friend", ...more }],
});
const withProvider = (more: object) => ({ providers: [{ ...friend, ...more }] });
const withMethod = (method: unknown) => ({ address: { ipv4: [method] } });
const mail = { server: "mail.example", from: "a@example.net", to: ["b@example.net"] };

const rows: readonly (readonly [section: object, problem: string])[] = [
  [{ every: "often" }, 'every: "often" is no time span; write one such as 90s, 30m, 12h or 7d'],
  [{ every: "1s" }, "every: 1s is out of range; write a time from 30s to 86400s"],
  [{ evry: "5m" }, ': Unrecognized key: "evry"'],
  [
    withRecord({ name: "home example" }),
    'records.0.name: "home example" is no name of a record; write one such as home.example.net or *.home.example.net',
  ],
  [withRecord({ name: "home.*.example" }), 'records.0.name: "home.*.example" is no name of a record'],
  [withRecord({ name: "-a.example" }), 'records.0.name: "-a.example" is no name of a record'],
  [withRecord({ name: `${"a".repeat(64)}.example` }), "records.0.name: "],
  [withRecord({ name: undefined }), "records.0: needs either `name` or `names`"],
  [withRecord({ names: ["a.example"] }), "records.0: needs either `name` or `names`"],
  [
    withRecord({ provider: "freind" }),
    'records.0.provider: there is no provider "freind"; add it to ddns.providers',
  ],
  [
    withProvider({ name: "a friend" }),
    'providers.0.name: "a friend" is no name; use letters, digits, hyphens and underscores',
  ],
  [
    withRecord({ zone: "example_net!" }),
    'records.0.zone: "example_net!" is no domain name; write one such as home.example.net',
  ],
  [withRecord({ ttl: "0" }), "records.0.ttl: 0 is out of range; write a time from 1s to 604800s"],
  [withRecord({ types: ["MX"] }), "records.0.types.0: Invalid option"],
  [
    withRecord({ interfaceId: "nas" }),
    'records.0.interfaceId: "nas" is no interface identifier; write one such as ::1 or mac:52:54:00:12:34:56',
  ],
  [withRecord({ interfaceId: "::" }), 'records.0.interfaceId: "::" is no interface identifier'],
  [
    withRecord({ interfaceId: "::1", types: ["A"] }),
    "records.0: `interfaceId` makes an AAAA record; take A out of `types`",
  ],
  [withProvider({ type: "dine" }), "providers.0.type: Invalid"],
  [withProvider({ password: undefined }), "providers.0: needs `password` or `passwordFile`"],
  [
    withProvider({ passwordFile: "secrets/dyn" }),
    "providers.0: has both `password` and `passwordFile`; keep one",
  ],
  [
    withProvider({ name: "zones" }),
    'providers.0.name: "zones" is the name of this server\'s own zones; write another',
  ],
  [{ providers: [friend, friend] }, 'providers.1.name: "friend" is there twice; rename one'],
  [withProvider({ server: "ftp://dyn.example" }), "providers.0.server: Invalid URL"],
  [withMethod("telepathy"), "address.ipv4.0: Invalid"],
  [withMethod({ method: "interface" }), "address.ipv4.0"],
  [withMethod({ method: "pcp", router: "the router" }), "address.ipv4.0"],
  [{ address: { agree: 0 } }, "address.agree: Too small"],
  [{ address: { alsoPublic: ["10.0.0.1"] } }, "address.alsoPublic.0: Invalid"],
  [{ notices: [{}] }, "notices.0: needs one of `url`, `ntfy`, `mail` and `command`"],
  [
    { notices: [{ url: "https://a.example/", command: ["tell"] }] },
    "notices.0: needs one of `url`, `ntfy`, `mail` and `command`",
  ],
  [
    { notices: [{ mail: { ...mail, server: "mail example" } }] },
    'notices.0.mail.server: "mail example" is no server; write a name or an address, and a port after a colon',
  ],
  [{ notices: [{ mail: { ...mail, to: ["b"] } }] }, "notices.0.mail.to.0: Invalid email"],
  [{ notices: [{ url: "https://a.example/", events: ["weather"] }] }, "notices.0.events.0: Invalid option"],
  [{ server: { requests: { perSecond: 0 } } }, "server.requests.perSecond: Too small"],
  [{ server: { listen: [] } }, "server.listen: Too small"],
];

for (const [index, [section, problem]] of rows.entries())
  test(`${index + 1}. ${problem}`, () => {
    const problems = problemsOf(section);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.ok(problems[0]!.startsWith(problem), problems.join());
  });

const fine: readonly (readonly [why: string, section: object])[] = [
  ["nothing at all", {}],
  ["a record of our own zones", withRecord({ provider: "zones" })],
  ["a wildcard, in capitals, with the final dot", withRecord({ name: "*.Home.Example.Net." })],
  ["a name with an underscore", withRecord({ name: "_sip.example.net" })],
  ["an identifier made of a hardware address", withRecord({ interfaceId: "mac:52-54-0-12-34-56" })],
  ["no IPv6", { address: { ipv6: [] } }],
  ["a method by its name", withMethod("stun")],
  ["a router by an IPv6 address with a port", withMethod({ method: "pcp", router: "[fe80::1]:5351" })],
  ["an update server with what it has by itself", { server: {} }],
];

for (const [why, section] of fine) test(`${why} is fine`, () => assert.deepEqual(problemsOf(section), []));

test("what a section does not say is as most want it", () => {
  const { every, address, verify, records, server } = DdnsConfig.parse({});
  assert.deepEqual([every, verify, records, server], ["5m", "daily", [], undefined]);
  assert.deepEqual([address.agree, address.prefix], [2, { length: 64 }]);
  const methods = [
    { method: "https", trust: false },
    { method: "dns", over: "https", trust: false },
  ];
  assert.deepEqual([address.ipv4, address.ipv6], [methods, methods]);
});

test("a section has as many records as it may have, and not one more", () => {
  const names = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `n${index}.example`, provider: "zones" }));
  assert.deepEqual(problemsOf({ records: names(limits.recordsMax) }), []);
  assert.match(problemsOf({ records: names(limits.recordsMax + 1) }).join(), /^records: Too big/);
});
