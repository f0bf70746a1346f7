import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { apexNode, NodeFlag, ZoneImage } from "./image.ts";
import { ZoneImageBuilder } from "./image-builder.ts";

const image = zoneImage(
  "example.",
  `WWW A 192.0.2.1
www.deep.ent TXT "x"
sub NS ns
below.sub A 192.0.2.2
dname DNAME sub
below.dname A 192.0.2.3
*.wild CNAME www
0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr A
`,
);
const node = (name: string): number => image.find(parseName(name));
const flagged = (name: string, flag: number): boolean => (image.flags(node(name)) & flag) !== 0;

test("a name is found in any case and keeps the case of the file", () => {
  assert.notEqual(node("www.example."), 0);
  assert.equal(node("www.example."), node("wWw.EXAMPLE."));
  assert.equal(nameToText(image.nodeName(node("www.example."))), "WWW.example.");
});

test("what is not there, or not in the zone, is not found", () => {
  for (const name of ["no.example.", "www.test.", ".", "xexample.", "a.www.example."])
    assert.equal(node(name), 0, name);
});

test("an empty non-terminal is a node without record sets", () => {
  assert.equal(image.rrsetsAt(node("deep.ent.example.")), 0);
  assert.equal(image.parent(node("ent.example.")), apexNode);
});

test("nodes know what ends the way down to them", () => {
  assert.ok(flagged("sub.example.", NodeFlag.cut));
  assert.ok(flagged("dname.example.", NodeFlag.dname));
  assert.ok(flagged("*.wild.example.", NodeFlag.cname));
  assert.ok(flagged("wild.example.", NodeFlag.wildcardBelow));
  assert.ok(flagged("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", NodeFlag.hashed));
  assert.ok(!flagged("example.", NodeFlag.cut)); // its NS records are no delegation
});

test("the topmost delegation or DNAME hides a name, and a DNAME not itself", () => {
  const occluder = (name: string) => {
    const found = image.occluder(parseName(name));
    return found && nameToText(found);
  };
  assert.equal(occluder("below.sub.example."), "sub.example.");
  assert.equal(occluder("below.dname.example."), "dname.example.");
  assert.equal(occluder("dname.example."), undefined);
  assert.equal(occluder("www.example."), undefined);
});

test("another thread reads the same zone from the same memory", () => {
  const other = new ZoneImage(image.buffer);
  assert.deepEqual([...other.records()], [...image.records()]);
  assert.equal(other.serial(), 1);
});

test("a buffer that holds no zone is not taken for one", () => {
  assert.throws(() => new ZoneImage(new ArrayBuffer(256)), TypeError);
});

test("a zone is signed when it has keys, signatures and denials", () => {
  assert.equal(image.signed, false);
  const signed = zoneImage(
    "example.",
    `@ DNSKEY 256 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
@ RRSIG NSEC 13 1 3600 20301231000000 20200101000000 1 example. AQID
@ 60 RRSIG SOA 13 1 60 20301231000000 20200101000000 1 example. AQID
@ NSEC example. SOA
`,
  );
  assert.equal(signed.signed, true);
  assert.deepEqual([...signed.denialNodes], [apexNode]);
  const other = new ZoneImage(signed.buffer);
  assert.deepEqual([...other.denialNodes], [apexNode]);
  assert.equal(signed.ttl(signed.signatures(apexNode, RRType.SOA)), 60);
  assert.equal(signed.ttl(signed.signatures(apexNode, RRType.NSEC)), 3600);
  assert.equal(signed.signatures(apexNode, RRType.NS), 0);
});

test("a record that stands twice is kept once and noted, whatever the case of its name", () => {
  const builder = new ZoneImageBuilder(parseName("example."));
  const add = (target: string): boolean => {
    const owner = nameOctets(parseName("www.example."));
    const rdata = nameOctets(parseName(target));
    return builder.add(owner, owner.length, RRType.CNAME, 60, rdata, rdata.length);
  };
  assert.ok(add("a.example.") && add("A.example.") && add("b.example."));
  const finished = builder.finish();
  assert.equal(finished.recordCount, 2);
  assert.deepEqual(
    builder.notes.map(({ what }) => what),
    ["duplicate"],
  );
});

test("a record outside the zone is not taken", () => {
  const builder = new ZoneImageBuilder(parseName("example."));
  const owner = nameOctets(parseName("www.test."));
  assert.equal(builder.add(owner, owner.length, RRType.A, 60, new Uint8Array(4), 4), false);
});

test("ten thousand names are found again after all the growing", () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `h${i}.d${i % 100}`);
  const large = zoneImage(
    "example.",
    names.map((name, i) => `${name} A 192.0.${i >> 8}.${i & 255}`).join("\n"),
  );
  assert.equal(large.nodeCount, 1 + 100 + names.length);
  for (const [i, name] of names.entries()) {
    const rrset = large.rrset(large.find(parseName(`${name}.example.`)), RRType.A);
    assert.deepEqual(large.rdata(rrset), [Uint8Array.of(192, 0, i >> 8, i & 255)]);
  }
});
