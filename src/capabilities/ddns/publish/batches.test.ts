import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { batchesOf } from "./batches.ts";

const record = (name: string, type = "A") => ({ name, type });

test("the types of a name stay together where they fit", () => {
  const records = [record("a"), record("b"), record("a", "AAAA"), record("b", "AAAA"), record("c")];
  assert.deepEqual(
    batchesOf(records, 3).map((batch) => batch.map(({ name, type }) => `${name} ${type}`)),
    [
      ["a A", "a AAAA"],
      ["b A", "b AAAA", "c A"],
    ],
  );
});

test("of a provider that takes one record at once each is a batch", () => {
  assert.equal(batchesOf([record("a"), record("a", "AAAA"), record("b")], 1).length, 3);
});

test("no record is lost, doubled, or in a batch that is too large", () => {
  const records = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c", "d"), id: fc.nat() }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 7 }), (all, most) => {
      const batches = batchesOf(all, most);
      assert.ok(batches.every(({ length }) => length > 0 && length <= most));
      assert.equal(batches.flat().length, all.length);
      assert.deepEqual(new Set(batches.flat()), new Set(all));
    }),
  );
});
