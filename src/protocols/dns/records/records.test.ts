import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeRdata, type RecordFormat } from "../record.ts";
import { RRType } from "../registry.ts";
import { RecordTextError, textReader } from "../text-reader.ts";
import { WireError, WireReader, WireWriter } from "../wire.ts";
import { canonicalRdata, formatOf, parseRdata, rdataToText, recordFormats } from "./index.ts";

const runs = { numRuns: 150 };

function fromText(type: number, text: string): Uint8Array {
  return parseRdata(type, textReader(text));
}

/**
 * The example of a format with some octets changed, cut off or added: near misses reach further than noise.
 */
function nearMisses(format: RecordFormat): fc.Arbitrary<Uint8Array> {
  const example = fromText(format.type, format.example);
  return fc
    .record({
      length: fc.nat(example.length + 4),
      changes: fc.array(fc.tuple(fc.nat(example.length + 4), fc.nat(255)), { maxLength: 3 }),
    })
    .map(({ length, changes }) => {
      const octets = new Uint8Array(length);
      octets.set(example.subarray(0, length));
      for (const [at, octet] of changes) if (at < length) octets[at] = octet;
      return octets;
    });
}

function decodeOrFault(format: RecordFormat, octets: Uint8Array): object | undefined {
  try {
    return decodeRdata(format, octets);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function encode(format: RecordFormat, data: object): Uint8Array {
  const writer = new WireWriter();
  format.encode(data, writer);
  return writer.finish();
}

for (const format of recordFormats) {
  describe(format.mnemonic, () => {
    const anyRdata = fc.oneof(fc.uint8Array({ maxLength: 70 }), nearMisses(format));

    test("its example is read and comes back as it was", () => {
      const rdata = fromText(format.type, format.example);
      assert.deepEqual(fromText(format.type, rdataToText(format.type, rdata)), rdata);
      assert.deepEqual(encode(format, decodeRdata(format, rdata)), rdata);
    });

    test("any octets are decoded or refused with a WireError, and what is decoded is encoded to the same octets", () => {
      fc.assert(
        fc.property(anyRdata, (octets) => {
          const data = decodeOrFault(format, octets);
          if (data !== undefined) assert.deepEqual(encode(format, data), octets);
        }),
        runs,
      );
    });

    test("whatever was decoded prints to text that is read as the same data", () => {
      fc.assert(
        fc.property(anyRdata, (octets) => {
          if (decodeOrFault(format, octets) === undefined) return;
          const text = rdataToText(format.type, octets);
          const again = fromText(format.type, text);
          // A LOC size has several spellings of zero on the wire: 0 times any power of ten
          if (format.type === RRType.LOC) assert.equal(rdataToText(format.type, again), text);
          else assert.deepEqual(again, octets, text);
        }),
        runs,
      );
    });

    test("its canonical form is stable", () => {
      const once = canonicalRdata(format.type, fromText(format.type, format.example));
      assert.deepEqual(canonicalRdata(format.type, once), once);
    });

    test("text cut off anywhere is read or refused with a RecordTextError", () => {
      for (let length = 0; length < format.example.length; length++) {
        try {
          fromText(format.type, format.example.slice(0, length));
        } catch (error) {
          assert.ok(error instanceof RecordTextError, String(error));
        }
      }
    });
  });
}

describe("vectors", () => {
  // biome-ignore format: a table
  const vectors: readonly (readonly [why: string, type: number, text: string, hex: string])[] = [
    ["RFC 3597 §5: a known type in the unknown form", RRType.A, "\\# 4 0A000001", "0a000001"],
    ["RFC 3597 §5: an unknown type, its hex parted by spaces", 731, "\\# 6 abcd ( ef 01 23 45 )".replace(/[()]/g, ""), "abcdef012345"],
    ["RFC 3597 §5: no octets at all", 62347, "\\# 0", ""],
    ["RFC 4034 §4.3: NSEC of alfa.example.com.", RRType.NSEC, "host.example.com. A MX RRSIG NSEC TYPE1234", "04686f7374076578616d706c6503636f6d000006400100000003041b000000000000000000000000000000000000000000000000000020"],
    ["RFC 5155 §B.1: NSEC3 of the apex, salted", RRType.NSEC3, "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG", "0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290"],
    ["RFC 3123 §5 form: an APL with a negated prefix", RRType.APL, "1:192.168.32.0/21 !1:192.168.38.0/28", "00011503c0a82000011c83c0a826"],
    ["RFC 1876 §4: LOC of the University of Maryland", RRType.LOC, "42 21 54 N 71 06 18 W -24m 30m", "0033161389 17 2dd0 70be 15f0 00 98 8d20".replaceAll(" ", "")],
    ["RFC 9460 §D.1 figure 2: AliasMode", RRType.HTTPS, "0 foo.example.com.", "000003666f6f076578616d706c6503636f6d00"],
    ["RFC 9460 §D.2 figure 3: target is the owner", RRType.SVCB, "1 .", "000100"],
    ["RFC 9460 §D.2 figure 4: a port", RRType.SVCB, "16 foo.example.com. port=53", "001003666f6f076578616d706c6503636f6d00000300020035"],
    ["RFC 9460 §D.2 figure 5: a generic key", RRType.SVCB, "1 foo.example.com. key667=hello", "000103666f6f076578616d706c6503636f6d00029b000568656c6c6f"],
    ["RFC 9460 §D.2 figure 6: a generic key with quotes and an escape", RRType.SVCB, '1 foo.example.com. key667="hello\\210qoo"', "000103666f6f076578616d706c6503636f6d00029b000968656c6c6fd2716f6f"],
    ["RFC 9460 §D.2 figure 7: two quoted IPv6 hints", RRType.SVCB, '1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1"', "000103666f6f076578616d706c6503636f6d000006002020010db800000000000000000000000120010db8000000000000000000530001"],
    ["RFC 9460 §D.2 figure 8: an IPv6 hint in embedded IPv4 form", RRType.SVCB, "1 example.com. ipv6hint=2001:db8:122:344::192.0.2.33", "0001076578616d706c6503636f6d000006001020010db80122034400000000c0000221"],
    ["RFC 9460 §D.2 figure 9: keys are sorted", RRType.SVCB, "16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1", "001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d313900040004c0000201"],
    ["RFC 9460 §D.2 figure 10: escapes in quotes", RRType.SVCB, '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"', "001003666f6f076578616d706c65036f726700000 1000c08665c6f6f2c626172026832".replace(" ", "")],
    ["RFC 9460 §D.2 figure 10: the same without quotes", RRType.SVCB, "16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2", "001003666f6f076578616d706c65036f7267000001000c08665c6f6f2c626172026832"],
    ["an IPv6 address with the run of zeros in front", RRType.AAAA, "::1.2.3.4", "00000000000000000000000001020304"],
    ["text beyond ASCII is UTF-8", RRType.TXT, '"é€"', "05c3a9e282ac"],
    ["units of time in SOA", RRType.SOA, ". . 1 1h30m 1W 2d 3", "000000000001000015180009 3a80 0002a300 00000003".replaceAll(" ", "")],
  ];
  for (const [why, type, text, hex] of vectors) {
    test(why, () => assert.equal(fromText(type, text).toHex(), hex));
  }
});

describe("faults in text say what is wrong and what to write", () => {
  // biome-ignore format: a table
  const faults: readonly (readonly [type: number, text: string, message: string])[] = [
    [RRType.A, "192.0.2.256", '"192.0.2.256" is not an IPv4 address; write four numbers, such as 192.0.2.1'],
    [RRType.A, "192.0.2.1 x", '"x" is too much for A; write A 192.0.2.1'],
    [RRType.AAAA, "1::2::3", '"1::2::3" is not an IPv6 address; write an address such as 2001:db8::1'],
    [RRType.MX, "mail", '"mail" is not a number from 0 to 65535; write digits only, at most 65535, for MX.preference'],
    [RRType.MX, "10", 'expected MX.exchange at the end of "10"'],
    [RRType.TXT, "x".repeat(256), "TXT.strings has 256 octets; 255 is the most; write several strings of up to 255 octets"],
    [RRType.DS, "1 5 1 abcd", "a digest of type 1 has 20 octets, not 2; write DS 60485 13 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"],
    [RRType.A, "\\# 3 010203", "these octets are not A (A.address at octet 0: short-input); write 192.0.2.1"],
    [65280, "abc", '"abc" is not how TYPE65280 can be written; write \\# LENGTH HEX'],
    [65280, "\\# 3 abcd", "\\# says 3 octets, but 2 follow; write \\# 2 abcd"],
    [RRType.OPT, "\\# 0", "OPT cannot stand in a zone; write a type of stored records, such as A"],
    [RRType.SVCB, "1 . port=1 port=2", "a service parameter is given twice; write each key once, and all that mandatory= lists"],
    [RRType.SVCB, "1 . mandatory=alpn", "mandatory lists alpn, which is not given; write each key once, and all that mandatory= lists"],
  ];
  for (const [type, text, message] of faults) {
    test(message, () => assert.throws(() => fromText(type, text), { name: "RecordTextError", message }));
  }
});

test("RDATA that is not what its type says is printed as octets", () => {
  assert.equal(rdataToText(RRType.A, Uint8Array.of(1, 2, 3)), "\\# 3 010203");
  assert.equal(rdataToText(RRType.MX, Uint8Array.of(0, 10, 0xc0, 0)), "\\# 4 000AC000");
  assert.equal(rdataToText(65280, new Uint8Array()), "\\# 0");
});

test("a pointer in RDATA is followed within a message only, and only where its type allows that", () => {
  const message = Uint8Array.from([1, 0x61, 0, 0, 10, 0xc0, 0]); // "a." then MX 10 with a pointer to it
  const mx = formatOf(RRType.MX)!;
  assert.deepEqual(mx.decode(new WireReader(message, 3)), { preference: 10, exchange: "\u0001a\0" });
  assert.throws(() => decodeRdata(mx, message.subarray(3)), WireError);
  assert.throws(() => formatOf(RRType.LP)!.decode(new WireReader(message, 3)), { code: "bad-pointer" });
});

describe("canonical form", () => {
  // RFC 4034 §6.2 as RFC 6840 §5.1 corrects it: which names are lowered
  const examples: readonly (readonly [type: number, text: string, canonical: string])[] = [
    [RRType.NS, "NS.Example.", "ns.example."],
    [RRType.SOA, "A.B. C.D. 1 2 3 4 5", "a.b. c.d. 1 2 3 4 5"],
    [RRType.RRSIG, "A 5 1 0 0 0 1 SIGNER. AQ==", "A 5 1 0 19700101000000 19700101000000 1 signer. AQ=="],
    [RRType.NSEC, "Next.Example. A", "Next.Example. A"],
    [RRType.DNAME, "X.", "x."],
    [RRType.NAPTR, '1 1 "U" "S" "" X.', '1 1 "U" "S" "" x.'],
    [RRType.SVCB, "1 Svc.", "1 Svc."],
    [RRType.HIP, "2 AB AQ== Rvs.", "2 AB AQ== Rvs."],
    [RRType.TXT, '"Text"', '"Text"'],
    [RRType.A, "192.0.2.1", "192.0.2.1"],
    [RRType.AAAA, "2001:DB8::1", "2001:db8::1"],
  ];
  for (const [type, text, canonical] of examples) {
    test(`${text} becomes ${canonical}`, () => {
      assert.equal(rdataToText(type, canonicalRdata(type, fromText(type, text))), canonical);
    });
  }
  test("an address of another length has none", () => {
    for (const type of [RRType.A, RRType.AAAA])
      for (const length of [0, 3, 5, 15, 17])
        assert.throws(() => canonicalRdata(type, new Uint8Array(length)), WireError);
  });
});
