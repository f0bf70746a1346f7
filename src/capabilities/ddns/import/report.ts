/** What became of each statement of another program's config. Never holds a secret. */
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { count, formatSection, formatStatements, type ReportLine } from "#platform/import/report.ts";

/** What `--json` prints. */
export interface DdnsImportReport {
  readonly site: string;
  /** Such as `ddclient.conf`. */
  readonly source: string;
  /** Relative to the folder given. */
  readonly read: readonly string[];
  /** What was taken for granted. */
  readonly assumed: readonly string[];
  readonly statements: readonly ReportLine[];
  readonly problems: readonly ConfigProblem[];
  /** Relative to --out. */
  readonly written: readonly string[];
  readonly imported: { readonly records: number; readonly providers: number; readonly addresses: number };
  readonly leftOut: number;
}

/** The report as `ddns-import-report.txt` has it. */
export function formatReport(report: DdnsImportReport): string {
  const { records, providers, addresses } = report.imported;
  const past = addresses === 0 ? "" : `, ${addresses} past ${addresses === 1 ? "address" : "addresses"}`;
  const out = [
    `Import of ${report.source} as the section ddns of the site "${report.site}"`,
    "",
    ...formatSection("Read", report.read),
    ...formatSection("Assumed", report.assumed),
    ...formatStatements(report.statements),
    ...formatSection("Problems", report.problems.map(formatProblem)),
    ...formatSection("Written", report.written),
    `${count(records, "record")} at ${count(providers, "provider")}${past} imported, ` +
      `${count(report.leftOut, "statement")} left out.`,
  ];
  return `${out.join("\n")}\n`;
}
