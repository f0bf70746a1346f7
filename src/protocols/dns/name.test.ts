import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  compareNames,
  isWithin,
  lowerName,
  type Name,
  nameFromOctets,
  nameOctets,
  namesEqual,
  nameToRelativeText,
  nameToText,
  parentName,
  parseName,
  readName,
  readUncompressedName,
  rootName,
  writeCompressedName,
} from "./name.ts";
import { WireError, WireReader, WireWriter } from "./wire.ts";

const origin = parseName("example.com.");
const label = fc.uint8Array({ minLength: 1, maxLength: 20 });
const anyName = fc
  .array(label, { maxLength: 10 })
  .map((labels) => nameFromOctets(Uint8Array.from([...labels.flatMap((one) => [one.length, ...one]), 0])));

describe("text", () => {
  for (const [text, want] of [
    [".", "\0"],
    ["@", "\x07example\x03com\0"],
    ["a", "\x01a\x07example\x03com\0"],
    ["a.", "\x01a\0"],
    ["A.b", "\x01A\x01b\x07example\x03com\0"],
    ["\\046.", "\x01.\0"],
    ["\\..", "\x01.\0"],
    ["a\\255b.", "\x03a\xffb\0"],
    ["*.x.", "\x01*\x01x\0"],
  ] as const) {
    test(`"${text}" is read`, () => assert.equal(parseName(text, origin), want));
  }

  for (const [why, text] of [
    ["nothing", ""],
    ["a dot in front", ".a"],
    ["two dots in a row", "a..b"],
    ["two dots at the end", "a.."],
    ["an octet above 255", "\\256"],
    ["an escape cut off", "a\\"],
    ["an escape of two digits", "a\\12"],
    ["a label of 64 octets", "x".repeat(64)],
    ["256 octets", `${"x.".repeat(127)}y.`],
    ["255 octets that the origin continues", "x.".repeat(126).slice(0, -1)],
    ["more than Latin-1", "€."],
  ] as const) {
    test(`${why} is refused`, () => assert.throws(() => parseName(text, origin), { name: "NameError" }));
  }

  test("255 octets and a label of 63 are not too much", () => {
    assert.equal(parseName("x.".repeat(127)).length, 255);
    assert.equal(parseName(`${"x".repeat(63)}.`).length, 65);
  });

  test("every name comes back from its text, absolute or relative", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        assert.equal(parseName(nameToText(name)), name);
        const below = (name.slice(0, -1) + origin) as Name;
        assert.equal(parseName(nameToRelativeText(below, origin), origin), below);
      }),
    );
  });
});

