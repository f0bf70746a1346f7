/** Imports of other programs' dynamic DNS that live as long as a test. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { checkConfig } from "../../src/capabilities/ddns/check-config.ts";
import { DdnsConfig } from "../../src/capabilities/ddns/config.ts";
import { ddclientSource } from "../../src/capabilities/ddns/import/ddclient/source.ts";
import { ddnsUpdaterSource } from "../../src/capabilities/ddns/import/ddns-updater/source.ts";
import { editdnsSource } from "../../src/capabilities/ddns/import/editdns/source.ts";
import {
  type ConfigImportRequest,
  type ConfigImportResult,
  importConfig,
} from "../../src/capabilities/ddns/import/import-config.ts";
import { inadynSource } from "../../src/capabilities/ddns/import/inadyn/source.ts";
import { formatReport } from "../../src/capabilities/ddns/import/report.ts";

export const sources = {
  editdns: editdnsSource,
  ddclient: ddclientSource,
  inadyn: inadynSource,
  "ddns-updater": ddnsUpdaterSource,
} as const;
export type SourceName = keyof typeof sources;

/** Of the section, as YAML has it. */
export interface Section {
  readonly every?: string;
  readonly address?: Readonly<Record<string, unknown>>;
  readonly providers?: readonly Readonly<Record<string, unknown>>[];
  readonly records?: readonly Readonly<Record<string, unknown>>[];
}

export interface Imported {
  readonly result: ConfigImportResult;
  readonly ddns: Section;
  /** The report, or what was wrong. */
  readonly report: string;
  /** What was written, by path. */
  readonly read: (path: string) => string;
  readonly mode: (path: string) => number;
}

export interface ConfigFolder extends Disposable {
  readonly from: string;
  readonly out: string;
}

/** A folder of a config, and an empty one for the site. */
export function configFolder(files: Readonly<Record<string, string | Buffer>>): ConfigFolder {
  const folder = mkdtempSync(join(tmpdir(), "homeport-ddns-import-"));
  const [from, out] = [join(folder, "etc"), join(folder, "site")];
  for (const one of [from, out]) mkdirSync(one);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
  return { from, out, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** Runs an import. What is written must be a section that this program starts with. */
export async function run(
  name: SourceName,
  folder: ConfigFolder,
  options: Partial<ConfigImportRequest> = {},
): Promise<Imported> {
  const result = await importConfig(sources[name], {
    from: folder.from,
    out: folder.out,
    force: false,
    ...options,
  });
  const read = (path: string): string => readFileSync(join(folder.out, path), "utf8");
  const ddns = result.done ? (parse(read("site.yaml")) as { readonly ddns: Section }).ddns : {};
  if (result.done) {
    const problems = checkConfig(DdnsConfig.parse(ddns), { siteFolder: folder.out });
    assert.deepEqual(problems, [], "the section is one that is taken as it is");
  }
  return {
    result,
    ddns,
    report: result.done
      ? formatReport(result.report)
      : result.problems
          .map(({ file, line, what, remedy }) => `${file}:${line}: ${what}; ${remedy}`)
          .join("\n"),
    read,
    mode: (path) => statSync(join(folder.out, path)).mode & 0o777,
  };
}

/** One row of a table of statements. */
export interface StatementCase {
  readonly why: string;
  readonly text: string;
  /** Fields of the section as they must be; undefined: not there. */
  readonly want?: Readonly<Record<string, unknown>>;
  /** Secrets by file. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What the report must say. */
  readonly says?: readonly RegExp[];
}

export const duckRecord = { name: "mine.duckdns.org", provider: "duckdns" };

/** Imports the text of one row and holds what comes of it against the row. */
export async function check(name: SourceName, file: string, row: StatementCase): Promise<void> {
  const { text, want = {}, secrets = {}, says = [] } = row;
  using folder = configFolder({ [file]: text });
  const { result, ddns, report, read, mode } = await run(name, folder);
  assert(result.done, report);
  for (const [field, value] of Object.entries(want))
    assert.deepEqual(ddns[field as keyof typeof ddns], value, field);
  for (const [path, secret] of Object.entries(secrets)) {
    assert.equal(read(path), secret);
    assert.equal(mode(path), 0o600);
  }
  for (const sentence of says) assert.match(report, sentence);
  const silent = result.report.statements.filter(
    ({ outcome, detail }) => outcome !== "imported" && detail === undefined,
  );
  assert.deepEqual(silent, [], "whatever did not come over is told why");
}
