import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Name, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { NamePlace } from "../engine/name-place.ts";
import { ZoneWalk } from "../engine/zone-walk.ts";
import { NodeFlag, ZoneImage } from "./image.ts";
import { ImageMemory } from "./image-memory.ts";
import { zoneLimits } from "./limits.ts";
import { type ZoneChange, ZoneChangeError, ZoneFullError, ZoneSignedError } from "./zone-change.ts";
import { ZoneEditor } from "./zone-editor.ts";
import { keptMoment, mergeZone, presentMoment } from "./zone-merge.ts";
import { assertSameZone, ZoneModel } from "./zone-model.ts";

const text = `www A 192.0.2.1
www TXT "x"
deep.ent TXT "x"
sub NS ns
below.sub A 192.0.2.2
*.wild A 192.0.2.3
`;
const address = (last: number): Uint8Array => Uint8Array.of(192, 0, 2, last);
const name = (relative: string): Name => parseName(`${relative}${relative === "" ? "" : "."}example.`);

/** With room for so many octets and names. */
function editorOf(image: ZoneImage, octets: number, names = 400): ZoneEditor {
  const moment = presentMoment(new ImageMemory(image));
  return new ZoneEditor(mergeZone(moment, { octets: octets - zoneLimits.roomOctetsMin, names }).image);
}

function editor(octets = 65_536): ZoneEditor {
  return editorOf(zoneImage("example.", text), octets);
}

function soa(serial: number): Uint8Array {
  return Uint8Array.from([0, 0, ...Array.from({ length: 5 }, () => [0, 0, 0, serial]).flat()]);
}

/** Applies changes and compares with a zone built from nothing. */
function check(edited: ZoneEditor, ...transactions: (readonly ZoneChange[])[]): ZoneImage {
  const model = new ZoneModel(edited.image);
  for (const changes of transactions) {
    edited.apply(changes);
    model.apply(changes);
    assertSameZone(edited.image, model.image());
  }
  return edited.image;
}

const setA = (owner: string, last: number): ZoneChange => ({
  do: "set",
  owner: name(owner),
  type: RRType.A,
  ttl: 60,
  rdata: [address(last)],
});
const drop = (owner: string): ZoneChange => ({ do: "delete-name", owner: name(owner) });

for (const [why, ...transactions] of [
  ["a record set takes the place of another", [setA("www", 7)]],
  ["a new name gets the empty names above it", [setA("a.b.c.d", 7)]],
  ["a name that loses its last record is gone, and empty names above it with it", [drop("deep.ent")]],
  ["an empty name with another child stays", [setA("other.ent", 1)], [drop("deep.ent")]],
  ["a name that has children becomes empty and stays", [drop("sub")], [drop("below.sub")]],
  ["a name comes back", [drop("www")], [setA("www", 9)], [drop("www")], [setA("WWW", 8)]],
  ["a name comes back with its ancestors", [drop("deep.ent")], [setA("deep.ent", 9)]],
  ["a wildcard comes and goes", [drop("*.wild")], [setA("*.wild", 4)], [setA("*", 4)], [drop("*")]],
  ["the apex changes", [setA("", 5)], [{ do: "delete", owner: name(""), type: RRType.A }]],
  [
    "children are counted from one transaction to the next",
    [drop("deep.ent")],
    [setA("*.sub", 1)],
    [drop("*.sub")],
  ],
  ["an apex is written next to names", [setA("", 5), setA("x.y", 5), drop("www"), setA("www", 1)]],
  ["a name comes and goes in one transaction", [setA("x.y.z", 5), drop("x.y.z")]],
  ["a name goes and comes in one transaction", [drop("deep.ent"), setA("deep.ent", 5)]],
  [
    "what was never there can be deleted",
    [drop("x.y.z"), { do: "delete", owner: name("q"), type: RRType.A }],
  ],
  ["an empty set is no set", [{ ...setA("www", 7), rdata: [] } as ZoneChange]],
  ["the longest names", [setA(Array.from({ length: 120 }, () => "a").join("."), 7)]],
] as const) {
  test(why, () => {
    check(editor(), ...transactions);
  });
}

test("single records come and go, and one that means the same is the same", () => {
  const ns = (target: string): Uint8Array => nameOctets(parseName(target));
  const change = (what: "add" | "remove", rdata: Uint8Array): ZoneChange =>
    ({ do: what, owner: name("SUB"), type: RRType.NS, ttl: 7, rdata }) as ZoneChange;
  const edited = editor();
  check(edited, [change("add", ns("b.example.")), change("add", ns("B.Example."))]);
  assert.deepEqual(edited.rrset(name("sub"), RRType.NS), {
    ttl: 7,
    rdata: [ns("ns.example."), ns("b.example.")],
  });
  check(edited, [change("remove", ns("NS.example.")), change("remove", ns("c.example."))]);
  check(edited, [change("remove", ns("b.EXAMPLE."))]);
  assert.equal(edited.rrset(name("sub"), RRType.NS), undefined);
});

