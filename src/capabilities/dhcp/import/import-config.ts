/** From another DHCP server's config to the `dhcp` section of a site: find, read, settle, write, report. */
import { join, resolve } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { findPlace, type Layout, type Place } from "#platform/import/place.ts";
import { isSiteName, readExisting, refuseOther, siteNameOf } from "#platform/import/site-folder.ts";
import { Staging, WriteRefused } from "#platform/import/write-out.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type ImportDraft, leaveOutWithin } from "./draft.ts";
import { type MachineInterface, machineInterfaces, placeSubnets } from "./interfaces.ts";
import { type DhcpImportReport, formatReport } from "./report.ts";
import { settle } from "./settle.ts";
import { siteFileOf } from "./site-file.ts";

export interface ConfigImportRequest {
  /** The config, or the folder that it is in. */
  readonly from: string;
  readonly out: string;
  /** What the folder is called in the config, such as /etc/dhcp. */
  readonly root?: string | undefined;
  readonly siteName?: string | undefined;
  /** Replace a `dhcp` section that is there. */
  readonly force: boolean;
  /** See `InterfaceKnowledge`. */
  readonly interfaces?: string | undefined;
  /** Of this machine, unless a test says otherwise. */
  readonly machine?: readonly MachineInterface[];
}

/** One kind of config. */
export interface ConfigSource {
  /** As the command calls it. */
  readonly word: string;
  readonly layout: Layout;
  read(place: Place, machine: readonly MachineInterface[]): Promise<ReadConfig>;
}

export type ReadConfig =
  | {
      readonly draft: ImportDraft;
      /** Files, in the order of reading. */
      readonly read: readonly string[];
      /** Interfaces that the config says are served. */
      readonly interfaces: readonly string[];
    }
  | { readonly problems: readonly ConfigProblem[] };

export type ConfigImportResult =
  | { readonly done: true; readonly report: DhcpImportReport; readonly complete: boolean }
  /** Nothing was written. */
  | { readonly done: false; readonly problems: readonly ConfigProblem[] };

const reportFile = "dhcp-import-report.txt";
/** Last: it makes the other files count. */
const siteFile = "site.yaml";

export async function importConfig(
  source: ConfigSource,
  request: ConfigImportRequest,
): Promise<ConfigImportResult> {
  if (request.siteName !== undefined && !isSiteName(request.siteName))
    return failed(`"${shown(request.siteName)}" is no name of a site`, "use letters, digits and hyphens");
  const place = await findPlace(request.from, request.root, source.layout);
  if ("why" in place) return failed(place.why, `give ${source.layout.configName}, or the folder it is in`);
  const machine = request.machine ?? machineInterfaces();
  const config = await source.read(place, machine);
  if ("problems" in config) return { done: false, problems: config.problems };
  const { draft } = config;
  if (draft.lines.length === 0)
    return failed(`${config.read.join(" and ")} has no statement`, "give the config that is in use");
  placeSubnets(draft, { told: request.interfaces, machine, named: config.interfaces });
  if (!settle(draft)) return failed("no section of site.yaml could be made of it", "report this as a fault");
  leaveOutWithin(draft.lines);
  for (const assumption of place.assumed) draft.assumed.add(assumption);
  try {
    return await write(source, request, draft, config.read);
  } catch (error) {
    if (error instanceof WriteRefused) return failed(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(`nothing was written: ${message}`);
  }
}

async function write(
  source: ConfigSource,
  request: ConfigImportRequest,
  draft: ImportDraft,
  read: readonly string[],
): Promise<ConfigImportResult> {
  const out = resolve(request.out);
  const existing = await readExisting(join(out, siteFile));
  const site = siteFileOf({
    existing: existing?.octets.toString("utf8"),
    siteName: request.siteName ?? siteNameOf(out),
    domain: draft.domain,
    section: draft.section,
    comment: `Made by: homeport import ${source.word}. What became of each statement: ${reportFile}`,
    force: request.force,
  });
  if ("what" in site) return failed(`${join(request.out, siteFile)}: ${site.what}`, site.remedy);
  for (const file of draft.files) await refuseOther(out, file, request.force);
  const written = [...draft.files.map(({ path }) => path), reportFile, siteFile];
  const report = reportOf(source, site.siteName, draft, read, written);
  await using staging = await Staging.open(out, written, true);
  await staging.add([
    ...draft.files,
    { path: reportFile, octets: Buffer.from(formatReport(report)), mode: 0o644 },
    { path: siteFile, octets: Buffer.from(site.text), mode: existing?.mode ?? 0o644 },
  ]);
  await staging.moveIn();
  return { done: true, report, complete: report.leftOut === 0 && report.problems.length === 0 };
}

function reportOf(
  { layout }: ConfigSource,
  site: string,
  { lines, section, assumed, problems }: ImportDraft,
  read: readonly string[],
  written: readonly string[],
): DhcpImportReport {
  return {
    site,
    source: layout.configName,
    read,
    assumed: [...assumed],
    statements: lines.map(({ file, line, statement, outcome, detail }) => ({
      file,
      line,
      statement,
      outcome,
      ...(detail !== undefined && { detail }),
    })),
    problems,
    written,
    imported: {
      subnets: section.subnets.length,
      hosts: section.hosts.length,
      classes: section.classes.length,
    },
    leftOut: lines.filter(({ outcome }) => outcome === "left out").length,
  };
}

function failed(what: string, remedy?: string): ConfigImportResult {
  const problem = remedy === undefined ? { what } : { what, remedy };
  return { done: false, problems: [{ severity: "error", ...problem }] };
}
