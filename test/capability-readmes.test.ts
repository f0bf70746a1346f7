/** The tables of each capability's README are those of the program. HOMEPORT_UPDATE=1 writes them anew. */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { z } from "zod";
import type { MetricFamily } from "#contracts/metrics.ts";
import { DhcpConfig } from "../src/capabilities/dhcp/config.ts";
import { newDhcpCounters } from "../src/capabilities/dhcp/counters.ts";
import { importLimits } from "../src/capabilities/dhcp/import/limits.ts";
import { limits as dhcpLimits } from "../src/capabilities/dhcp/limits.ts";
import { dhcpMetrics } from "../src/capabilities/dhcp/metrics.ts";
import { nameLimits } from "../src/capabilities/dhcp/names/limits.ts";
import { remoteLimits } from "../src/capabilities/dhcp/names/remote/limits.ts";
import { routeLimits } from "../src/capabilities/dhcp/routes/limits.ts";
import { catalogLimits } from "../src/capabilities/dns/catalog/limits.ts";
import { DnsConfig } from "../src/capabilities/dns/config.ts";
import { limits as controlLimits } from "../src/capabilities/dns/control-channel/limits.ts";
import { editLimits } from "../src/capabilities/dns/edit/limits.ts";
import { journalLimits } from "../src/capabilities/dns/journal/limits.ts";
import { limits as dnsLimits } from "../src/capabilities/dns/limits.ts";
import { quietServer } from "../src/capabilities/dns/metrics/quiet-server.testing.ts";
import { dnsMetrics } from "../src/capabilities/dns/metrics.ts";
import { registryLimits } from "../src/capabilities/dns/registry/limits.ts";
import { limits as copyLimits } from "../src/capabilities/dns/transfer/in/limits.ts";
import { notifyLimits } from "../src/capabilities/dns/transfer/notify/limits.ts";
import { transferLimits } from "../src/capabilities/dns/transfer/out/limits.ts";
import { limits as tsigLimits } from "../src/capabilities/dns/tsig/limits.ts";
import { limits as updateLimits } from "../src/capabilities/dns/update/limits.ts";
import { zoneLimits } from "../src/capabilities/dns/zones/limits.ts";
import { hookLimits } from "../src/platform/hooks/limits.ts";

type Bounds = Readonly<Record<string, number | readonly number[]>>;

interface DocumentedCapability {
  /** Its folder, and its section of site.yaml. */
  readonly id: string;
  readonly config: z.ZodType;
  /** The tables of bounds, by the heading above each, and the file that each is made of. */
  readonly limits: readonly (readonly [heading: string, file: string, bounds: Bounds])[];
  readonly metrics: () => readonly MetricFamily[];
}

const capabilities: readonly DocumentedCapability[] = [
  {
    id: "dns",
    config: DnsConfig,
    limits: [
      ["## Limits", "limits.ts", dnsLimits],
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
    ],
    metrics: () => dnsMetrics(quietServer()),
  },
  {
    id: "dhcp",
    config: DhcpConfig,
    limits: [
      ["## Limits", "limits.ts", dhcpLimits],
      ["### Names", "names/limits.ts", nameLimits],
      ["### Names at other servers", "names/remote/limits.ts", remoteLimits],
      ["### Events for hooks", "../../platform/hooks/limits.ts", hookLimits],
      ["### The API", "routes/limits.ts", routeLimits],
      ["### Imports", "import/limits.ts", importLimits],
    ],
    metrics: () =>
      dhcpMetrics({ pools: () => [] }, newDhcpCounters(), { delivered: 0, failed: 0, dropped: 0 }),
  },
];

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Properties;
  readonly items?: Property;
  readonly anyOf?: readonly Property[];
}
type Properties = Readonly<Record<string, Property>>;

/**
 * One row for each field, those of sections and list entries with their names in front. A section that others
 * are like is written once.
 * @param seen the sections written so far
 */
