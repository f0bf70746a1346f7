/** From a BIND folder to a Homeport site: find, load, plan, write, report. */
import { hostname } from "node:os";
import { basename, dirname, resolve } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { findPlace, type Place } from "#platform/import/place.ts";
import type { ReportLine } from "#platform/import/report.ts";
import { Staging, WriteRefused } from "#platform/import/write-out.ts";
import { type Problem, shown } from "#protocols/namedconf/problem.ts";
import { wordAt } from "#protocols/namedconf/tree.ts";
import { bindLayout } from "./bind-layout.ts";
import { type LoadedConfig, loadConfig } from "./load.ts";
import { lookAtZones, type ZoneFindings } from "./look-at-zones.ts";
import { type ImportPlan, planImport } from "./plan.ts";
import { formatReport, type ImportReport } from "./report.ts";
import { siteToYaml } from "./site.ts";

export interface ImportRequest {
  /** The folder with named.conf, or that file. */
  readonly from: string;
  /** What the folder is called in the config, such as /etc/bind. */
  readonly root?: string | undefined;
  readonly out: string;
  readonly lenient: boolean;
  readonly view?: string | undefined;
  readonly siteName?: string | undefined;
  /** Replace files that are there. */
  readonly force: boolean;
}

export type ImportResult =
  | { readonly done: true; readonly report: ImportReport; readonly complete: boolean }
  /** Nothing was written. */
  | { readonly done: false; readonly problems: readonly ConfigProblem[] };

const reportFile = "import-report.txt";
/** Last: it makes the other files count. */
const siteFile = "site.yaml";

export async function importBind(request: ImportRequest): Promise<ImportResult> {
  const place = await findPlace(request.from, request.root, bindLayout);
  if ("why" in place) return failed({ what: place.why, remedy: "give the folder that holds named.conf" });
  const config = await loadConfig(place, request);
  const errors = config.problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { done: false, problems: withHint(errors, request.lenient) };
  const siteName = request.siteName ?? siteNameOf(place);
  const plan = await planImport({
    place,
    statements: config.statements,
    siteName,
    view: request.view,
    lenient: request.lenient,
  });
  if ("why" in plan) return failed({ what: plan.why });
  if (plan.statements.length === 0) return failed(emptyConfig(config));
  const wrong = plan.problems.filter(({ severity, code }) => severity === "error" && code !== "undefined");
  if (wrong.length > 0) return { done: false, problems: withHint(wrong, request.lenient) };
  return write(request, place, config, plan);
}

async function write(
  request: ImportRequest,
  place: Place,
  config: LoadedConfig,
  plan: ImportPlan,
): Promise<ImportResult> {
  const written = [...plan.files.map((file) => file.path), reportFile, siteFile];
  try {
    await using staging = await Staging.open(resolve(request.out), written, request.force);
    await staging.add(plan.files);
    const findings = lookAtZones(staging.folder, plan.site, plan.closedZones);
    const report = makeReport(place, config, plan, written, findings);
    await staging.add([
      { path: reportFile, octets: Buffer.from(formatReport(report)), mode: 0o644 },
      { path: siteFile, octets: Buffer.from(siteToYaml(plan.site)), mode: 0o644 },
    ]);
    await staging.moveIn();
    return { done: true, report, complete: isComplete(report) };
  } catch (error) {
    if (error instanceof WriteRefused) return failed({ what: error.message });
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed({ what: `nothing was written: ${message}` });
  }
}

function isComplete({ statements, problems }: ImportReport): boolean {
  return (
    statements.every(({ outcome }) => outcome !== "left out" && outcome !== "imported with errors") &&
    problems.every(({ severity }) => severity !== "error")
  );
}

function makeReport(
  place: Place,
  config: LoadedConfig,
  plan: ImportPlan,
  written: readonly string[],
  { errors: zoneErrors, warnings }: ZoneFindings,
): ImportReport {
  const missing = config.missing.map(
    ({ statement, why }): ReportLine => ({
      file: statement.file,
      line: statement.line,
      statement: `include "${shown(wordAt(statement, 1) ?? "", 200)}"`,
      outcome: "left out",
      detail: why,
    }),
  );
  const statements = plan.statements.map((line): ReportLine => {
    const errors = line.zoneFile === undefined ? undefined : zoneErrors.get(line.zoneFile);
    return errors === undefined ? line : { ...line, outcome: "imported with errors", errors };
  });
  return {
    site: plan.site.name,
    read: [...config.read, ...plan.alsoRead.filter((file) => !config.read.includes(file))],
    assumed: [...place.assumed, ...plan.assumed],
    repairs: [...config.repairs, ...plan.repairs],
    statements: [...missing, ...statements],
    problems: [...config.problems, ...plan.problems, ...warnings],
    written,
    zones: { ...plan.zones, withErrors: zoneErrors.size },
  };
}

function failed(problem: Omit<ConfigProblem, "severity">): ImportResult {
  return { done: false, problems: [{ severity: "error", ...problem }] };
}

function withHint(problems: readonly Problem[], lenient: boolean): readonly ConfigProblem[] {
  if (lenient || !problems.some(({ code }) => code === "typographic")) return problems;
  const hint: ConfigProblem = {
    severity: "error",
    what: "the text looks as if it was copied from a web page",
    remedy: "import it with --lenient, which repairs that and reports each repair",
  };
  return [...problems, hint];
}

function emptyConfig(config: LoadedConfig): Omit<ConfigProblem, "severity"> {
  return {
    what: `${config.read.join(" and ")} has no statement`,
    remedy: "give the folder of the named.conf in use",
  };
}

/** The folder's own name, unless it is one that every BIND folder has. */
function siteNameOf(place: Place): string {
  const generic = /^(?:bind9?|named|namedb|etc|chroot|var|conf|config|dns|)$/i;
  const folders = [place.folder, dirname(place.folder)].map((folder) => basename(folder));
  const name = folders.find((folder) => !generic.test(folder)) ?? hostname().split(".")[0] ?? "";
  return shown(name).replace(/[^\w.-]+/g, "-") || "site";
}
