/** The type bitmap of NXT: one bit for each type from 0 to 127, bit 0 being zero. RFC 2535 §5.2. */
import type { Field } from "../record.ts";
import { mnemonicOfType, typeFromMnemonic } from "../registry.ts";
import { takeWord } from "./words.ts";

const octetsMax = 16;

export const flatTypeBitmap: Field<readonly number[]> = {
  decode(reader, label) {
    const length = reader.remaining;
    const at = reader.take(length, label);
    const { octets } = reader;
    const isWrong =
      length > octetsMax || (length > 0 && (octets[at + length - 1] === 0 || octets[at]! >= 0x80));
    if (isWrong) reader.fail("bad-value", label, at);
    const types: number[] = [];
    for (let type = 0; type < length * 8; type++) {
      if ((octets[at + (type >>> 3)]! & (0x80 >>> (type & 7))) !== 0) types.push(type);
    }
    return types;
  },
  encode(types, writer) {
    const bitmap = new Uint8Array(types.length === 0 ? 0 : (types.at(-1)! >>> 3) + 1);
    for (const type of types) bitmap[type >>> 3]! |= 0x80 >>> (type & 7);
    writer.bytes(bitmap);
  },
  parse(text, label) {
    const types = new Set<number>();
    while (text.peek() !== undefined) {
      const word = takeWord(text, label, "record types, such as A MX");
      const type = typeFromMnemonic(word) ?? -1;
      if (type < 1 || type > 127)
        text.fail(`"${word}" cannot stand in NXT`, "types from 1 to 127, such as A MX");
      types.add(type);
    }
    return [...types].sort((one, other) => one - other);
  },
  print: (types) => types.map(mnemonicOfType).join(" "),
};
