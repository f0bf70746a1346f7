/** What became of each statement of the config. Never holds a secret. */
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import {
  count,
  formatSection,
  formatStatements,
  type Outcome,
  type ReportLine,
  type ReportRepair,
} from "#platform/import/report.ts";

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

const headings: Partial<Record<Outcome, string>> = {
  "imported with errors": "Imported, but Homeport answers SERVFAIL until the zone file is corrected",
};

/** The report as `import-report.txt` has it. */
export function formatReport(report: ImportReport): string {
  const { imported, secondary, withErrors, leftOut } = report.zones;
  const copies = secondary === 0 ? "" : `, ${secondary} of them copied from other servers`;
  const errors = withErrors === 0 ? "" : `, ${withErrors} of them with errors`;
  const out = [
    `Import of a BIND folder as the site "${report.site}"`,
    "",
    ...formatSection("Read", report.read),
    ...formatSection("Assumed", report.assumed),
    ...formatSection(
      "Repaired",
      report.repairs.map(({ file, line, what }) => `${file}:${line}: ${what}`),
    ),
    ...formatStatements(report.statements, headings),
    ...formatSection("Problems", report.problems.map(formatProblem)),
    ...formatSection("Written", report.written),
    `${count(imported, "zone")} imported${copies}${errors}, ${leftOut} left out.`,
  ];
  return `${out.join("\n")}\n`;
}
