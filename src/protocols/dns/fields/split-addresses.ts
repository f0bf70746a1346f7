/**
 * An IPv6 address in two parts: the bits behind the prefix here, those of the prefix under another name.
 * RFC 2874 §3.1: prefix length (8 bits), as many octets as the rest needs, and the name unless there is no
 * prefix.
 */
import { lowerName, type Name, readUncompressedName, writeName } from "../name.ts";
import type { Field } from "../record.ts";
import { ipv6, ipv6ToText } from "./addresses.ts";
import { lowerableName } from "./names.ts";
import { parseDecimal, takeWord } from "./words.ts";

export interface SplitAddress {
  readonly prefixLength: number;
  /** 16 octets, the bits of the prefix zero. */
  readonly suffix: Uint8Array;
  readonly prefixName?: Name;
}

export const splitAddress: Field<SplitAddress> = {
  decode(reader, label) {
    const prefixLength = reader.u8(label);
    if (prefixLength > 128) reader.fail("bad-value", label, reader.at - 1);
    const length = 16 - (prefixLength >>> 3);
    const at = reader.take(prefixLength === 128 ? 0 : length, label);
    const suffix = new Uint8Array(16);
    suffix.set(reader.octets.subarray(at, reader.at), prefixLength >>> 3);
    // RFC 2874 §3.1: the bits that pad the suffix to whole octets are zero
    if (withoutPrefix(suffix, prefixLength).some((octet, i) => octet !== suffix[i])) {
      reader.fail("bad-value", label, at);
    }
    return prefixLength === 0
      ? { prefixLength, suffix }
      : { prefixLength, suffix, prefixName: readUncompressedName(reader, label) };
  },
  encode({ prefixLength, suffix, prefixName }, writer) {
    writer.u8(prefixLength);
    writer.bytes(suffix.subarray(prefixLength >>> 3));
    if (prefixName !== undefined) writeName(writer.canonical ? lowerName(prefixName) : prefixName, writer);
  },
  parse(text, label) {
    const word = takeWord(text, label, "a prefix length from 0 to 128");
    const prefixLength = parseDecimal(word, 128);
    if (prefixLength === -1) text.fail(`"${word}" is not a prefix length`, "a number from 0 to 128");
    const address = prefixLength === 128 ? new Uint8Array(16) : ipv6.parse(text, label);
    const suffix = withoutPrefix(address, prefixLength);
    if (prefixLength === 0) return { prefixLength, suffix };
    return { prefixLength, suffix, prefixName: lowerableName.parse(text, label) };
  },
  print({ prefixLength, suffix, prefixName }) {
    const address = prefixLength === 128 ? [] : [ipv6ToText(suffix)];
    const name = prefixName === undefined ? [] : [lowerableName.print(prefixName)];
    return [String(prefixLength), ...address, ...name].join(" ");
  },
};

function withoutPrefix(address: Uint8Array, prefixLength: number): Uint8Array {
  return address.map((octet, i) => octet & (0xff >>> Math.min(8, Math.max(0, prefixLength - 8 * i))));
}
