/** What becomes of options that say how named answers, and of zone files that it would not answer from. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { soa } from "./bind-folder.ts";
import { importOf } from "./import-of.ts";

const longId = "n".repeat(129);
const options: readonly (readonly [
  why: string,
  options: string,
  values: Record<string, unknown>,
  said: RegExp,
])[] = [
  [
    "server-id answers id.server and the NSID option",
    'server-id "ns1.site";',
    { serverId: "ns1.site", nsid: "ns1.site" },
    /server-id: dns\.serverId and dns\.nsid: ns1\.site\n/,
  ],
  [
    "a server-id that is too long for the NSID option",
    `server-id "${longId}";`,
    { serverId: longId, nsid: undefined },
    /not dns\.nsid, which takes 128 octets/,
  ],
  [
    "rate-limit is taken over, what it leaves out as BIND does",
    "rate-limit { responses-per-second 10; window 3600; exempt-clients { 192.168.0.0/16; }; qps-scale 250; };",
    {
      rateLimit: {
        responsesPerSecond: 10,
        nxdomainsPerSecond: 10,
        errorsPerSecond: 10,
        allPerSecond: 0,
        windowSeconds: 60,
        slip: 2,
        ipv4PrefixLength: 24,
        ipv6PrefixLength: 56,
        exempt: ["192.168.0.0/16"],
      },
    },
    /rate-limit: dns\.rateLimit; without qps-scale\n/,
  ],
  [
    "rate-limit that only logs",
    "rate-limit { responses-per-second 10; log-only yes; };",
    { rateLimit: "off" },
    /rate-limit: dns\.rateLimit: off, as log-only limits nothing\n/,
  ],
  [
    "a missing rate-limit is told",
    "",
    { rateLimit: undefined },
    /limited, as rate-limit is missing; BIND limits none, and for that write dns\.rateLimit: off\n/,
  ],
  [
    "server-id hostname is not known here",
    "server-id hostname;",
    { serverId: undefined, nsid: undefined },
    /BIND tells the host's name; for that write it as dns\.serverId and dns\.nsid/,
  ],
  [
    "hostname none is not told",
    "hostname none;",
    { hostname: undefined },
    /hostname: not told; Homeport refuses the question, BIND answers without data/,
  ],
  [
    "a missing hostname is assumed",
    'version "x";',
    { version: "x", hostname: undefined },
    /told hostname\.bind, as hostname is missing; BIND tells the host's name, .* write dns\.hostname\n/,
  ],
  [
    "max-udp-size is told as what Homeport advertises too",
    "max-udp-size 4000;",
    { udpPayloadOctets: 4000 },
    /max-udp-size: dns\.udpPayloadOctets: 4000; Homeport advertises that too, where BIND advertised 1232\n/,
  ],
  [
    "max-udp-size out of bounds is the nearest in bounds, as in BIND",
    "max-udp-size 9000; edns-udp-size 5000;",
    { udpPayloadOctets: 4096 },
    /max-udp-size: dns\.udpPayloadOctets: 4096\n.*edns-udp-size: dns\.udpPayloadOctets: 4096, the most that/,
  ],
  [
    "edns-udp-size alone does not come over",
    "edns-udp-size 2000;",
    { udpPayloadOctets: undefined },
    /Not carried over\n.*: Homeport advertises the most that it sends, dns\.udpPayloadOctets: 1232\n/,
  ],
  [
    "a port is told where the addresses are",
    "port 5353;",
    {},
    /options port: for a first trial the site listens on loopback/,
  ],
  ["ANY is answered as BIND answers it", "", { minimalAny: false }, /^Import/],
  ["minimal-any yes", "minimal-any yes;", { minimalAny: true }, /dns\.minimalAny: true/],
  ["a yes that is a text", "minimal-responses true;", { minimalResponses: "yes" }, /minimalResponses: yes/],
];

for (const [why, text, values, said] of options) {
  test(`import of options: ${why}`, async () => {
    const { report, dns } = await importOf({ "named.conf": `options { ${text} };\nacl a { any; };\n` });
    for (const [key, value] of Object.entries(values)) assert.deepEqual(dns[key], value, key);
    assert.match(report, said);
  });
}

test("nothing is assumed of version and hostname when both are there", async () => {
  const { report } = await importOf({ "named.conf": 'options { version none; hostname "h"; };' });
  assert.doesNotMatch(report, /nobody is told/);
});

test("texts that YAML 1.1 reads as something else are in quotes, and minimalAny has a comment", async () => {
  const text = 'options { minimal-responses yes; version "0755"; hostname "1:20"; };';
  const { site } = await importOf({ "named.conf": text });
  assert.match(site, /minimalResponses: "yes"\n/);
  assert.match(site, /version: "0755"\n {2}hostname: "1:20"\n/);
  assert.match(site, /# As BIND answers ANY; .*\n {2}minimalAny: false\n/);
});

const zones = ["good.example", "bad.example"]
  .map((name) => `zone "${name}" { type primary; file "db.${name}"; };\n`)
  .join("");

test("a zone file with errors comes over, with its errors, and the import is not complete", async () => {
  const bad = `${soa}a A 10.10.7.777\n$INCLUDE hosts\n`;
  const hosts = ["b", "c", "d"].map((name) => `${name} A x\n`).join("");
  const { result, report } = await importOf({
    "named.conf": zones,
    "db.good.example": soa,
    "db.bad.example": bad,
    hosts,
  });
  assert(result.done);
  assert.equal(result.complete, false);
  assert.deepEqual(result.report.zones, { imported: 2, secondary: 0, withErrors: 1, leftOut: 0 });
  const section = report.split("\n\n").find((one) => one.startsWith("Imported, but"))!;
  const [heading, zone, first, second, third, more, ...others] = section.split("\n");
  assert.equal(heading, "Imported, but Homeport answers SERVFAIL until the zone file is corrected");
  assert.equal(zone, '  named.conf:2: zone "bad.example": zones/bad.example.db');
  assert.match(first!, /^ {4}zones\/bad\.example\.db:4:5: .*10\.10\.7\.777/);
  assert.match(second!, /^ {4}zones\/bad\.example\.include-1:1:5: /);
  assert.match(third!, /^ {4}zones\/bad\.example\.include-1:2:5: /);
  assert.equal(more, "    and more; homeport check tells of all");
  assert.deepEqual(others, []);
  assert.match(report, /\nImported\n {2}named\.conf:1: zone "good\.example": zones\/good\.example\.db\n/);
  assert.match(report, /2 zones imported, 1 of them with errors, 0 left out\.\n$/);
});

test("a host name with odd characters is an error only where check-names says fail", async () => {
  const file = { "db.good.example": soa, "db.bad.example": `${soa}a_b A 192.0.2.1\n` };
  const lax = await importOf({ "named.conf": zones, ...file });
  assert.equal(lax.result.done && lax.result.complete, true);
  assert.doesNotMatch(lax.report, /a_b/);
  const strict = await importOf({ "named.conf": `options { check-names primary fail; };${zones}`, ...file });
  assert.match(strict.report, /zones\/bad\.example\.db:4: a_b\.bad\.example\. has A records/);
});
