/**
 * Domain names in RDATA. They differ in three ways: whether a pointer may stand there when it is read,
 * whether one may be written, and whether the canonical form is lower case. RFC 3597 §4 and RFC 4034 §6.2
 * as RFC 6840 §5.1 corrects it.
 */
import {
  lowerName,
  type Name,
  NameError,
  nameToText,
  parseName,
  readName,
  readUncompressedName,
  writeCompressedName,
  writeName,
} from "../name.ts";
import type { Field, TextReader } from "../record.ts";
import type { WireWriter } from "../wire.ts";
import { takeWord } from "./words.ts";

/** A name of the types of RFC 1035, which every receiver can decompress. */
export const compressibleName: Field<Name> = {
  decode: readName,
  encode(name, writer) {
    if (writer.canonical) writeName(lowerName(name), writer);
    else writeCompressedName(name, writer);
  },
  parse: parseNameToken,
  print: nameToText,
};

/**
 * A name that old programs compress and that must be read so, but is never written so: RP, SRV and their
 * age.
 */
export const decompressibleName: Field<Name> = {
  decode: readName,
  encode: writeLoweredWhenCanonical,
  parse: parseNameToken,
  print: nameToText,
};

/** A name that is never compressed, and in canonical form lower case: DNAME, KX, RRSIG. */
export const lowerableName: Field<Name> = { ...decompressibleName, decode: readUncompressedName };

/**
 * A name that is never compressed and whose case counts in canonical form: NSEC, SVCB and all newer types.
 */
export const plainName: Field<Name> = {
  decode: readUncompressedName,
  encode: writeName,
  parse: parseNameToken,
  print: nameToText,
};

/** Any number of names, up to the end of the RDATA. */
export const plainNames: Field<readonly Name[]> = {
  decode(reader, label) {
    const names: Name[] = [];
    while (reader.remaining > 0) names.push(readUncompressedName(reader, label));
    return names;
  },
  encode(names, writer) {
    for (const name of names) writeName(name, writer);
  },
  parse(text, label) {
    const names: Name[] = [];
    while (text.peek() !== undefined) names.push(parseNameToken(text, label));
    return names;
  },
  print: (names) => names.map(nameToText).join(" "),
};

function writeLoweredWhenCanonical(name: Name, writer: WireWriter): void {
  writeName(writer.canonical ? lowerName(name) : name, writer);
}

function parseNameToken(text: TextReader, label: string): Name {
  const word = takeWord(text, label, "a name, such as host.example.com.");
  try {
    return parseName(word, text.origin);
  } catch (error) {
    if (error instanceof NameError)
      text.fail(error.message, `a name for ${label}, such as host.example.com.`);
    throw error;
  }
}
