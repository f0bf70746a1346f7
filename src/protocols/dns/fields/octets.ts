/** Octets without further meaning to DNS: keys, digests, salts. In hex, base64 or base32hex. RFC 4648. */
import type { Field, TextReader } from "../record.ts";
import type { WireReader } from "../wire.ts";
import { takeRest, takeWord } from "./words.ts";

/** One or more octets up to the end of the RDATA, in hex that may be split by spaces. */
export const hexRest: Field<Uint8Array> = {
  decode: readSomeOctets,
  encode: (octets, writer) => writer.bytes(octets),
  parse: (text, label) => parseHex(nonEmpty(takeRest(text, label, "hex digits"), text, label), text, label),
  print: (octets) => octets.toHex().toUpperCase(),
};

/** The same, but there may be nothing. */
export const optionalHexRest: Field<Uint8Array> = {
  decode: (reader) => reader.rest(),
  encode: (octets, writer) => writer.bytes(octets),
  parse: (text, label) => parseHex(takeRest(text, label, "hex digits"), text, label),
  print: (octets) => octets.toHex().toUpperCase(),
};

/** One or more octets up to the end of the RDATA, in base64 that may be split by spaces. */
export const base64Rest: Field<Uint8Array> = {
  decode: readSomeOctets,
  encode: (octets, writer) => writer.bytes(octets),
  parse: (text, label) => parseBase64(nonEmpty(takeRest(text, label, "base64"), text, label), text, label),
  print: (octets) => octets.toBase64(),
};

/** The same, but there may be nothing: a KEY that says that there is no key, an IPSECKEY without one. */
export const optionalBase64Rest: Field<Uint8Array> = {
  decode: (reader) => reader.rest(),
  encode: (octets, writer) => writer.bytes(octets),
  parse: (text, label) => parseBase64(takeRest(text, label, "base64"), text, label),
  print: (octets) => octets.toBase64(),
};

/** The same, written `-` when there is nothing. */
export const dashedBase64Rest: Field<Uint8Array> = {
  decode: (reader) => reader.rest(),
  encode: (octets, writer) => writer.bytes(octets),
  parse(text, label) {
    const joined = takeRest(text, label, "base64, or - for none");
    if (joined === "") text.take(label); // fails: nothing is left
    return joined === "-" ? new Uint8Array() : parseBase64(joined, text, label);
  },
  print: (octets) => (octets.length === 0 ? "-" : octets.toBase64()),
};

/** The salt of NSEC3: a length octet, then the octets; `-` when there is none. RFC 5155 §3.3. */
export const salt: Field<Uint8Array> = {
  decode: (reader, label) => reader.copy(reader.u8(label), label),
  encode(octets, writer) {
    writer.u8(octets.length);
    writer.bytes(octets);
  },
  parse(text, label) {
    const word = takeWord(text, label, "hex digits, or - for none");
    if (word === "-") return new Uint8Array();
    const octets = parseHex(nonEmpty(word, text, label), text, label);
    if (octets.length > 255) text.fail(`${label} has ${octets.length} octets`, "255 octets at most");
    return octets;
  },
  print: (octets) => (octets.length === 0 ? "-" : octets.toHex().toUpperCase()),
};

/**
 * The next hashed owner name of NSEC3: a length octet, then the octets; base32hex without padding. RFC 5155
 * §3.3.
 */
export const base32HexOctets: Field<Uint8Array> = {
  decode(reader, label) {
    const length = reader.u8(label);
    if (length === 0) reader.fail("bad-value", label); // RFC 5155 §3.2: there is a hash, of 1 to 255 octets
    return reader.copy(length, label);
  },
  encode(octets, writer) {
    writer.u8(octets.length);
    writer.bytes(octets);
  },
  parse(text, label) {
    const word = takeWord(text, label, "base32hex");
    const octets = parseBase32Hex(word);
    if (octets === undefined || octets.length === 0 || octets.length > 255) {
      return text.fail(`"${word}" is not base32hex`, "0-9 and A-V without padding, 1 to 255 octets");
    }
    return octets;
  },
  print: base32HexToText,
};

/** EUI-48 and EUI-64: octets in hex with hyphens between. RFC 7043 §3.2, §4.2. */
export function hyphenated(length: number, example: string): Field<Uint8Array> {
  const pattern = new RegExp(`^[0-9a-f]{1,2}(?:-[0-9a-f]{1,2}){${length - 1}}$`, "i");
  return {
    decode: (reader, label) => reader.copy(length, label),
    encode: (octets, writer) => writer.bytes(octets),
    parse(text, label) {
      const word = takeWord(text, label, example);
      if (!pattern.test(word)) text.fail(`"${word}" is not ${length} octets with hyphens between`, example);
      return Uint8Array.from(word.split("-"), (octet) => Number.parseInt(octet, 16));
    },
    print: (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("-"),
  };
}

export function parseHex(hex: string, text: TextReader, label: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) {
    text.fail(`"${hex}" is not hex`, `two digits 0-9 A-F for each octet of ${label}`);
  }
  return Uint8Array.fromHex(hex);
}

export function parseBase64(base64: string, text: TextReader, label: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" });
  } catch {
    return text.fail(`"${base64}" is not base64`, `groups of four of A-Z a-z 0-9 + / and = for ${label}`);
  }
}

/** The octets of base32hex without padding, in any case; undefined when the text is not that. RFC 4648 §7. */
export function parseBase32Hex(text: string): Uint8Array | undefined {
  const spare = (text.length * 5) % 8;
  if (!/^[0-9a-v]*$/i.test(text) || spare > 4) return undefined;
  const octets = new Uint8Array((text.length * 5) >>> 3);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text) {
    bits = ((bits << 5) | Number.parseInt(character, 32)) & 0xfff;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    octets[at++] = bits >>> held;
  }
  return (bits & ((1 << held) - 1)) === 0 ? octets : undefined;
}

export function base32HexToText(octets: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const octet of octets) {
    bits = ((bits << 8) | octet) & 0xfff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += ((bits >>> held) & 31).toString(32);
    }
  }
  if (held > 0) text += ((bits << (5 - held)) & 31).toString(32);
  return text.toUpperCase();
}

function readSomeOctets(reader: WireReader, label: string): Uint8Array {
  if (reader.remaining === 0) reader.fail("short-input", label);
  return reader.rest();
}

function nonEmpty(joined: string, text: TextReader, label: string): string {
  if (joined === "") text.take(label); // fails: nothing is left
  return joined;
}
