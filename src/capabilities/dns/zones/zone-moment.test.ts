import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Name, nameFromOctets, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { readU16, type ZoneImage } from "./image.ts";
import { ImageMemory } from "./image-memory.ts";
import type { ZoneChange } from "./zone-change.ts";
import { ZoneEditor } from "./zone-editor.ts";
import { keptMoment, mergeZone, presentMoment } from "./zone-merge.ts";
import { ZoneModel } from "./zone-model.ts";
import { ZoneCursor } from "./zone-moment.ts";

const name = (relative: string): Name => parseName(relative === "" ? "example." : `${relative}.example.`);

/** With room for all that a test may add. */
function roomyEditor(image: ZoneImage): ZoneEditor {
  const room = { octets: 65_536, names: 400 };
  return new ZoneEditor(mergeZone(presentMoment(new ImageMemory(image)), room).image);
}

/** One record as a line, the case of its owner kept. */
function line(owner: Name, type: number, ttl: number, rdata: Uint8Array): string {
  return `${nameToText(owner)} ${ttl} ${type} ${rdata.toHex()}`;
}

/** What the cursor stands on. */
function present(cursor: ZoneCursor): string {
  const { slab, labelAt, rdataAt } = cursor;
  const octets = new Uint8Array(256);
  cursor.copyName(cursor.parent, octets);
  let owner = nameFromOctets(octets);
  if (!cursor.isApex) {
    const label = slab.subarray(labelAt, labelAt + 1 + slab[labelAt]!);
    owner = (String.fromCharCode(...label) + owner) as Name;
  }
  const rdata = slab.slice(rdataAt + 2, rdataAt + 2 + readU16(slab, rdataAt));
  return line(owner, cursor.type, cursor.ttl, rdata);
}

function walk(cursor: ZoneCursor, between: () => void = () => undefined): string[] {
  const lines: string[] = [];
  while (!cursor.survey(2)) between();
  while (cursor.next()) {
    lines.push(present(cursor));
    between();
  }
  return lines;
}

function linesOf(image: ZoneImage): string[] {
  return [...image.records()].map(({ owner, type, ttl, rdata }) => line(owner, type, ttl, rdata)).sort();
}

const text = `www A 192.0.2.1
www A 192.0.2.2
deep.ent TXT x
sub NS ns.sub
ns.sub A 192.0.2.3
*.wild MX 10 mail
@ MX 5 mail
@ TXT "last of the apex"
`;

test("the SOA record comes first, then the others of the apex, then all names behind their parents", () => {
  const image = zoneImage("example.", text);
  const lines = walk(new ZoneCursor(image));
  assert.deepEqual(lines.toSorted(), linesOf(image));
  const types = lines.slice(0, 4).map((one) => Number(one.split(" ")[2]));
  assert.deepEqual(types, [RRType.SOA, RRType.NS, RRType.MX, RRType.TXT]);
  assert.ok(lines.slice(0, 4).every((one) => one.startsWith("example. ")));
});

test("a cursor can be sent back to the SOA record, and walks the same again", () => {
  const cursor = new ZoneCursor(zoneImage("example.", text));
  const lines = walk(cursor);
  assert.equal(cursor.next(), false);
  cursor.restart();
  assert.deepEqual(walk(cursor), lines);
});

test("a signed zone, whose image has an index behind its nodes, is walked like any other", () => {
  const signed = zoneImage(
    "example.",
    `@ DNSKEY 256 3 13 AQID
@ RRSIG NSEC 13 1 3600 20301231000000 20200101000000 1 example. AQID
@ NSEC www.example. SOA
www NSEC example. A
www A 192.0.2.1
`,
  );
  assert.ok(signed.denialNodes.length > 0);
  assert.deepEqual(walk(new ZoneCursor(signed)).toSorted(), linesOf(signed));
});

