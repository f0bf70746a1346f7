/** Imports of configs that live as long as a test. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { DhcpConfig } from "../../src/capabilities/dhcp/config.ts";
import { dhcpdSource } from "../../src/capabilities/dhcp/import/dhcpd/source.ts";
import { dnsmasqSource } from "../../src/capabilities/dhcp/import/dnsmasq/source.ts";
import {
  type ConfigImportRequest,
  type ConfigImportResult,
  type ConfigSource,
  importConfig,
} from "../../src/capabilities/dhcp/import/import-config.ts";
import { keaSource } from "../../src/capabilities/dhcp/import/kea/source.ts";
import { formatReport } from "../../src/capabilities/dhcp/import/report.ts";

export const sources = { dhcpd: dhcpdSource, dnsmasq: dnsmasqSource, kea: keaSource } as const;
export type SourceName = keyof typeof sources;

export interface Imported {
  readonly result: ConfigImportResult;
  /** Of site.yaml; the section is one that DhcpConfig takes. */
  readonly site: Record<string, unknown>;
  readonly dhcp: Record<string, unknown>;
  readonly report: string;
  /** What was written, by path. */
  readonly read: (path: string) => string;
}

export interface ConfigFolder extends Disposable {
  readonly from: string;
  readonly out: string;
}

/** A folder of a config, and an empty one for the site. */
export function configFolder(files: Readonly<Record<string, string | Buffer>>): ConfigFolder {
  const folder = mkdtempSync(join(tmpdir(), "homeport-dhcp-import-"));
  const [from, out] = [join(folder, "etc"), join(folder, "site")];
  for (const one of [from, out]) mkdirSync(one);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
  return { from, out, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

/** Runs an import as on a machine without interfaces. */
export async function run(
  name: SourceName,
  folder: ConfigFolder,
  options: Partial<ConfigImportRequest> = {},
): Promise<Imported> {
  const source: ConfigSource = sources[name];
  const request = { from: folder.from, out: folder.out, force: false, machine: [], ...options };
  const result = await importConfig(source, request);
  const read = (path: string): string => readFileSync(join(folder.out, path), "utf8");
  const site = result.done ? (parse(read("site.yaml")) as Record<string, unknown>) : {};
  if (result.done) DhcpConfig.parse(site["dhcp"]);
  return {
    result,
    site,
    dhcp: (site["dhcp"] ?? {}) as Record<string, unknown>,
    report: result.done ? formatReport(result.report) : result.problems.map(({ what }) => what).join("\n"),
    read,
  };
}

/** One row of a table of statements. */
export interface StatementCase {
  readonly why: string;
  readonly text: string;
  /** Fields of the section, as they must be; undefined: it must not be there. */
  readonly want?: Readonly<Record<string, unknown>>;
  /** What the report must say. */
  readonly says?: readonly RegExp[];
}

/** Imports the text of one row and holds what comes of it against the row. */
export async function check(name: SourceName, file: string, { text, want = {}, says = [] }: StatementCase) {
  using folder = configFolder({ [file]: text });
  const { result, dhcp, report } = await run(name, folder);
  assert(result.done, report);
  for (const [field, value] of Object.entries(want)) assert.deepEqual(dhcp[field], value, field);
  for (const sentence of says) assert.match(report, sentence);
  const silent = result.report.statements.filter(({ outcome, detail }) => outcome !== "imported" && !detail);
  assert.deepEqual(silent, [], "whatever did not come over is told why");
}
