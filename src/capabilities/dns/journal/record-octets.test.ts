import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Name, parseName } from "#protocols/dns/name.ts";
import type { ZoneRecord } from "../zones/image.ts";
import type { ChangeSet } from "./change-set.ts";
import { changeSetOf, octetsOfSet, StoredSet, storedSet, summaryOf } from "./change-set-value.ts";
import { packRecords, RecordOctetsError, unpackRecords, walkRecords } from "./record-octets.ts";

const plain = { noNullPrototype: true };
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const record: fc.Arbitrary<ZoneRecord> = fc.record(
  {
    owner: fc
      .constantFrom("example.", "a.example.", ".", `${"x".repeat(63)}.example.`)
      .map((text): Name => parseName(text)),
    type: u16,
    ttl: u32,
    rdata: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(65_535).fill(9))),
  },
  plain,
);
const records = fc.array(record, { maxLength: 5 });

test("records come back from their octets as they were", () => {
  fc.assert(
    fc.property(records, (list) => {
      const octets = packRecords(list);
      assert.deepEqual([...unpackRecords(octets)], list);
      const walked: number[] = [];
      walkRecords(octets, (_, ownerOctets, type, ttl, at, end) =>
        walked.push(ownerOctets, type, ttl, end - at),
      );
      assert.deepEqual(
        walked,
        list.flatMap(({ owner, type, ttl, rdata }) => [owner.length, type, ttl, rdata.length]),
      );
    }),
  );
});

test("octets that are cut anywhere but between records are refused, by both readers", () => {
  const one = { owner: parseName("a.example."), type: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, 1) };
  const octets = packRecords([one, { ...one, rdata: new Uint8Array() }]);
  const ends = [0, packRecords([one]).length, octets.length];
  for (let length = 0; length <= octets.length; length++) {
    const cut = octets.slice(0, length);
    const readers = [() => [...unpackRecords(cut)], () => walkRecords(cut, () => undefined)];
    for (const read of readers) {
      if (ends.includes(length)) assert.doesNotThrow(read);
      else assert.throws(read, RecordOctetsError, `${length} octets`);
    }
  }
});

const changeSet: fc.Arbitrary<ChangeSet> = fc
  .record(
    {
      from: u32,
      to: u32,
      atMs: fc.nat(),
      author: fc.record(
        {
          kind: fc.constantFrom("update", "transfer", "file", "user", "capability"),
          name: fc.string(),
        },
        plain,
      ),
      removed: records,
      added: records,
      note: fc.option(fc.string(), { nil: undefined }),
    },
    plain,
  )
  .map(({ note, ...set }) => (note === undefined ? set : { ...set, note }) as ChangeSet);

test("change sets come back from the store as they were, with their records inside or beside", () => {
  fc.assert(
    fc.property(changeSet, (set) => {
      const octets = octetsOfSet(set);
      const inside = StoredSet.parse(JSON.parse(JSON.stringify(storedSet(set, octets))));
      assert.deepEqual(changeSetOf(inside), set);
      const beside = StoredSet.parse(JSON.parse(JSON.stringify({ ...storedSet(set, undefined), parts: 1 })));
      assert.deepEqual(changeSetOf(beside, octets), set);
      assert.equal(changeSetOf(storedSet(set, undefined)), undefined);
      assert.deepEqual(
        [inside, beside].map((one) => summaryOf(one).kept),
        [true, true],
      );
    }),
  );
});

test("a set of which records are missing is refused", () => {
  const one = { owner: parseName("a.example."), type: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, 1) };
  const set = {
    from: 1,
    to: 2,
    atMs: 0,
    author: { kind: "user", name: "ada" },
    removed: [one],
    added: [one, one],
  } as const;
  const octets = packRecords([one, one]);
  assert.throws(() => changeSetOf(storedSet(set, octets)), RecordOctetsError);
});