test("names come in the case that they have, those above them too", () => {
  const editor = roomyEditor(zoneImage("example.", "Www.LAB A 192.0.2.1\n"));
  const gone: ZoneChange = { do: "delete-name", owner: name("www.lab") };
  const back: ZoneChange = {
    do: "set",
    owner: name("WWW.Lab"),
    type: 1,
    ttl: 5,
    rdata: [new Uint8Array(4)],
  };
  const owners = (): string[] => walk(new ZoneCursor(editor.image)).map((one) => one.split(" ")[0]!);
  assert.ok(owners().includes("Www.LAB.example."));
  editor.apply([gone]);
  editor.apply([back]);
  assert.ok(owners().includes("WWW.Lab.example."));
});

const labels = ["a", "b", "*", "A"];
const owner = fc.array(fc.constantFrom(...labels), { maxLength: 3 }).map((parts) => name(parts.join(".")));
const address = (last: number): Uint8Array => Uint8Array.of(192, 0, 2, last);
const soa = (serial: number): Uint8Array =>
  Uint8Array.of(...nameOctets(name("ns")), 0, 0, 0, 0, serial, ...new Uint8Array(16));
const change: fc.Arbitrary<ZoneChange> = fc.oneof(
  fc.record({
    do: fc.constant("set" as const),
    owner,
    type: fc.constantFrom<number>(RRType.A, 65_280),
    ttl: fc.nat(3),
    rdata: fc.array(fc.nat(5).map(address), { maxLength: 3 }),
  }),
  fc.record({
    do: fc.constant("add" as const),
    owner,
    type: fc.constant(1),
    ttl: fc.nat(3),
    rdata: fc.nat(5).map(address),
  }),
  fc.record({
    do: fc.constant("remove" as const),
    owner,
    type: fc.constant(1),
    rdata: fc.nat(5).map(address),
  }),
  owner.filter((one) => one !== name("")).map((one): ZoneChange => ({ do: "delete-name", owner: one })),
  fc.nat(200).map(
    (serial): ZoneChange => ({
      do: "set",
      owner: name(""),
      type: RRType.SOA,
      ttl: 1,
      rdata: [soa(serial)],
    }),
  ),
);
const transactions = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), {
  minLength: 2,
  maxLength: 30,
});

test("whatever is changed before and during the walk, it gives the zone of its moment", () => {
  const base = zoneImage("example.", "a A 192.0.2.1\nb.a A 192.0.2.7\n*.b A 192.0.2.2\na.b.a.b NS ns\n");
  let changed = 0;
  fc.assert(
    fc.property(transactions, fc.nat(10), (list, before) => {
      const editor = roomyEditor(base);
      const model = new ZoneModel(base);
      const waiting = [...list];
      for (const changes of waiting.splice(0, before)) {
        editor.apply(changes);
        model.apply(changes);
      }
      const expected = model.image();
      const cursor = new ZoneCursor(editor.image);
      const lines = walk(cursor, () => {
        const changes = waiting.shift();
        if (changes !== undefined && editor.apply(changes)) changed++;
      });
      assert.deepEqual(lines.map(lowered).sort(), linesOf(expected).map(lowered).sort());
      assert.equal(cursor.serial, expected.serial());
      assert.equal(Number(lines[0]!.split(" ")[2]), RRType.SOA);
    }),
    { numRuns: 300 },
  );
  assert.ok(changed > 300, `${changed} changes during walks`);
});

test("an image that another has replaced is walked to its end", () => {
  const editor = roomyEditor(zoneImage("example.", text));
  editor.apply([{ do: "delete-name", owner: name("www") }]);
  const expected = linesOf(editor.image);
  const cursor = new ZoneCursor(editor.image);
  let merged: ZoneEditor | undefined;
  const lines = walk(cursor, () => {
    if (merged === undefined) {
      merged = new ZoneEditor(mergeZone(keptMoment(editor.memory), { octets: 0, names: 0 }).image);
      editor.retire();
    }
    merged.apply([{ do: "delete-name", owner: name("deep.ent") }]);
  });
  assert.deepEqual(lines.toSorted(), expected);
  editor.image.begin();
  assert.deepEqual(walk(new ZoneCursor(editor.image)).toSorted(), expected);
});

function lowered(one: string): string {
  return one.toLowerCase();
}
