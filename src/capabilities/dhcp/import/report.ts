/** What became of each statement of another DHCP server's config. Never holds a secret. */
import { type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import { count, formatSection, formatStatements, type ReportLine } from "#platform/import/report.ts";

/** What `--json` prints. */
export interface DhcpImportReport {
  readonly site: string;
  /** Such as `dhcpd.conf`. */
  readonly source: string;
  /** Relative to the folder given. */
  readonly read: readonly string[];
  /** What was taken for granted. */
  readonly assumed: readonly string[];
  readonly statements: readonly ReportLine[];
  readonly problems: readonly ConfigProblem[];
  /** Relative to --out. */
  readonly written: readonly string[];
  readonly imported: { readonly subnets: number; readonly hosts: number; readonly classes: number };
  readonly leftOut: number;
}

/** The report as `dhcp-import-report.txt` has it. */
export function formatReport(report: DhcpImportReport): string {
  const { subnets, hosts, classes } = report.imported;
  const kinds = classes === 0 ? "" : `, ${classes} ${classes === 1 ? "class" : "classes"}`;
  const leftOut = count(report.leftOut, "statement");
  const out = [
    `Import of ${report.source} as the section dhcp of the site "${report.site}"`,
    "",
    ...formatSection("Read", report.read),
    ...formatSection("Assumed", report.assumed),
    ...formatStatements(report.statements),
    ...formatSection("Problems", report.problems.map(formatProblem)),
    ...formatSection("Written", report.written),
    `${count(subnets, "subnet")}${kinds} and ${count(hosts, "host")} imported, ${leftOut} left out.`,
  ];
  return `${out.join("\n")}\n`;
}
