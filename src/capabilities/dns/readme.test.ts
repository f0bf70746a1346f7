/** The tables of the README are those of the program. HOMEPORT_UPDATE=1 writes settings and limits anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { catalogLimits } from "./catalog/limits.ts";
import { DnsConfig } from "./config.ts";
import { limits as controlLimits } from "./control-channel/limits.ts";
import { editLimits } from "./edit/limits.ts";
import { journalLimits } from "./journal/limits.ts";
import { limits } from "./limits.ts";
import { quietServer } from "./metrics/quiet-server.testing.ts";
import { dnsMetrics } from "./metrics.ts";
import { registryLimits } from "./registry/limits.ts";
import { limits as copyLimits } from "./transfer/in/limits.ts";
import { notifyLimits } from "./transfer/notify/limits.ts";
import { transferLimits } from "./transfer/out/limits.ts";
import { limits as tsigLimits } from "./tsig/limits.ts";
import { limits as updateLimits } from "./update/limits.ts";
import { zoneLimits } from "./zones/limits.ts";

const file = new URL("README.md", import.meta.url);

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Record<string, Property>;
  readonly items?: Property;
  readonly anyOf?: readonly Property[];
}

/** One row for each field, those of sections and list entries with their names in front. */
function settingRows(properties: Record<string, Property>, prefix: string): string[] {
  return Object.entries(properties).flatMap(([key, field]) => {
    const fallback = field.default === undefined ? "-" : `\`${JSON.stringify(field.default)}\``;
    const row = `| \`${prefix}${key}\` | ${fallback} | ${(field.description ?? "").replaceAll("|", "\\|")} |`;
    return [
      row,
      ...settingRows(field.properties ?? {}, `${prefix}${key}.`),
      ...settingRows(field.items?.properties ?? {}, `${prefix}${key}[].`),
      ...(field.anyOf ?? []).flatMap(({ properties }) => settingRows(properties ?? {}, `${prefix}${key}.`)),
    ];
  });
}

/** The tables of bounds, by the heading above each, and the file that each is made of. */
const limitTables: readonly (readonly [section: string, file: string, bounds: Record<string, number>])[] = [
  ["## Limits", "limits.ts", limits],
  ["### Keys and signatures", "tsig/limits.ts", tsigLimits],
  ["### Updates", "update/limits.ts", updateLimits],
  ["### Transfers to secondaries", "transfer/out/limits.ts", transferLimits],
  ["### Copies of other servers' zones", "transfer/in/limits.ts", copyLimits],
  ["### Notifications", "transfer/notify/limits.ts", notifyLimits],
  ["### Catalogs", "catalog/limits.ts", catalogLimits],
  ["### History", "journal/limits.ts", journalLimits],
  ["### Edits", "edit/limits.ts", editLimits],
  ["### Names that hosts publish", "registry/limits.ts", registryLimits],
  ["### Memory of zones that change", "zones/limits.ts", zoneLimits],
  ["### The channel for rndc", "control-channel/limits.ts", controlLimits],
];

/** One row for each bound, with the comment that stands above it, or above those that share it. */
function limitRows(path: string, bounds: Record<string, number>): string[] {
  const source = readFileSync(new URL(path, import.meta.url), "utf8");
  const meanings = new Map<string, string>();
  let meaning = "";
  for (const [, comment, name] of source.matchAll(/\/\*\*(.*?)\*\/|^ {2}(\w+): [\d_x.][^\n]*$/gms)) {
    if (name === undefined) meaning = comment!.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
    else meanings.set(name, meaning);
  }
  return Object.entries(bounds).map(
    ([name, number]) => `| \`${name}\` | ${number} | ${meanings.get(name)} |`,
  );
}

/** `section`: the heading below which the table stands, where others look like it. */
function compare(heading: string, rows: readonly string[], section = heading): void {
  const table = [heading, "| --- | --- | --- |", ...rows].join("\n");
  const readme = readFileSync(file, "utf8");
  const start = readme.indexOf(heading, readme.indexOf(section));
  const present = readme.slice(start, readme.indexOf("\n\n", start));
  if (process.env["HOMEPORT_UPDATE"] === "1")
    writeFileSync(file, readme.slice(0, start) + table + readme.slice(start + present.length));
  else assert.equal(present, table, "README.md: HOMEPORT_UPDATE=1 npm test -- dns/readme");
}

test("the table of settings is the one that the schema gives", () => {
  const schema = z.toJSONSchema(DnsConfig, { io: "input" }) as Property;
  compare("| setting | default | meaning |", settingRows(schema.properties!, "dns."));
});

for (const [section, path, bounds] of limitTables) {
  test(`every limit of ${path} is named with its number and its source`, () => {
    assert.ok(readFileSync(file, "utf8").includes(`\n${section}\n`), `a section ${section}`);
    compare("| limit | value | meaning and source |", limitRows(path, bounds), `\n${section}\n`);
  });
}

test("every metric is named", () => {
  const families = dnsMetrics(quietServer());
  const named = [...readFileSync(file, "utf8").matchAll(/^\| `(homeport_\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(named), new Set(families.map(({ name }) => name)));
});
