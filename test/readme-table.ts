/** Tables in documents that are compared with the program; HOMEPORT_UPDATE=1 writes them anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

export interface DocumentedTable {
  /** Its first line. */
  readonly heading: string;
  readonly rows: readonly string[];
  /** The heading below which it stands, where others have the same first line. */
  readonly section?: string;
}

export function compareTable(file: string, { heading, rows, section = heading }: DocumentedTable): void {
  const rule = heading.replaceAll(/[^|]+/g, " --- ");
  const table = [heading, rule, ...rows].join("\n");
  const document = readFileSync(file, "utf8");
  const start = document.indexOf(heading, document.indexOf(section));
  assert.ok(start >= 0, `${file} has no table ${heading}`);
  const present = document.slice(start, document.indexOf("\n\n", start));
  if (process.env["HOMEPORT_UPDATE"] === "1")
    writeFileSync(file, document.slice(0, start) + table + document.slice(start + present.length));
  else assert.equal(present, table, `${file}: HOMEPORT_UPDATE=1 npm test -- capability-readmes`);
}

export function tableRow(...cells: readonly string[]): string {
  return `| ${cells.map(inCell).join(" | ")} |`;
}

export function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
