/**
 * Character-strings: a length octet and up to 255 octets of any kind. RFC 1035 §3.3, §5.1. The value is a
 * string of which each character is one octet.
 */
import type { Field, TextReader, TextToken } from "../record.ts";
import type { WireReader, WireWriter } from "../wire.ts";

const octetsMax = 255;

export const characterString: Field<string> = {
  decode: readCharacterString,
  encode: writeCharacterString,
  parse: (text, label) => limited(unescapeToken(text.take(label), text, label), text, label),
  print: quote,
};

/** One or more, up to the end of the RDATA. */
export const characterStrings: Field<readonly string[]> = {
  decode(reader, label) {
    const strings: string[] = [];
    do strings.push(readCharacterString(reader, label));
    while (reader.remaining > 0);
    return strings;
  },
  encode(strings, writer) {
    for (const string of strings) writeCharacterString(string, writer);
  },
  parse(text, label) {
    const strings: string[] = [];
    do strings.push(characterString.parse(text, label));
    while (text.peek() !== undefined);
    return strings;
  },
  print: (strings) => strings.map(quote).join(" "),
};

/** One that may be left out at the end of the RDATA. */
export const optionalCharacterString: Field<string | undefined> = {
  decode: (reader, label) => (reader.remaining === 0 ? undefined : readCharacterString(reader, label)),
  encode: (string, writer) => (string === undefined ? undefined : writeCharacterString(string, writer)),
  parse: (text, label) => (text.peek() === undefined ? undefined : characterString.parse(text, label)),
  print: (string) => (string === undefined ? "" : quote(string)),
};

/** All octets up to the end of the RDATA, without a length in front. RFC 8659 §4.1. */
export const unboundedString: Field<string> = {
  decode: (reader, label) => readLatin1(reader, reader.remaining, label),
  encode: (octets, writer) => writer.latin1(octets),
  parse: (text, label) => unescapeToken(text.take(label), text, label),
  print: quote,
};

/** The same, which must stand in quotes. RFC 7553 §4.4. */
export const quotedUnboundedString: Field<string> = {
  ...unboundedString,
  parse(text, label) {
    const token = text.take(label);
    if (!token.quoted) text.fail(`${label} must stand in quotes`, `"${token.text}"`);
    return unescapeToken(token, text, label);
  },
};

/** The octets that a token stands for: `\DDD` is one octet, a backslash before anything else vanishes. */
export function unescapeToken(token: TextToken, text: TextReader, label: string): string {
  const source = token.text;
  if (!source.includes("\\")) return source;
  let octets = "";
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== "\\") {
      octets += source[i];
      continue;
    }
    const digits = source.slice(i + 1, i + 4);
    if (/^\d{3}$/.test(digits) && Number(digits) <= 255) {
      octets += String.fromCharCode(Number(digits));
      i += 3;
    } else if (i + 1 < source.length && !/\d/.test(source[i + 1]!)) {
      octets += source[++i];
    } else {
      text.fail(
        `${label} has a bad escape "\\${digits}"`,
        "three digits up to 255 after the backslash, or \\\\",
      );
    }
  }
  return octets;
}

/** In quotes, with `"`, the backslash and what is not printable ASCII escaped. */
export function quote(octets: string): string {
  if (/^[ !#-[\]-~]*$/.test(octets)) return `"${octets}"`;
  return `"${octets.replace(/[^ !#-[\]-~]/g, (character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    return `\\${String(character.charCodeAt(0)).padStart(3, "0")}`;
  })}"`;
}

function limited(octets: string, text: TextReader, label: string): string {
  if (octets.length > octetsMax) {
    text.fail(`${label} has ${octets.length} octets; 255 is the most`, "several strings of up to 255 octets");
  }
  return octets;
}

function readCharacterString(reader: WireReader, label: string): string {
  return readLatin1(reader, reader.u8(label), label);
}

function readLatin1(reader: WireReader, length: number, label: string): string {
  let at = reader.take(length, label);
  let octets = "";
  for (const end = at + length; at < end; at++) octets += String.fromCharCode(reader.octets[at]!);
  return octets;
}

function writeCharacterString(octets: string, writer: WireWriter): void {
  writer.u8(octets.length);
  writer.latin1(octets);
}
