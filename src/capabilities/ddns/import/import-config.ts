/** From another program's dynamic DNS to the `ddns` section of a site: find, read, settle, write, report. */
import { join, resolve } from "node:path";
import { parse } from "yaml";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { findPlace, type Layout, type Place } from "#platform/import/place.ts";
import type { ImportResult } from "#platform/import/print-outcome.ts";
import { isSiteName, readExisting, refuseOther, siteNameOf } from "#platform/import/site-folder.ts";
import { siteWithSection } from "#platform/import/site-section.ts";
import { type NewFile, Staging, WriteRefused } from "#platform/import/write-out.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import type { DraftLine, ImportDraft } from "./draft.ts";
import { historyFileName, historyFileOf } from "./history/history-file.ts";
import { type DdnsImportReport, formatReport } from "./report.ts";
import { sectionOf } from "./section.ts";
import { settle } from "./settle.ts";

export interface ConfigImportRequest {
  /** The config, or the folder that it is in. */
  readonly from: string;
  readonly out: string;
  /** What the folder is called in the config, such as /etc. */
  readonly root?: string | undefined;
  readonly siteName?: string | undefined;
  /** Replace a `ddns` section that is there. */
  readonly force: boolean;
  /** Of an import that has no accounts: which entry of the site's providers, or `zones`. */
  readonly provider?: string | undefined;
  /** A file with the last addresses. */
  readonly cache?: string | undefined;
}

/** What the site file that is there says, as far as it is a map. */
export type ExistingSite = Readonly<Record<string, unknown>>;

/** One kind of config. */
export interface ConfigSource {
  /** As the command calls it. */
  readonly word: string;
  /** For the report, where the file that it begins with says too little. */
  readonly title?: string;
  readonly layout: Layout;
  read(place: Place, request: ConfigImportRequest, site: ExistingSite): Promise<ReadConfig>;
}

export type ReadConfig =
  | {
      readonly draft: ImportDraft;
      /** Files, in the order of reading. */
      readonly read: readonly string[];
    }
  | { readonly problems: readonly ConfigProblem[] };

export type ConfigImportResult = ImportResult<DdnsImportReport>;

const reportFile = "ddns-import-report.txt";
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
  const out = resolve(request.out);
  try {
    const existing = await readExisting(join(out, siteFile));
    const config = await source.read(place, request, siteOf(existing?.octets));
    if ("problems" in config) return { done: false, problems: config.problems };
    const { draft, read } = config;
    if (draft.lines.length === 0)
      return failed(`${read.join(" and ")} has no statement`, "give the config that is in use");
    if (!settle(draft, out))
      return failed("no section of site.yaml could be made of it", "report this as a fault");
    draft.settleParts();
    if (draft.section.records.length === 0) return nothingLeft(draft);
    for (const assumption of place.assumed) draft.assumed.add(assumption);
    return await write(source, request, { draft, read, existing });
  } catch (error) {
    if (error instanceof WriteRefused) return failed(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(`nothing was written: ${message}`);
  }
}

function siteOf(octets: Buffer | undefined): ExistingSite {
  if (octets === undefined) return {};
  try {
    const site: unknown = parse(octets.toString("utf8"));
    return typeof site === "object" && site !== null ? (site as ExistingSite) : {};
  } catch {
    // What is wrong with it is told when the section is put into it
    return {};
  }
}

async function write(
  source: ConfigSource,
  request: ConfigImportRequest,
  imported: {
    readonly draft: ImportDraft;
    readonly read: readonly string[];
    readonly existing: { readonly octets: Buffer; readonly mode: number } | undefined;
  },
): Promise<ConfigImportResult> {
  const { draft, read, existing } = imported;
  const out = resolve(request.out);
  const site = siteWithSection({
    existing: existing?.octets.toString("utf8"),
    heading: { site: request.siteName ?? siteNameOf(out) },
    name: "ddns",
    section: () => sectionOf(draft.section),
    comment: `Made by: homeport import ${source.word}. What became of each statement: ${reportFile}`,
    force: request.force,
  });
  if ("what" in site) return failed(`${join(request.out, siteFile)}: ${site.what}`, site.remedy);
  const files = [...draft.files, ...secretFiles(draft), ...historyFile(source, draft)];
  for (const file of files) await refuseOther(out, file, request.force);
  const written = [...files.map(({ path }) => path), reportFile, siteFile];
  const report = reportOf(source, { site: site.siteName, draft, read, written });
  await using staging = await Staging.open(out, written, true);
  await staging.add([
    ...files,
    { path: reportFile, octets: Buffer.from(formatReport(report)), mode: 0o644 },
    { path: siteFile, octets: Buffer.from(site.text), mode: existing?.mode ?? 0o644 },
  ]);
  await staging.moveIn();
  return { done: true, report, complete: report.leftOut === 0 && report.problems.length === 0 };
}

function secretFiles({ secrets }: ImportDraft): readonly NewFile[] {
  return secrets.map(({ provider, field, value }) => ({
    path: String(provider[`${field}File`]),
    octets: Buffer.from(`${value}\n`),
    mode: 0o600,
  }));
}

function historyFile({ word }: ConfigSource, { history }: ImportDraft): readonly NewFile[] {
  if (history.length === 0) return [];
  return [{ path: historyFileName, octets: Buffer.from(historyFileOf(word, history)), mode: 0o644 }];
}

function reportOf(
  { layout, title }: ConfigSource,
  imported: {
    readonly site: string;
    readonly draft: ImportDraft;
    readonly read: readonly string[];
    readonly written: readonly string[];
  },
): DdnsImportReport {
  const { site, draft, read, written } = imported;
  const { records, providers } = draft.section;
  return {
    site,
    source: title ?? layout.configName,
    read,
    assumed: [...draft.assumed],
    statements: inOrder(draft.lines, read).map(({ detail, ...line }) => ({
      ...line,
      ...(detail !== undefined && { detail }),
    })),
    problems: draft.problems,
    written,
    imported: {
      records: records.length,
      providers: new Set(
        [...providers, ...records].map((one) => ("provider" in one ? one.provider : one.name)),
      ).size,
      addresses: draft.history.length,
    },
    leftOut: draft.lines.filter(({ outcome }) => outcome === "left out").length,
  };
}

/** As the files were read, and by line. */
function inOrder(lines: readonly DraftLine[], read: readonly string[]): readonly DraftLine[] {
  const places = new Map(read.map((file, index) => [file, index]));
  const placeOf = ({ file }: DraftLine): number => places.get(file) ?? read.length;
  return [...lines].sort((one, other) => placeOf(one) - placeOf(other) || one.line - other.line);
}

/** A section without records would do nothing. */
function nothingLeft({ lines }: ImportDraft): ConfigImportResult {
  const problems = lines
    .filter(({ outcome }) => outcome === "left out")
    .map(({ file, line, statement, detail }) => ({
      severity: "error" as const,
      file,
      line,
      what: `${statement}: ${detail}`,
    }));
  const none = { severity: "error" as const, what: "no record is left that could be imported" };
  return { done: false, problems: [...problems, none] };
}

function failed(what: string, remedy?: string): ConfigImportResult {
  const problem = remedy === undefined ? { what } : { what, remedy };
  return { done: false, problems: [{ severity: "error", ...problem }] };
}
