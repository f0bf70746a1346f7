import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeMessage } from "#protocols/dns/message.ts";
import { type Name, nameOctets, parseName, rootName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { zoneImage } from "../../engine/engine-rig.ts";
import type { ZoneImage, ZoneRecord } from "../../zones/image.ts";
import { ZoneImageBuilder } from "../../zones/image-builder.ts";
import { ZoneCursor } from "../../zones/zone-moment.ts";
import { addressRecord, recordLine } from "./transfer-rig.ts";
import { type MessageHead, TransferWriter } from "./transfer-writer.ts";

const origin = parseName("example.");
const name = (relative: string): Name => parseName(relative, origin);
const question = Uint8Array.of(...nameOctets(origin), 0, RRType.AXFR, 0, 1);
const head: MessageHead = {
  id: 7,
  flags: 0x8400,
  question: undefined,
  octetsMax: 65_535,
  opt: undefined,
};

/** All of a zone, in messages of at most so many octets. */
function pack(image: ZoneImage, octetsMax = 65_535, writer = new TransferWriter()): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const cursor = new ZoneCursor(image);
  let isMore = cursor.next();
  while (isMore) {
    writer.begin({ ...head, octetsMax, question: messages.length === 0 ? question : undefined });
    while (isMore && writer.addFrom(cursor)) isMore = cursor.next();
    messages.push(writer.finish().slice());
    assert.ok(writer.records > 0);
  }
  return messages;
}

function packRecords(records: readonly ZoneRecord[], octetsMax = 65_535): Uint8Array[] {
  const messages: Uint8Array[] = [];
  const writer = new TransferWriter();
  let at = 0;
  while (at < records.length) {
    writer.begin({ ...head, octetsMax, question: messages.length === 0 ? question : undefined });
    while (at < records.length && writer.add(records[at]!)) at++;
    messages.push(writer.finish().slice());
    assert.ok(writer.records > 0);
  }
  return messages;
}

function unpack(messages: readonly Uint8Array[]): string[] {
  return messages.flatMap((octets) =>
    decodeMessage(octets).answers.map(({ name: owner, type, ttl, rdata }) =>
      recordLine({ owner, type, ttl, rdata }),
    ),
  );
}

const labels = ["a", "b", "A", "host", "x".repeat(63), "*"];
const relativeName = fc.array(fc.constantFrom(...labels), { maxLength: 3 }).map((parts) => parts.join("."));
const owner = relativeName.map((relative) => (relative === "" ? origin : name(relative)));
const target = fc.oneof(
  owner,
  relativeName.map((relative) => (relative === "" ? rootName : parseName(`${relative}.test.`))),
);
const octetsOf = (one: Name): number[] => [...nameOctets(one)];
const record: fc.Arbitrary<ZoneRecord> = fc
  .tuple(
    owner,
    fc.oneof(
      fc.nat(3).map((last) => [RRType.A, [10, 0, 0, last]]),
      target.map((one) => [RRType.NS, octetsOf(one)]),
      target.map((one) => [RRType.PTR, octetsOf(one)]),
      target.map((one) => [RRType.MX, [0, 5, ...octetsOf(one)]]),
      target.map((one) => [RRType.SRV, [0, 1, 0, 2, 0, 3, ...octetsOf(one)]]),
      fc.tuple(target, target).map(([one, other]) => [RRType.MINFO, [...octetsOf(one), ...octetsOf(other)]]),
      fc.nat(3000).map((length) => [65_280, Array<number>(length).fill(0xc0)]),
    ),
  )
  .map(([at, [type, rdata]]) => ({
    owner: at,
    type: type as number,
    ttl: 5,
    rdata: Uint8Array.from(rdata as number[]),
  }));
const soa: ZoneRecord = {
  owner: origin,
  type: RRType.SOA,
  ttl: 5,
  rdata: Uint8Array.of(...nameOctets(name("ns")), ...nameOctets(name("Host")), ...new Uint8Array(20)),
};

test("records come back as they were, whatever they are and however large the messages may be", () => {
  const writer = new TransferWriter();
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 60 }),
      fc.integer({ min: 3600, max: 65_535 }),
      (list, octetsMax) => {
        const builder = new ZoneImageBuilder(origin);
        for (const { owner: at, type, ttl, rdata } of [soa, ...list])
          assert.ok(builder.add(nameOctets(at), at.length, type, ttl, rdata, rdata.length));
        const image = builder.finish();
        const records = [...image.records()];
        const expected = records.map((one) => recordLine(one));
        for (const messages of [pack(image, octetsMax, writer), packRecords(records, octetsMax)]) {
          for (const octets of messages) assert.ok(octets.length <= octetsMax);
          assert.deepEqual(unpack(messages).sort(), expected.toSorted());
        }
      },
    ),
    { numRuns: 200 },
  );
});

