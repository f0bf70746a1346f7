/** Texts of $GENERATE in which `$` and `${offset,width,base}` stand for a number. */
import type { EntryWords } from "./words.ts";

/** The text for one number. Fails through `words` when the number cannot be written. */
export type NumberTemplate = (number: number, words: EntryWords) => string;

const numberMax = 0x7fffffff;
/** BIND prints a number into 128 octets, the last of them NUL. */
const printedMax = 127;

type Base = "d" | "o" | "x" | "X" | "n" | "N";

interface NumberFormat {
  readonly offset: number;
  readonly width: number;
  readonly base: Base;
}

/** `$$` is a dollar sign; `\$` stays as it is, for the name or RDATA that it is part of. */
export function parseTemplate(text: string, words: EntryWords): NumberTemplate {
  const parts: (string | NumberFormat)[] = [];
  const pattern = /\\.?|\$\$|\$(\{[^}]*\}?)?|[^\\$]+/gs;
  for (const [part, braces] of text.matchAll(pattern)) {
    if (part === "$$") parts.push("$");
    else if (part.startsWith("$")) parts.push(parseFormat(braces, words));
    else parts.push(part);
  }
  return (number, failing) =>
    parts.map((part) => (typeof part === "string" ? part : printNumber(number, part, failing))).join("");
}

function parseFormat(braces: string | undefined, words: EntryWords): NumberFormat {
  if (braces === undefined) return { offset: 0, width: 0, base: "d" };
  const match = /^\{([+-]?\d{1,10})(?:,\+?(\d{1,10})(?:,([doxXnN]))?)?\}$/.exec(braces);
  if (match === null || Math.abs(Number(match[1])) > numberMax) {
    return words.fail(
      `"$${braces}" is not a number format`,
      "${offset}, ${offset,width} or ${offset,width,base} with d, o, x, X, n or N for the base",
    );
  }
  return { offset: Number(match[1]), width: Number(match[2] ?? 0), base: (match[3] ?? "d") as Base };
}

function printNumber(number: number, format: NumberFormat, words: EntryWords): string {
  const value = number + format.offset;
  if (Math.abs(value) > numberMax) words.fail(`${value} is out of range`, `numbers up to ${numberMax}`);
  if (format.width > printedMax) words.fail(`the width ${format.width} is too large`, "a smaller one");
  const text = printValue(value, format);
  if (text.length > printedMax) words.fail(`the width ${format.width} is too large`, "a smaller one");
  return text;
}

function printValue(value: number, { width, base }: NumberFormat): string {
  switch (base) {
    case "d": {
      const digits = String(Math.abs(value));
      return value < 0 ? `-${digits.padStart(width - 1, "0")}` : digits.padStart(width, "0");
    }
    case "o":
      return (value >>> 0).toString(8).padStart(width, "0");
    case "x":
      return (value >>> 0).toString(16).padStart(width, "0");
    case "X":
      return (value >>> 0).toString(16).toUpperCase().padStart(width, "0");
    case "n":
      return nibbles(value >>> 0, width);
    case "N":
      return nibbles(value >>> 0, width).toUpperCase();
  }
}

/** Hex digits from the last to the first, each a label, as in ip6.arpa. The width counts the dots. */
function nibbles(value: number, width: number): string {
  let text = "";
  let rest = value;
  let left = width;
  do {
    text += (rest & 15).toString(16);
    rest >>>= 4;
    if (left > 0) left--;
    if (left > 0 || rest !== 0) {
      text += ".";
      if (left > 0) left--;
    }
  } while (rest !== 0 || left > 0);
  return text;
}