test("a name keeps its case while it is there, and has the new one when it returns", () => {
  const edited = editor();
  const shown = (): string => nameToText(edited.image.nodeName(edited.image.find(name("a.www"))));
  edited.apply([setA("a.WWW", 1)]);
  assert.equal(shown(), "a.www.example.");
  edited.apply([setA("A.www", 2)]);
  assert.equal(shown(), "a.www.example.");
  edited.apply([drop("a.www"), drop("www")]);
  edited.apply([setA("A.wWw", 3)]);
  assert.equal(shown(), "A.wWw.example.");
});

test("a transaction without effect takes no room and no version", () => {
  const edited = editor();
  edited.apply([setA("www", 1)]);
  edited.image.begin();
  assert.equal(
    edited.apply([setA("WWW", 1), drop("none"), { do: "delete", owner: name(""), type: 99 }]),
    false,
  );
  assert.ok(edited.image.isCurrent());
});

test("other readers see a change at their next beginning, and know that it came between", () => {
  const edited = editor();
  const reader = new ZoneImage(edited.image.buffer);
  const node = reader.find(name("www"));
  assert.ok(reader.isCurrent());
  edited.apply([setA("www", 9), setA("", 9)]);
  assert.ok(!reader.isCurrent());
  assert.deepEqual(reader.rdata(reader.rrset(node, RRType.A)), [address(1)]);
  reader.begin();
  assert.ok(reader.isCurrent());
  for (const owner of ["", "www"])
    assert.deepEqual(reader.rdata(reader.rrset(reader.find(name(owner)), RRType.A)), [address(9)]);
});

test("nobody who finds a wildcard is told that there is none, at whatever moment", (t) => {
  const edited = editor();
  const reader = new ZoneImage(edited.image.buffer);
  const { store } = Atomics;
  let found = 0;
  t.mock.method(Atomics, "store", (words: Int32Array, at: number, value: number) => {
    store(words, at, value);
    reader.begin();
    if (!reader.isCurrent() || reader.find(name("*.www")) === 0) return;
    found++;
    assert.ok((reader.flags(reader.find(name("www"))) & NodeFlag.wildcardBelow) !== 0);
  });
  edited.apply([setA("*.www", 1)]);
  edited.apply([setA("*.www", 2)]);
  edited.apply([drop("*.www")]);
  assert.equal(found, 2);
});

for (const [why, error, ...changes] of [
  ["a zone keeps its SOA record", ZoneChangeError, drop("")],
  [
    "a zone has one SOA record",
    ZoneChangeError,
    { ...setA("", 1), type: RRType.SOA, rdata: [soa(1), soa(2)] },
  ],
  ["a name outside is not taken", ZoneChangeError, { ...setA("www", 1), owner: parseName("www.test.") }],
  ["the end of a label is not the zone", ZoneChangeError, { ...setA("", 1), owner: parseName("xexample.") }],
  ["the root is outside", ZoneChangeError, { ...setA("", 1), owner: parseName(".") }],
  ["RDATA has an end", ZoneChangeError, { ...setA("www", 1), type: 65_280, rdata: [new Uint8Array(65_536)] }],
  [
    "there is no room for much",
    ZoneFullError,
    { ...setA("www", 1), type: 65_280, rdata: [new Uint8Array(65_535)] },
  ],
] as const) {
  test(`${why}, and nothing of the transaction is seen`, () => {
    const edited = editor(1024);
    const model = new ZoneModel(edited.image);
    assert.throws(() => edited.apply([setA("new.name", 1), ...(changes as ZoneChange[])]), error);
    assert.ok(edited.image.isCurrent());
    assertSameZone(edited.image, model.image());
    assert.equal(edited.roomUsed, 0);
    check(edited, [setA("new.name", 1)]);
  });
}

test("an image without free slots is full, and says how many names too many there were", () => {
  const edited = ZoneEditor.open(zoneImage("example.", text));
  const model = new ZoneModel(edited.image);
  const names = Array.from({ length: 100 }, (_, i) => setA(`n${i}`, i));
  assert.throws(
    () => edited.apply(names),
    (error) => error instanceof ZoneFullError && error.names === 100,
  );
  assertSameZone(edited.image, model.image());
});

const signedApex = `@ DNSKEY 256 3 13 AQID
@ RRSIG NSEC 13 1 3600 20301231000000 20200101000000 1 example. AQID
@ NSEC example. SOA
`;

test("a signed zone cannot be changed in place, nor can a zone become one", () => {
  const signed = zoneImage("example.", signedApex);
  assert.throws(() => ZoneEditor.open(signed), ZoneSignedError);
  const changes = [...signed.recordsOf(signed.apex)]
    .filter(({ type }) => type !== RRType.SOA && type !== RRType.NS)
    .map(({ type, ttl, rdata }) => ({ do: "add", owner: name(""), type, ttl, rdata }) as const);
  const edited = editor();
  assert.throws(() => edited.apply(changes), ZoneSignedError);
  assert.ok(edited.image.isCurrent());
  assert.equal(edited.roomUsed, 0);
  check(edited, changes.slice(1)); // one of the three is not enough
});

