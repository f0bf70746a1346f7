/** Comma-separated values, RFC 4180, that may also be opened in a spreadsheet. */
import { plainText } from "./plain-text.ts";

export type CsvValue = string | number | null | undefined;

/** The header first. Lines end with CR LF, as RFC 4180 §2 has it. */
export function csvText(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function field(value: CsvValue): string {
  if (typeof value === "number") return String(value);
  const text = withoutFormula(plainText(value ?? ""));
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet computes what begins so, and strangers choose host names: the apostrophe makes it text. */
function withoutFormula(text: string): string {
  return /^\s*[=+\-@|%]/.test(text) ? `'${text}` : text;
}
