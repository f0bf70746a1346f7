/** 64 bits as four groups of hex: the locators and node identifiers of ILNP. RFC 6742 §2.1.2, §2.3.2. */
import type { Field } from "../record.ts";
import { takeWord } from "./words.ts";

export const locator64: Field<Uint8Array> = {
  decode: (reader, label) => reader.copy(8, label),
  encode: (octets, writer) => writer.bytes(octets),
  parse(text, label) {
    const word = takeWord(text, label, "four groups of hex, such as 2001:db8:1140:1000");
    if (!/^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3}$/i.test(word)) {
      text.fail(`"${word}" is not four groups of hex`, "2001:db8:1140:1000, without ::");
    }
    return Uint8Array.from(
      word
        .split(":")
        .flatMap((group) => [Number.parseInt(group, 16) >>> 8, Number.parseInt(group, 16) & 0xff]),
    );
  },
  print: (octets) => [0, 2, 4, 6].map((at) => ((octets[at]! << 8) | octets[at + 1]!).toString(16)).join(":"),
};

/** An OSI address: 0x and hex in which dots do not count. RFC 1706 §7. */
export const nsapAddress: Field<Uint8Array> = {
  decode(reader, label) {
    if (reader.remaining === 0) reader.fail("short-input", label);
    return reader.rest();
  },
  encode: (octets, writer) => writer.bytes(octets),
  parse(text, label) {
    const word = takeWord(text, label, "0x and hex");
    const hex = word.slice(2).replaceAll(".", "");
    if (!/^0x/i.test(word) || !/^(?:[0-9a-f]{2})+$/i.test(hex)) {
      text.fail(`"${word}" is not an OSI address`, "0x and two hex digits for each octet");
    }
    return Uint8Array.fromHex(hex);
  },
  print: (octets) => `0x${octets.toHex()}`,
};
