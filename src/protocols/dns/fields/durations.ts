/**
 * Spans of time in seconds, 32 bits on the wire; in text also with the units that BIND knows, such as
 * `1h30m`.
 */
import type { Field } from "../record.ts";
import { parseDecimal, takeWord } from "./words.ts";

const secondsOfUnit: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };
const secondsMax = 0xffffffff;

/**
 * The seconds that `3600`, `1h` or `1W2d` say; undefined when the text says none, or more than 32 bits hold.
 * A number without unit must stand alone.
 */
export function parseDuration(text: string): number | undefined {
  const plain = parseDecimal(text, secondsMax);
  if (plain !== -1) return plain;
  const parts = /^(?:\d+[wdhms])+$/i.test(text) ? text.matchAll(/(\d+)([wdhms])/gi) : [];
  let total: number | undefined;
  for (const [, digits, unit] of parts) {
    total = (total ?? 0) + Number(digits) * secondsOfUnit[unit!.toLowerCase()]!;
  }
  return total !== undefined && total <= secondsMax ? total : undefined;
}

export const duration: Field<number> = {
  decode: (reader, label) => reader.u32(label),
  encode: (value, writer) => writer.u32(value),
  parse(text, label) {
    const word = takeWord(text, label, "seconds, such as 3600 or 1h");
    const seconds = parseDuration(word);
    return (
      seconds ?? text.fail(`"${word}" is not a time span`, `seconds, such as 3600 or 1h30m, for ${label}`)
    );
  },
  print: String,
};