function settingRows(properties: Properties, prefix: string, seen = new Map<string, string>()): string[] {
  return Object.entries(properties).flatMap(([key, field]) => {
    const fallback = field.default === undefined ? "-" : `\`${JSON.stringify(field.default)}\``;
    const sections = [
      ...[field, ...(field.anyOf ?? [])].map((one) => [`${prefix}${key}`, one.properties] as const),
      ...(field.items === undefined ? [] : [field.items, ...(field.items.anyOf ?? [])]).map(
        (one) => [`${prefix}${key}[]`, one.properties] as const,
      ),
    ].flatMap(([name, inner]) => (inner === undefined ? [] : [{ name, inner }]));
    const like = sections
      .map(({ inner }) => seen.get(JSON.stringify(inner)))
      .find((name) => name !== undefined);
    const meaning = [field.description ?? "", like === undefined ? "" : `as \`${like}\``];
    const row = `| \`${prefix}${key}\` | ${fallback} | ${inCell(meaning.filter(Boolean).join("; "))} |`;
    if (like !== undefined) return [row];
    for (const { name, inner } of sections) seen.set(JSON.stringify(inner), name);
    return [row, ...sections.flatMap(({ name, inner }) => settingRows(inner, `${name}.`, seen))];
  });
}

/** One row for each bound, with the comment that stands above it, or above those that share it. */
function limitRows(source: string, bounds: Bounds): string[] {
  const meanings = new Map<string, string>();
  let meaning = "";
  for (const [, comment, name] of source.matchAll(/\/\*\*(.*?)\*\/|^ {2}(\w+): [\d_x.[][^\n]*$/gms)) {
    if (name === undefined) meaning = comment!.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
    else meanings.set(name, meaning);
  }
  return Object.entries(bounds).map(
    ([name, value]) => `| \`${name}\` | ${[value].flat().join(", ")} | ${inCell(meanings.get(name)!)} |`,
  );
}

function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** `section`: the heading below which the table stands, where others look like it. */
function compare(file: string, heading: string, rows: readonly string[], section = heading): void {
  const table = [heading, "| --- | --- | --- |", ...rows].join("\n");
  const readme = readFileSync(file, "utf8");
  const start = readme.indexOf(heading, readme.indexOf(section));
  const present = readme.slice(start, readme.indexOf("\n\n", start));
  if (process.env["HOMEPORT_UPDATE"] === "1")
    writeFileSync(file, readme.slice(0, start) + table + readme.slice(start + present.length));
  else assert.equal(present, table, `${file}: HOMEPORT_UPDATE=1 npm test -- capability-readmes`);
}

const all = join(import.meta.dirname, "..", "src", "capabilities");

test("every capability is looked at here", () => {
  assert.deepEqual(capabilities.map(({ id }) => id).sort(), globSync("*", { cwd: all }).sort());
});

for (const { id, config, limits, metrics } of capabilities) {
  const folder = join(all, id);
  const file = join(folder, "README.md");

  test(`${id}: the table of settings is the one that the schema gives`, () => {
    const schema = z.toJSONSchema(config, { io: "input" }) as Property;
    compare(file, "| setting | default | meaning |", settingRows(schema.properties!, `${id}.`));
  });

  for (const [heading, path, bounds] of limits) {
    test(`${id}: every limit of ${path} is named with its number and its source`, () => {
      assert.ok(readFileSync(file, "utf8").includes(`\n${heading}\n`), `a section ${heading}`);
      const rows = limitRows(readFileSync(join(folder, path), "utf8"), bounds);
      compare(file, "| limit | value | meaning and source |", rows, `\n${heading}\n`);
    });
  }

  test(`${id}: every file of limits has a table, or is pointed to`, () => {
    const readme = readFileSync(file, "utf8");
    const known = limits.map(([, path]) => path);
    const others = globSync("**/limits.ts", { cwd: folder }).filter((path) => !known.includes(path));
    assert.deepEqual(
      others.filter((path) => !readme.includes(`\`src/capabilities/${id}/${path}\``)),
      [],
    );
  });

  test(`${id}: every metric is named`, () => {
    const named = [...readFileSync(file, "utf8").matchAll(/^\| `(homeport_\w+)` \|/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(new Set(named), new Set(metrics().map(({ name }) => name)));
  });
}
