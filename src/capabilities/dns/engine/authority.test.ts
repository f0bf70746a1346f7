import assert from "node:assert/strict";
import { test } from "node:test";
import { mnemonicOfRcode } from "#protocols/dns/registry.ts";
import { EngineRig, recordTexts } from "./engine-rig.ts";

const zones = {
  "example.": `ns A 192.0.2.53
www CNAME host
host A 192.0.2.1
out CNAME www.other.test.
a.ent A 192.0.2.2
*.wild A 192.0.2.3
*.wild MX 1 host
there.wild TXT "x"
sub NS ns.sub
sub NS ns
sub DS 1 13 2 ${"ab".repeat(32)}
ns.sub A 192.0.2.4
below.sub TXT "hidden"
old DNAME new
x.new A 192.0.2.5
long DNAME ${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}
loop CNAME loop
c0 A 192.0.2.6
${Array.from({ length: 13 }, (_, i) => `c${i + 1} CNAME c${i}`).join("\n")}
srv SRV 0 0 443 host
_443._tcp.host TLSA 3 1 1 ${"cd".repeat(32)}
naptr NAPTR 1 1 "s" "x" "" srv
https HTTPS 0 target
target HTTPS 1 . alpn=h2
target AAAA 2001:db8::1
`,
  "child.sub.example.": "www A 192.0.2.9\n",
};

const longDname = `long.example. DNAME ${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.example.`;
const soa = "example. SOA ns.example. host.example. 1 7200 3600 86400 300";
const ns = "example. NS ns.example.";

interface Expected {
  readonly rcode?: string;
  readonly authoritative?: boolean;
  readonly answers?: readonly string[];
  readonly authorities?: readonly string[];
  readonly additionals?: readonly string[];
}