describe("wire form", () => {
  test("every name comes back, compressed or not", () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 5 }), (names) => {
        const writer = new WireWriter({ compress: true });
        for (const name of [...names, ...names]) writeCompressedName(name, writer);
        const reader = new WireReader(writer.finish());
        for (const name of [...names, ...names]) assert.ok(namesEqual(readName(reader, "name"), name));
        assert.equal(reader.remaining, 0);
      }),
    );
  });

  test("any octets are read or refused with a WireError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(40), (octets, at) => {
        for (const read of [readName, readUncompressedName]) {
          const reader = new WireReader(octets, Math.min(at, octets.length));
          try {
            assert.ok(read(reader, "name").length <= 255);
          } catch (error) {
            assert.ok(error instanceof WireError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("an uncompressed name may not end in a pointer", () => {
    const octets = Uint8Array.of(0, 1, 0x61, 0xc0, 0);
    assert.equal(readName(new WireReader(octets, 1), "name"), "\x01a\0");
    assert.throws(() => readUncompressedName(new WireReader(octets, 1), "name"), { code: "bad-pointer" });
  });

  test("octets that stand alone have no pointers", () => {
    const reader = new WireReader(Uint8Array.of(0, 0xc0, 0), 1, 3, false);
    assert.throws(() => readName(reader, "name"), { code: "bad-pointer" });
  });

  test("a chain of pointers ends after 126 hops", () => {
    const octets = new Uint8Array(512);
    for (let at = 2; at < 512; at += 2) octets.set([0xc0 | ((at - 2) >>> 8), at - 2], at);
    octets.set([0, 0], 0);
    assert.equal(readName(new WireReader(octets, 252), "name"), rootName);
    assert.throws(() => readName(new WireReader(octets, 254), "name"), { code: "bad-pointer" });
  });
});

describe("relations", () => {
  test("case does not count, except in the name itself", () => {
    assert.ok(namesEqual(parseName("A.Example."), parseName("a.eXAMPLE.")));
    assert.equal(lowerName(parseName("A.Z\\091.")), parseName("a.z\\091."));
  });

  test("a name is within itself, its parents and the root, and not within what merely ends the same", () => {
    const name = parseName("a.b.c.");
    assert.deepEqual(
      ["a.b.c.", "B.C.", "c.", ".", "x.b.c.", "a.a.b.c.", "bc."].map((ancestor) =>
        isWithin(name, parseName(ancestor)),
      ),
      [true, true, true, true, false, false, false],
    );
    // a length octet lookalike within a label
    assert.equal(isWithin(parseName("a\\001c."), parseName("c.")), false);
    assert.equal(parentName(name), parseName("b.c."));
    assert.equal(parentName(rootName), rootName);
  });

  test("canonical order is that of RFC 4034 §6.1", () => {
    const sorted = [
      "example.",
      "a.example.",
      "yljkjljk.a.example.",
      "Z.a.example.",
      "zABC.a.EXAMPLE.",
      "z.example.",
      "\\001.z.example.",
      "*.z.example.",
      "\\200.z.example.",
    ].map((text) => parseName(text));
    const shuffled = [...sorted].reverse();
    assert.deepEqual(shuffled.sort(compareNames), sorted);
  });

  test("octets and names are two views of the same", () => {
    fc.assert(fc.property(anyName, (name) => assert.equal(nameFromOctets(nameOctets(name)), name)));
  });
});

describe("names that pointers lead to", () => {
  /** The name at each octet, or what is wrong with it. */
  const read = (reader: WireReader, at: number): string => {
    reader.at = at;
    try {
      return `${readName(reader, "name")} up to ${reader.at}`;
    } catch (error) {
      if (error instanceof WireError) return error.code;
      throw error;
    }
  };

  test("are the same for a reader that has read others before", () => {
    const octet = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 1, 2, 20, 40) },
      { weight: 2, arbitrary: fc.constantFrom(0xc0) },
      { weight: 2, arbitrary: fc.nat(90) },
    );
    fc.assert(
      fc.property(
        fc.array(octet, { maxLength: 90 }),
        fc.array(fc.nat(89), { maxLength: 30 }),
        (list, order) => {
          const octets = Uint8Array.from(list);
          const reader = new WireReader(octets);
          for (const at of order) {
            if (at >= octets.length) continue;
            const alone = read(new WireReader(octets), at);
            assert.equal(read(reader, at), alone);
            assert.equal(read(reader.part(at, octets.length), at), alone);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("keep to the bound on pointers, however they were read before", () => {
    const octets = new Uint8Array(2 * 200);
    octets.set([40, ...Array.from({ length: 40 }, () => 97), 0]);
    for (let at = 42; at + 2 <= octets.length; at += 2)
      octets.set([0xc0 | ((at === 42 ? 0 : at - 2) >> 8), (at === 42 ? 0 : at - 2) & 255], at);
    const reader = new WireReader(octets);
    const hopsAt = (at: number): number => (at - 42) / 2 + 1;
    for (let at = 42; at + 2 <= octets.length; at += 2)
      assert.equal(read(reader, at) === "bad-pointer", hopsAt(at) > 126, `${hopsAt(at)} pointers`);
  });

  test("are read once: a message of 65,535 octets full of them takes no longer than another", () => {
    const octets = new Uint8Array(65_535);
    let at = 1;
    for (let labels = 1; labels < 120; labels++) {
      octets.set([1, 97, 0xc0, labels === 1 ? 0 : 0], at);
      const before = at - 4;
      octets.set(labels === 1 ? [0xc0, 0] : [0xc0 | (before >> 8), before & 255], at + 2);
      at += 4;
    }
    const deepest = at - 4;
    const reader = new WireReader(octets);
    const startMs = performance.now();
    let names = 0;
    for (; at + 2 <= octets.length; at += 2, names++) {
      octets.set([0xc0 | (deepest >> 8), deepest & 255], at);
      reader.at = at;
      readName(reader, "name");
    }
    assert.ok(names > 30_000);
    assert.ok(performance.now() - startMs < 250, "some 15 ms, and 600 when each is read anew");
  });
});
