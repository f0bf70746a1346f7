/** What became of each statement of the config. Never holds a secret. */
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
  readonly zones: ZoneCounts;
}

export interface ZoneCounts {
  readonly imported: number;
  /** Of the imported ones: copied from other servers. */
  readonly secondary: number;
  /** Of the imported ones. */
  readonly withErrors: number;
  readonly leftOut: number;
}

const headings: readonly (readonly [Outcome, string])[] = [
  ["imported with errors", "Imported, but Homeport answers SERVFAIL until the zone file is corrected"],
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
    section(heading, lines.flatMap(formatLine));
  }
  section("Problems", report.problems.map(formatProblem));
  section("Written", report.written);
  const { imported, secondary, withErrors, leftOut } = report.zones;
  const copies = secondary === 0 ? "" : `, ${secondary} of them copied from other servers`;
  const errors = withErrors === 0 ? "" : `, ${withErrors} of them with errors`;
  out.push(`${count(imported, "zone")} imported${copies}${errors}, ${leftOut} left out.`);
  return `${out.join("\n")}\n`;
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