const cases: readonly (readonly [why: string, question: string, expected: Expected])[] = [
  ["a name with the type is answered", "host.example. A", { answers: ["host.example. A 192.0.2.1"] }],
  ["a name without the type has the SOA", "host.example. MX", { authorities: [soa] }],
  ["a name that is not there does not exist", "nobody.example. A", { rcode: "NXDOMAIN", authorities: [soa] }],
  ["an empty non-terminal exists (RFC 4592 §2.2.2)", "ent.example. A", { authorities: [soa] }],
  [
    "an alias is followed",
    "www.example. A",
    { answers: ["host.example. A 192.0.2.1", "www.example. CNAME host.example."] },
  ],
  [
    "an alias is not followed for its own type",
    "www.example. CNAME",
    { answers: ["www.example. CNAME host.example."] },
  ],
  ["a CNAME is no answer to what may stand beside it", "www.example. NSEC", { authorities: [soa] }],
  [
    "an alias to elsewhere is all there is",
    "out.example. A",
    { answers: ["out.example. CNAME www.other.test."] },
  ],
  [
    "a wildcard answers for names below it",
    "a.b.wild.example. A",
    { answers: ["a.b.wild.example. A 192.0.2.3"] },
  ],
  ["a wildcard does not answer for a name that is there", "there.wild.example. A", { authorities: [soa] }],
  [
    "a wildcard does not answer below a name that is there (RFC 4592 §3.3.1)",
    "a.there.wild.example. A",
    { rcode: "NXDOMAIN", authorities: [soa] },
  ],
  [
    "what a wildcard's data names gets its address",
    "x.wild.example. MX",
    { answers: ["x.wild.example. MX 1 host.example."], additionals: ["host.example. A 192.0.2.1"] },
  ],
  [
    "a delegation is referred to, with glue from below cuts",
    "www.sub.example. A",
    {
      authoritative: false,
      authorities: ["sub.example. NS ns.example.", "sub.example. NS ns.sub.example."],
      additionals: ["ns.sub.example. A 192.0.2.4"],
    },
  ],
  [
    "data below a cut is not ours",
    "below.sub.example. TXT",
    {
      authoritative: false,
      authorities: ["sub.example. NS ns.example.", "sub.example. NS ns.sub.example."],
      additionals: ["ns.sub.example. A 192.0.2.4"],
    },
  ],
  [
    "the DS of a cut is ours (RFC 4035 §3.1.4.1)",
    "sub.example. DS",
    { answers: [`sub.example. DS 1 13 2 ${"AB".repeat(32)}`] },
  ],
  [
    "the most specific zone answers",
    "www.child.sub.example. A",
    { answers: ["www.child.sub.example. A 192.0.2.9"] },
  ],
  [
    "a DNAME makes a CNAME (RFC 6672 §3.1)",
    "x.old.example. A",
    {
      answers: [
        "old.example. DNAME new.example.",
        "x.new.example. A 192.0.2.5",
        "x.old.example. CNAME x.new.example.",
      ],
    },
  ],
  ["a DNAME does not concern its own owner", "old.example. A", { authorities: [soa] }],
  [
    "a name that becomes too long by a DNAME is YXDOMAIN (RFC 6672 §2.2)",
    `${"d".repeat(63)}.long.example. A`,
    { rcode: "YXDOMAIN", answers: [longDname] },
  ],
  ["a loop ends", "loop.example. A", { rcode: "SERVFAIL", answers: ["loop.example. CNAME loop.example."] }],
  [
    "eleven aliases are followed",
    "c11.example. A",
    {
      answers: [
        ...Array.from({ length: 11 }, (_, i) => `c${i + 1}.example. CNAME c${i}.example.`),
        "c0.example. A 192.0.2.6",
      ].sort(),
    },
  ],
  [
    "the key of a service comes with its address",
    "srv.example. SRV",
    {
      answers: ["srv.example. SRV 0 0 443 host.example."],
      additionals: ["_443", "host.example. A 192.0.2.1"],
    },
  ],
  [
    "what NAPTR leads to comes along",
    "naptr.example. NAPTR",
    {
      answers: ['naptr.example. NAPTR 1 1 "s" "x" "" srv.example.'],
      additionals: ["_443", "host.example. A 192.0.2.1", "srv.example. SRV 0 0 443 host.example."],
    },
  ],
  [
    "the target of an HTTPS alias comes along",
    "https.example. HTTPS",
    {
      answers: ["https.example. HTTPS 0 target.example."],
      additionals: ["target.example. AAAA 2001:db8::1", 'target.example. HTTPS 1 . alpn="h2"'],
    },
  ],
];

for (const [why, question, expected] of cases) {
  test(why, () => {
    const response = new EngineRig(zones).ask(question, { recursionDesired: true });
    assert.equal(mnemonicOfRcode(response.rcode), expected.rcode ?? "NOERROR");
    assert.equal(response.isAuthoritative, expected.authoritative ?? true);
    assert.deepEqual(recordTexts(response.answers), expected.answers ?? []);
    assert.deepEqual(recordTexts(response.authorities), expected.authorities ?? []);
    const additionals = recordTexts(response.additionals).map((text) => text.replace(/^(_443)\..*/, "$1"));
    assert.deepEqual(additionals, expected.additionals ?? []);
  });
}

test("without RD the servers of the zone come with an answer", () => {
  const response = new EngineRig(zones).ask("host.example. A");
  assert.deepEqual(recordTexts(response.authorities), [ns]);
  assert.deepEqual(recordTexts(response.additionals), ["ns.example. A 192.0.2.53"]);
});

test("thirteen aliases are too many", () => {
  assert.equal(mnemonicOfRcode(new EngineRig(zones).ask("c13.example. A").rcode), "SERVFAIL");
});

test("addresses of a set of fourteen are left to the client", () => {
  const text = (count: number) =>
    Array.from({ length: count }, (_, i) => `mx MX ${i} h${i}\nh${i} A 192.0.2.${i}`).join("\n");
  const additionals = (count: number) =>
    new EngineRig({ "example.": text(count) }).ask("mx.example. MX", { recursionDesired: true }, 1)
      .additionals.length;
  assert.deepEqual([additionals(13), additionals(14)], [13, 0]);
});
