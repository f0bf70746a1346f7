/** What became of each statement of the config. Never holds a secret. */
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";

export type Outcome =
  /** Homeport does the same. */
  | "imported"
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
}

export interface ReportRepair {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** What `--json` prints. */
export interface ImportReport {
  readonly site: string;
  /** Relative to the folder given. */
  readonly read: readonly string[];
  /** What was taken for granted, such as which path in the config is the folder given. */
  readonly assumed: readonly string[];
  readonly repairs: readonly ReportRepair[];
  readonly statements: readonly ReportLine[];
  readonly problems: readonly ConfigProblem[];
  /** Relative to --out. */
  readonly written: readonly string[];
  readonly zones: { readonly imported: number; readonly recorded: number; readonly leftOut: number };
}

const headings: readonly (readonly [Outcome, string])[] = [
  ["imported", "Imported"],
  ["recorded", "Recorded: it is in site.yaml, but this version does not act on it yet"],
  ["not carried over", "Not carried over"],
  ["left out", "Left out, and needs a hand"],
];

/** The report as `import-report.txt` has it. */
export function formatReport(report: ImportReport): string {
  const out: string[] = [`Import of a BIND folder as the site "${report.site}"`, ""];
  const section = (heading: string, lines: readonly string[]): void => {
    if (lines.length > 0) out.push(heading, ...lines.map((line) => `  ${line}`), "");
  };
  section("Read", report.read);
  section("Assumed", report.assumed);
  section(
    "Repaired",
    report.repairs.map(({ file, line, what }) => `${file}:${line}: ${what}`),
  );
  for (const [outcome, heading] of headings) {
    const lines = report.statements.filter((line) => line.outcome === outcome);
    section(heading, lines.map(formatLine));
  }
  section("Problems", report.problems.map(formatProblem));
  section("Written", report.written);
  const { imported, recorded, leftOut } = report.zones;
  out.push(`${count(imported, "zone")} imported, ${recorded} recorded, ${leftOut} left out.`);
  return `${out.join("\n")}\n`;
}

function formatLine({ file, line, statement, detail }: ReportLine): string {
  return `${file}:${line}: ${statement}${detail === undefined ? "" : `: ${detail}`}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
