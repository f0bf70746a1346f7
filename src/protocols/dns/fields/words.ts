/**
 * What the fields share when they read presentation format: a token that must not be quoted, and plain
 * numbers.
 */
import type { TextReader } from "../record.ts";

/** The next token, which must not stand in quotes. */
export function takeWord(text: TextReader, label: string, write: string): string {
  const token = text.take(label);
  if (token.quoted) text.fail(`${label} must not stand in quotes`, write);
  return token.text;
}

/** All tokens that are left, joined: base64 and hex may be split anywhere. */
export function takeRest(text: TextReader, label: string, write: string): string {
  let joined = "";
  while (text.peek() !== undefined) joined += takeWord(text, label, write);
  return joined;
}

/**
 * The number that the decimal digits of `text` make; -1 when there is something else in it or it is above
 * `max`.
 */
export function parseDecimal(text: string, max: number): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
    if (value > max) return -1;
  }
  return text.length === 0 ? -1 : value;
}
