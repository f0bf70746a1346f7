/** 64 bits as four groups of hex: the locators and node identifiers of ILNP. RFC 6742 §2.1.2, §2.3.2. */
import type { Field } from "../record.ts";
import { octetsFromText, textFromOctets } from "./latin1.ts";
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

export interface AtmAddress {
  readonly format: "AESA" | "E.164";
  /** Octets of an AESA, or the ASCII digits of an E.164 number. */
  readonly octets: Uint8Array;
}

/** An octet of format, 0 AESA in hex or 1 E.164 as `+` and digits, then the address; dots do not count. */
export const atmAddress: Field<AtmAddress> = {
  decode(reader, label) {
    const start = reader.at;
    const format = reader.u8(label);
    if (reader.remaining === 0) reader.fail("short-input", label);
    const octets = reader.rest();
    if (format > 1) reader.fail("unknown-form", label, start);
    const isDigits = octets.every((octet) => octet >= 0x30 && octet <= 0x39);
    if (format === 1 && !isDigits) reader.fail("bad-value", label, start);
    return { format: format === 1 ? "E.164" : "AESA", octets };
  },
  encode({ format, octets }, writer) {
    writer.u8(format === "E.164" ? 1 : 0);
    writer.bytes(octets);
  },
  parse(text, label) {
    const word = takeWord(text, label, "an ATM address");
    const plain = word.replaceAll(".", "");
    if (/^\+\d+$/.test(plain)) return { format: "E.164", octets: octetsFromText(plain.slice(1)) };
    if (!/^(?:[0-9a-f]{2})+$/i.test(plain)) {
      text.fail(`"${word}" is not an ATM address`, "+ and digits, or two hex digits for each octet");
    }
    return { format: "AESA", octets: Uint8Array.fromHex(plain) };
  },
  print: ({ format, octets }) => (format === "E.164" ? `+${textFromOctets(octets)}` : octets.toHex()),
};