test("an image with room is changed where it is, one without is copied", () => {
  const image = zoneImage("example.", text);
  const copied = ZoneEditor.open(image, { room: 100_000 });
  assert.notEqual(copied.image.buffer, image.buffer);
  copied.apply([setA("www", 9), drop("deep.ent")]);
  const again = ZoneEditor.open(copied.image, { room: 10_000 });
  assert.equal(again.image.buffer, copied.image.buffer);
  check(again, [setA("www", 10), setA("deep.ent", 3), drop("www")]);
});

const labels = ["a", "b", "*", "A", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"];
const owner = fc.array(fc.constantFrom(...labels), { maxLength: 4 }).map((parts) => name(parts.join(".")));
const names = ["ns.example.", "NS.example.", "b.test."].map((target) => nameOctets(parseName(target)));
const signature = (covered: number, last: number): Uint8Array => {
  const rdata = new Uint8Array(28);
  rdata[1] = covered;
  rdata[27] = last;
  return rdata;
};
const rrset = fc.oneof(
  fc.record({
    type: fc.constant(RRType.A as number),
    rdata: fc.array(fc.nat(5).map(address), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    type: fc.constantFrom<number>(RRType.NS, RRType.CNAME, RRType.DNAME),
    rdata: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant(RRType.NSEC3 as number),
    rdata: fc.constant([Uint8Array.of(1, 0, 0, 0, 0, 1, 7, 0, 1, 0x40)]),
  }),
  fc
    .tuple(fc.constantFrom<number>(RRType.A, RRType.NS), fc.nat(2))
    .map(([covered, last]) => ({ type: RRType.RRSIG as number, rdata: [signature(covered, last)] })),
);
const change: fc.Arbitrary<ZoneChange> = fc
  .tuple(
    fc.constantFrom<ZoneChange["do"]>("set", "set", "add", "remove", "delete", "delete-name"),
    owner,
    rrset,
    fc.nat(2),
  )
  .filter(([what, at]) => what !== "delete-name" || at !== name(""))
  .map(([what, at, { type, rdata }, ttl]) => {
    const single = what === "add" || what === "remove";
    return { do: what, owner: at, type, ttl, rdata: single ? rdata[0]! : rdata } as ZoneChange;
  });

/** Every name of up to three labels: those of the zone, and their neighbours. */
const everyName: string[] = [""];
for (const above of everyName) {
  if (above.split(".").length === 3) break;
  for (const label of ["a", "b", "*", "c"]) everyName.push(above === "" ? label : `${label}.${above}`);
}

function walks(image: ZoneImage): string[] {
  const place = new NamePlace();
  const walk = new ZoneWalk();
  return everyName.map((relative) => {
    const octets = nameOctets(name(relative));
    place.place(octets, 0, octets.length);
    const found = walk.walk(image, place, false);
    const at = walk.node === 0 ? "" : nameToText(image.nodeName(walk.node)).toLowerCase();
    return `${relative}: ${found} ${at} ${walk.label}`;
  });
}

function assertMerges({ memory }: ZoneEditor, expected: ZoneImage): void {
  const merged = mergeZone(presentMoment(memory), { octets: 0, names: 0 });
  assertSameZone(merged.image, expected);
  const counted = new ImageMemory(merged.image).childCounts();
  for (const node of merged.image.nodes()) assert.equal(merged.children.get(node), counted.get(node));
  assert.equal(memory.slots.filter((node) => node !== 0).length, memory.slotsUsed());
}

test("whatever is changed, the image is the zone that would be built from nothing", () => {
  const base = zoneImage("example.", "a A 192.0.2.1\nb.a TXT x\n*.b A 192.0.2.2\na.b.a.b NS ns\n");
  const transactions = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), {
    minLength: 5,
    maxLength: 12,
  });
  fc.assert(
    fc.property(transactions, (list) => {
      const edited = editorOf(base, 65_536);
      const model = new ZoneModel(base);
      for (const changes of list) {
        edited.apply(changes);
        model.apply(changes);
        const expected = model.image();
        assertSameZone(edited.image, expected);
        assert.deepEqual(walks(edited.image), walks(expected));
        assertMerges(edited, expected);
      }
    }),
    { numRuns: 100 },
  );
});

test("a kept moment is merged as it was then, whatever comes later", () => {
  const edited = editor();
  edited.apply([setA("www", 9), drop("deep.ent"), setA("", 3), setA("*.x", 1)]);
  const moment = keptMoment(edited.memory);
  const expected = new ZoneModel(edited.image).image();
  edited.apply([
    drop("*.x"),
    setA("www", 1),
    setA("deep.ent", 3),
    setA("", 4),
    drop("below.sub"),
    setA("*.www", 7),
    setA("*.sub", 7),
  ]);
  edited.apply([drop("*.www")]);
  assertSameZone(mergeZone(moment, { octets: 0, names: 0 }).image, expected);
});
