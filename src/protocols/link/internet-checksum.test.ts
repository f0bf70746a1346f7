import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { addLongWord, addWords, checksumOf } from "./internet-checksum.ts";

suite("the Internet checksum", () => {
  for (const [why, hex, want] of [
    ["the example of RFC 1071 §3", "0001f203f4f5f6f7", 0x220d],
    ["an IPv4 header that a router has sent", "450000730000400040110000c0a80001c0a800c7", 0xb861],
    ["the same with its checksum in it adds up to zero", "45000073000040004011b861c0a80001c0a800c7", 0],
    ["an odd last octet is the upper half of a word", "0102ff", 0xfffc],
    ["a carry that makes another carry", "ffffffff0001", 0xfffe],
    ["nothing at all", "", 0xffff],
  ] as const) {
    test(why, () => {
      const octets = Uint8Array.fromHex(hex);
      assert.equal(checksumOf(addWords(octets, 0, octets.length)), want);
    });
  }

  test("a sum goes on over several parts", () => {
    const octets = Uint8Array.fromHex("0001f203f4f5f6f7");
    const first = addWords(octets, 0, 4);
    assert.equal(checksumOf(addLongWord(0xf4f5f6f7, first)), 0x220d);
  });

  test("more octets than a datagram has do not overflow it", () => {
    const octets = new Uint8Array(1_000_001).fill(0xff);
    assert.equal(checksumOf(addWords(octets, 0, octets.length)), 0x00ff);
  });
});
