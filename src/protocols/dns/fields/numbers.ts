/** Unsigned numbers of 8, 16 and 32 bits in network order, as decimal digits. RFC 1035 §2.3.2, §5.1. */
import type { Field } from "../record.ts";
import type { WireReader, WireWriter } from "../wire.ts";
import { parseDecimal, takeWord } from "./words.ts";

export const u8: Field<number> = unsigned(
  0xff,
  (reader, label) => reader.u8(label),
  (value, writer) => writer.u8(value),
);
export const u16: Field<number> = unsigned(
  0xffff,
  (reader, label) => reader.u16(label),
  (value, writer) => writer.u16(value),
);
export const u32: Field<number> = unsigned(
  0xffffffff,
  (reader, label) => reader.u32(label),
  (value, writer) => writer.u32(value),
);

function unsigned(
  max: number,
  decode: (reader: WireReader, label: string) => number,
  encode: (value: number, writer: WireWriter) => void,
): Field<number> {
  return {
    decode,
    encode,
    parse(text, label) {
      const word = takeWord(text, label, `a number from 0 to ${max}`);
      const value = parseDecimal(word, max);
      if (value === -1) {
        text.fail(`"${word}" is not a number from 0 to ${max}`, `digits only, at most ${max}, for ${label}`);
      }
      return value;
    },
    print: String,
  };
}
