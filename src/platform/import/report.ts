/** What became of each statement of another server's config. Never holds a secret. */
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";

export type Outcome =
  /** Homeport does the same. */
  | "imported"
  /** As `imported`, but its zone file has errors. */
  | "imported with errors"
  /** Stands in site.yaml; this version does not act on it. */
  | "recorded"
  /** Does not stand in site.yaml, by design. */
  | "not carried over"
  /** Should have come over and could not: the import has problems. */
  | "left out";

export interface ReportLine {
  readonly file: string;
  readonly line: number;
  /** Such as `zone "example.net" allow-update`. */
  readonly statement: string;
  readonly outcome: Outcome;
  /** What it became, or why it did not. */
  readonly detail?: string;
  /** Of a zone of this server, relative to --out. */
  readonly zoneFile?: string;
  /** The first ones, in files that are relative to --out. */
  readonly errors?: readonly ConfigProblem[];
}

export interface ReportRepair {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

const headings: readonly (readonly [Outcome, string])[] = [
  ["imported with errors", "Imported, with errors"],
  ["imported", "Imported"],
  ["recorded", "Recorded: it is in site.yaml, but this version does not act on it yet"],
  ["not carried over", "Not carried over"],
  ["left out", "Left out, and needs a hand"],
];

/** A heading and its lines, indented, and an empty line behind; nothing when there are no lines. */
export function formatSection(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, ...lines.map((line) => `  ${line}`), ""];
}

/** The statements, one section for each outcome. @param other headings instead of the usual ones */
export function formatStatements(
  statements: readonly ReportLine[],
  other: Partial<Record<Outcome, string>> = {},
): readonly string[] {
  return headings.flatMap(([outcome, heading]) => {
    const lines = statements.filter((line) => line.outcome === outcome);
    return formatSection(other[outcome] ?? heading, lines.flatMap(formatLine));
  });
}

function formatLine({ file, line, statement, detail, zoneFile, errors = [] }: ReportLine): string[] {
  const became = detail ?? zoneFile;
  return [
    `${file}:${line}: ${statement}${became === undefined ? "" : `: ${became}`}`,
    ...errors.map((error) => `  ${formatProblem(error)}`),
  ];
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
