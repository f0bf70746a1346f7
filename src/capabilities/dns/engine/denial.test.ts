/** The zones and the answers of RFC 4035 Appendix A and B and of RFC 5155 Appendix A and B. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "#protocols/dns/message.ts";
import { nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfRcode, RRType } from "#protocols/dns/registry.ts";
import { EngineRig } from "./engine-rig.ts";

const signature = (type: string, owner: string): string =>
  `${owner} RRSIG ${type} 5 1 3600 20301231000000 20200101000000 38519 example. ${"AQID".repeat(32)}`;

const ds = "DS 57855 5 1 B6DCD485719ADCA18E5F3D48A2331627FDD3636B";

/** Of both RFCs but for `b`, which is not signed in the one, and `c`, which is only in the other. */
const records = `@ DNSKEY 256 3 5 AQOy1bZVvpPqhg4j7EJoM9rI3ZmyEx2OzDBVrZy/lvI5CQePxXHZS4i8dANH4DX3tbHol61e
${signature("SOA", "@")}
a NS ns1.a
a ${ds}
${signature("DS", "a")}
ns1.a A 192.0.2.5
ai A 192.0.2.9
b NS ns1.b
ns1.b A 192.0.2.7
c NS ns1.c
ns1.c A 192.0.2.8
ns1 A 192.0.2.1
ns2 A 192.0.2.2
*.w MX 1 ai
${signature("MX", "*.w")}
x.w MX 1 xx
x.y.w MX 1 xx
xx A 192.0.2.10
`;

const nsecOwners = ["@", "a", "ai", "b", "c", "ns1", "ns2", "*.w", "x.w", "x.y.w", "xx"];
const nsec = nsecOwners.flatMap((owner, i) => [
  `${owner} NSEC ${nsecOwners[i + 1] ?? "@"} A`,
  signature("NSEC", owner),
]);

/** By the names that they are the hashes of. RFC 5155 Appendix A. */
const hashes = {
  "example.": "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
  "ns1.example.": "2t7b4g4vsa5smi47k61mv5bv1a22bojr",
  "x.y.w.example.": "2vptu5timamqttgl4luu9kg21e0aor3s",
  "a.example.": "35mthgpgcu1qg68fab165klnsnk3dpvl",
  "x.w.example.": "b4um86eghhds6nea196smvmlo4ors995",
  "ai.example.": "gjeqe526plbf1g8mklp59enfd789njgi",
  "y.w.example.": "ji6neoaepv8b5o6k4ev33abha8ht9fgc",
  "w.example.": "k8udemvp1j2f7eg6jebps17vp3n8i58h",
  "ns2.example.": "q04jkcevqvmu85r014c7dkba38o0ji5r",
  "*.w.example.": "r53bq7cc2uvmubfu5ocmm6pers9tk9en",
  "xx.example.": "t644ebqk9bibcna874givr6joj62mlhv",
} as const;
const chain: readonly string[] = Object.values(hashes);
const nsec3 = chain.flatMap((hash, i) => [
  `${hash} NSEC3 1 1 12 aabbccdd ${chain[(i + 1) % chain.length]} A`,
  signature("NSEC3", hash),
]);

const edns = { version: 0, udpSize: 4096, dnssecOk: true, options: [] };
const nsecRig = new EngineRig({ "example.": `${records}${nsec.join("\n")}\n` });
const nsec3Rig = new EngineRig({
  "example.": `${records}@ NSEC3PARAM 1 0 12 aabbccdd\n${nsec3.join("\n")}\n`,
});

interface Denied {
  readonly rcode: string;
  /** Owners of the NSEC or NSEC3 records in the authority section, each with a signature. */
  readonly proof: readonly string[];
}

function denied({ rcode, authorities }: Message, type: number): Denied {
  const signed = authorities.filter(
    (record) => record.type === RRType.RRSIG && ((record.rdata[0]! << 8) | record.rdata[1]!) === type,
  );
  const owners = authorities.filter((record) => record.type === type).map(({ name }) => nameToText(name));
  assert.deepEqual(signed.map(({ name }) => nameToText(name)).sort(), [...owners].sort());
  return { rcode: mnemonicOfRcode(rcode), proof: owners.sort() };
}

