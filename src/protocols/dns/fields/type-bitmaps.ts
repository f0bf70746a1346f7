/**
 * The set of types that exist at a name. RFC 4034 §4.1.2. Blocks of: window number, length 1 to 32, bitmap;
 * windows go up, and a bitmap does not end in a zero octet. The value is a list of types that goes up.
 */
import type { Field, TextReader } from "../record.ts";
import { mnemonicOfType, typeFromMnemonic } from "../registry.ts";
import type { WireReader, WireWriter } from "../wire.ts";
import { takeWord } from "./words.ts";

/** NSEC: its own name has at least the NSEC record itself. */
export const typeBitmap: Field<readonly number[]> = {
  decode(reader, label) {
    if (reader.remaining === 0) reader.fail("short-input", label);
    return readBitmap(reader, label);
  },
  encode: writeBitmap,
  parse(text, label) {
    if (text.peek() === undefined) text.take(label); // fails: nothing is left
    return parseTypes(text, label);
  },
  print: printBitmap,
};

/** NSEC3 and CSYNC: the set may be empty, as for an empty non-terminal. RFC 5155 §7.1. */
export const optionalTypeBitmap: Field<readonly number[]> = {
  decode: readBitmap,
  encode: writeBitmap,
  parse: parseTypes,
  print: printBitmap,
};

function readBitmap(reader: WireReader, label: string): number[] {
  const types: number[] = [];
  for (let previous = -1; reader.remaining > 0; ) {
    const start = reader.at;
    const window = reader.u8(label);
    const length = reader.u8(label);
    if (window <= previous || length < 1 || length > 32) reader.fail("bad-value", label, start);
    previous = window;
    const at = reader.take(length, label);
    if (reader.octets[at + length - 1] === 0) reader.fail("bad-value", label, start);
    for (let bit = 0; bit < length * 8; bit++) {
      if ((reader.octets[at + (bit >>> 3)]! & (0x80 >>> (bit & 7))) !== 0) types.push(window * 256 + bit);
    }
  }
  return types;
}

function writeBitmap(types: readonly number[], writer: WireWriter): void {
  for (let i = 0; i < types.length; ) {
    const window = types[i]! >>> 8;
    const bitmap = new Uint8Array(32);
    let length = 0;
    for (; i < types.length && types[i]! >>> 8 === window; i++) {
      const bit = types[i]! & 0xff;
      bitmap[bit >>> 3]! |= 0x80 >>> (bit & 7);
      length = (bit >>> 3) + 1;
    }
    writer.u8(window);
    writer.u8(length);
    writer.bytes(bitmap.subarray(0, length));
  }
}

function parseTypes(text: TextReader, label: string): number[] {
  const types = new Set<number>();
  while (text.peek() !== undefined) types.add(parseType(text, label));
  return [...types].sort((a, b) => a - b);
}

function parseType(text: TextReader, label: string): number {
  const word = takeWord(text, label, "record types, such as A MX");
  return (
    typeFromMnemonic(word) ?? text.fail(`"${word}" is not a record type`, "types such as A MX, or TYPE123")
  );
}

function printBitmap(types: readonly number[]): string {
  return types.map(mnemonicOfType).join(" ");
}