const manyNames = (count: number, nameOf: (index: number) => string): ZoneImage =>
  zoneImage("example.", Array.from({ length: count }, (_, i) => `${nameOf(i)} A 192.0.2.1\n`).join(""));

for (const [zone, nameOf] of [
  ["of one level", (i: number) => `h${i}`],
  ["with many names that have names below", (i: number) => `h${i}.d${i % 1700}.deep`],
  ["with as many labels as names can have", (i: number) => `h${i}${".a".repeat(100)}`],
] as const) {
  test(`a zone ${zone} is packed into few messages, and comes back`, () => {
    const image = manyNames(20_000, nameOf);
    const messages = pack(image);
    const expected = [...image.records()].map((one) => recordLine(one));
    assert.deepEqual(unpack(messages).sort(), expected.sort());
    const octets = messages.reduce((sum, one) => sum + one.length, 0);
    for (const message of messages.slice(0, -1)) assert.ok(message.length > 64_000);
    assert.ok(octets / 20_000 < 35, `${octets / 20_000} octets a record`);
  });
}

test("the second record of a name is a pointer, ten octets and its data", () => {
  const writer = new TransferWriter();
  const image = zoneImage("example.", "www A 192.0.2.1\nwww A 192.0.2.2\nwww TXT x\n");
  const cursor = new ZoneCursor(image);
  const sizes: number[] = [];
  writer.begin({ ...head, question });
  let before = writer.finish().length;
  while (cursor.next()) {
    assert.ok(writer.addFrom(cursor));
    const { length } = writer.finish();
    sizes.push(length - before);
    before = length;
  }
  // SOA: ns and host before pointers; NS: a pointer to ns; www for the first time; then pointers to it
  assert.deepEqual(sizes, [2 + 10 + 5 + 7 + 20, 2 + 10 + 2, 6 + 10 + 4, 2 + 10 + 4, 2 + 10 + 2]);
});

test("names in RDATA are compressed in the types of RFC 1035 only", () => {
  const sizeOf = (type: number, rdata: readonly number[]): number => {
    const writer = new TransferWriter();
    writer.begin({ ...head, question });
    const before = writer.finish().length;
    assert.ok(writer.add({ owner: origin, type, ttl: 0, rdata: Uint8Array.from(rdata) }));
    return writer.finish().length - before - 12;
  };
  const { length } = origin;
  assert.equal(sizeOf(RRType.CNAME, octetsOf(origin)), 2);
  assert.equal(sizeOf(RRType.MX, [0, 1, ...octetsOf(origin)]), 4);
  assert.equal(sizeOf(RRType.SRV, [0, 1, 0, 1, 0, 1, ...octetsOf(origin)]), 6 + length);
  assert.equal(sizeOf(RRType.DNAME, octetsOf(origin)), length);
  assert.equal(sizeOf(RRType.RP, [...octetsOf(origin), ...octetsOf(origin)]), 2 * length);
});

test("a name in another case is written whole, so that nobody's spelling is lost", () => {
  const [message] = packRecords([addressRecord(name("Www"), 1), addressRecord(name("wWW"), 2)]);
  assert.deepEqual(unpack([message!]), ["Www.example. 60 1 c0000001", "wWW.example. 60 1 c0000002"]);
  const asked = Uint8Array.of(...nameOctets(parseName("EXAMPLE.")), 0, RRType.AXFR, 0, 1);
  const writer = new TransferWriter();
  writer.begin({ ...head, question: asked });
  assert.ok(writer.add(addressRecord(origin, 1)));
  assert.deepEqual(unpack([writer.finish()]), ["example. 60 1 c0000001"]);
});

test("the header counts the question, the records and the OPT record", () => {
  const opt = Uint8Array.of(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0);
  const writer = new TransferWriter();
  writer.begin({ ...head, question, opt, octetsMax: 60 });
  assert.ok(writer.add(addressRecord(origin, 1)));
  assert.equal(writer.add(addressRecord(origin, 1)), false, "the OPT record needs the room");
  const octets = writer.finish();
  assert.ok(octets.length <= 60);
  const message = decodeMessage(octets);
  assert.deepEqual(
    [message.id, message.isAuthoritative, message.questions.length, message.answers.length],
    [7, true, 1, 1],
  );
  assert.equal(message.edns?.udpSize, 1232);
});

test("the largest record that a message has room for is taken, and one octet more is not", () => {
  const writer = new TransferWriter();
  const large = (octets: number): ZoneRecord => ({
    owner: rootName,
    type: 65_280,
    ttl: 0,
    rdata: new Uint8Array(octets),
  });
  const room = 65_535 - 12 - 11;
  writer.begin(head);
  assert.ok(writer.add(large(room)));
  assert.equal(writer.finish().length, 65_535);
  writer.begin(head);
  assert.equal(writer.add(large(room + 1)), false);
  assert.equal(writer.records, 0);
});