const nsecCases = [
  ["B.2: a name that is not there", "ml.example. A", "NXDOMAIN", ["c.example.", "example."]],
  ["B.3: a name without the type", "ns1.example. MX", "NOERROR", ["ns1.example."]],
  ["an empty non-terminal", "y.w.example. A", "NOERROR", ["x.w.example."]],
  ["B.4: a delegation that is signed", "mc.a.example. MX", "NOERROR", []],
  ["B.5: a delegation that is not", "mc.b.example. MX", "NOERROR", ["b.example."]],
  ["B.6: a name of a wildcard", "a.z.w.example. MX", "NOERROR", ["x.y.w.example."]],
  [
    "B.7: a name of a wildcard without the type",
    "a.z.w.example. AAAA",
    "NOERROR",
    ["*.w.example.", "x.y.w.example."],
  ],
  ["B.8: the DS of the zone itself", "example. DS", "NOERROR", ["example."]],
] as const;

for (const [why, question, rcode, proof] of nsecCases) {
  test(`RFC 4035 ${why}`, () => {
    assert.deepEqual(denied(nsecRig.ask(question, { edns }), RRType.NSEC), { rcode, proof });
    assert.deepEqual(denied(nsecRig.ask(question), RRType.NSEC), { rcode, proof: [] });
  });
}

const nsec3Cases = [
  [
    "B.1: a name that is not there",
    "a.c.x.w.example. A",
    "NXDOMAIN",
    ["example.", "a.example.", "x.w.example."],
  ],
  // the hashes of n13.example and *.example are 09092neu… and jhsv97ro…
  [
    "§3.1.7: a hash before all others is covered by the last record",
    "n13.example. A",
    "NXDOMAIN",
    ["example.", "ai.example.", "xx.example."],
  ],
  ["B.2: a name without the type", "ns1.example. MX", "NOERROR", ["ns1.example."]],
  ["B.2.1: an empty non-terminal", "y.w.example. A", "NOERROR", ["y.w.example."]],
  ["B.3: a delegation that opted out", "mc.c.example. MX", "NOERROR", ["example.", "a.example."]],
  ["a delegation that is signed", "mc.a.example. MX", "NOERROR", []],
  ["B.4: a name of a wildcard", "a.z.w.example. MX", "NOERROR", ["ns2.example."]],
  [
    "B.5: a name of a wildcard without the type",
    "a.z.w.example. AAAA",
    "NOERROR",
    ["w.example.", "ns2.example.", "*.w.example."],
  ],
  ["B.6: the DS of the zone itself", "example. DS", "NOERROR", ["example."]],
  [
    "§7.2.8: the owner of an NSEC3 record is no name",
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr.example. NSEC3",
    "NXDOMAIN",
    undefined,
  ],
] as const;

for (const [why, question, rcode, names] of nsec3Cases) {
  test(`RFC 5155 ${why}`, () => {
    const found = denied(nsec3Rig.ask(question, { edns }), RRType.NSEC3);
    assert.equal(found.rcode, rcode);
    const owners = names?.map((name) => `${hashes[name]}.example.`).sort();
    if (owners !== undefined) assert.deepEqual(found.proof, owners);
    assert.deepEqual(denied(nsec3Rig.ask(question), RRType.NSEC3), { rcode, proof: [] });
  });
}

test("a proof that does not fit truncates the response", () => {
  for (const rig of [nsecRig, nsec3Rig]) {
    const response = rig.ask("a.c.x.w.example. A", { edns: { ...edns, udpSize: 512 } });
    const whole = rig.ask("a.c.x.w.example. A", { edns });
    assert.equal(whole.isTruncated, false);
    assert.equal(response.isTruncated, rig === nsec3Rig);
  }
});

test("signatures are not doubled where all records are asked for", () => {
  for (const type of ["ANY", "RRSIG"]) {
    const { answers } = nsecRig.ask(`a.z.w.example. ${type}`, { edns });
    const texts = answers.map((record) => `${record.type} ${record.rdata.toHex()}`);
    assert.equal(new Set(texts).size, texts.length);
    assert.equal(answers.filter((record) => record.type === RRType.RRSIG).length, 2);
  }
});

test("a chain that is hashed too often is not used", () => {
  const text = `${records}@ NSEC3PARAM 1 0 501 aabbccdd\n`;
  const { authorities } = new EngineRig({ "example.": text }).ask("ml.example. A", { edns });
  assert.deepEqual(
    authorities.map(({ type }) => type),
    [RRType.SOA],
  );
});
