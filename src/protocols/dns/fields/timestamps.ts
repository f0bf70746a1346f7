/**
 * Seconds since 1970 in 32 bits that wrap around, in text YYYYMMDDHHmmSS or the number. RFC 4034 §3.1.5,
 * §3.2.
 */
import type { Field } from "../record.ts";
import { parseDecimal, takeWord } from "./words.ts";

export const timestamp: Field<number> = {
  decode: (reader, label) => reader.u32(label),
  encode: (value, writer) => writer.u32(value),
  parse(text, label) {
    const word = takeWord(text, label, "YYYYMMDDHHmmSS");
    const seconds = word.length === 14 ? parseCalendar(word) : parseDecimal(word, 0xffffffff);
    if (seconds === -1)
      text.fail(`"${word}" is not a point in time`, "YYYYMMDDHHmmSS in UTC, such as 20260131235959");
    return seconds;
  },
  print: timestampToText,
};

/** As a date of the 136 years from 1970 on. */
export function timestampToText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+Z/g, "");
}

function parseCalendar(word: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(word);
  if (parts === null) return -1;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  const isRealDay =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isRealDay || hour > 23 || minute > 59 || second > 60) return -1;
  return (midnight / 1000 + hour * 3600 + minute * 60 + second) >>> 0;
}
