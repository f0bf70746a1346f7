import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "#platform/store/limits.ts";
import { lowerName, type Name, nameFromOctets, parseName } from "#protocols/dns/name.ts";
import { baseFileName, stateFileName, zoneKey } from "./zone-key.ts";

const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
const nearMisses = fc
  .constantFrom(".", "/", "..", "%", "%2e", "a.b", "2e", "-", "_", "A", "a", "\u0000")
  .map((text) => Buffer.from(text, "latin1"));
const name: fc.Arbitrary<Name> = fc
  .array(fc.oneof(label, nearMisses), { maxLength: 6 })
  .map((labels) => Buffer.concat([...labels.flatMap((one) => [Buffer.of(one.length), one]), Buffer.of(0)]))
  .filter((octets) => octets.length <= 255)
  .map((octets) => nameFromOctets(octets));

test("names have the same key only when they are the same but for case", () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      const same = lowerName(one) === lowerName(other);
      assert.equal(zoneKey(one) === zoneKey(other), same);
      assert.equal(stateFileName(one, 1) === stateFileName(other, 1), same);
    }),
    { numRuns: 2000 },
  );
});

test("keys and names of files are plain words that lead nowhere else", () => {
  fc.assert(
    fc.property(name, fc.string(), (one, digest) => {
      for (const word of [
        zoneKey(one),
        baseFileName(one, digest),
        stateFileName(one, 2 ** 40, 2 ** 32 - 1),
      ]) {
        assert.match(word, /^[a-z0-9._%-]+$/);
        assert.ok(word !== "." && word !== "..");
      }
    }),
  );
});

test("the longest of all names fits into a key of the store and a name of a file", () => {
  const labels = [63, 63, 63, 61].map((length) =>
    Buffer.concat([Buffer.of(length), Buffer.alloc(length, 0xff)]),
  );
  const longest = nameFromOctets(Buffer.concat([...labels, Buffer.of(0)]));
  assert.ok(`dns/journal-part/${zoneKey(longest)}/000000000001/255`.length <= limits.keyOctetsMax);
  // Ext4 and others: 255 octets, with ".new" while it is written.
  assert.ok(stateFileName(longest, 2 ** 40, 2 ** 32 - 1).length + 4 <= 255);
  assert.ok(baseFileName(longest, "x").length + 4 <= 255);
  assert.equal(zoneKey(parseName(".")), "%");
});
