/** The tables of each capability's README are those of the program. HOMEPORT_UPDATE=1 writes them anew. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { z } from "zod";
import type { MetricFamily } from "#contracts/metrics.ts";
import { DdnsConfig } from "../src/capabilities/ddns/config.ts";
import { newDdnsCounters } from "../src/capabilities/ddns/counters.ts";
import { importLimits as ddnsImportLimits } from "../src/capabilities/ddns/import/limits.ts";
import { limits as ddnsLimits } from "../src/capabilities/ddns/limits.ts";
import { ddnsMetrics } from "../src/capabilities/ddns/metrics.ts";
import { noticeLimits } from "../src/capabilities/ddns/notices/limits.ts";
import { limits as apiLimits } from "../src/capabilities/ddns/providers/api-limits.ts";
import { limits as templateLimits } from "../src/capabilities/ddns/providers/templates/limits.ts";
import { updateLimits as publicationLimits } from "../src/capabilities/ddns/providers/update-limits.ts";
import { confirmLimits } from "../src/capabilities/ddns/publish/confirm-limits.ts";
import { routeLimits as ddnsRouteLimits } from "../src/capabilities/ddns/routes/limits.ts";
import { serveLimits } from "../src/capabilities/ddns/serve/limits.ts";
import type { UpdateServerCounters } from "../src/capabilities/ddns/serve/update-server.ts";
import { methodLimits } from "../src/capabilities/ddns/watch/methods/limits.ts";
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
import { type ReturnCode, returnCodes } from "../src/protocols/dyndns2/return-codes.ts";
import { ddnsTables } from "./ddns-tables.ts";
import { compareTable, type DocumentedTable, inCell } from "./readme-table.ts";

type Bound = number | readonly number[] | Readonly<Record<string, number>>;
type Bounds = Readonly<Record<string, Bound>>;

interface DocumentedCapability {
  /** Its folder, and its section of site.yaml. */
  readonly id: string;
  readonly config: z.ZodType;
  /** The tables of bounds, by the heading above each, and the file that each is made of. */
  readonly limits: readonly (readonly [heading: string, file: string, bounds: Bounds])[];
  readonly metrics: () => readonly MetricFamily[];
  /** What else follows from the program. */
  readonly tables?: readonly DocumentedTable[];
}

const codes = Object.keys(returnCodes) as ReturnCode[];
const quietUpdateServer: UpdateServerCounters = {
  requests: 0,
  limited: 0,
  results: Object.fromEntries(codes.map((code) => [code, 0])) as Record<ReturnCode, number>,
  http: { accepted: 0, refused: 0, malformed: 0, busy: 0, faults: 0 },
  connections: 0,
  hosts: 0,
  names: 0,
  hashed: 0,
};

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
  {
    id: "ddns",
    config: DdnsConfig,
    limits: [
      ["## Limits", "limits.ts", ddnsLimits],
      ["### Ways to find the address", "watch/methods/limits.ts", methodLimits],
      ["### Questions to authoritative servers", "publish/confirm-limits.ts", confirmLimits],
      ["### Providers with an API", "providers/api-limits.ts", apiLimits],
      ["### Providers by URL", "providers/templates/limits.ts", templateLimits],
      ["### Zones here and at other name servers", "providers/update-limits.ts", publicationLimits],
      ["### The update server", "serve/limits.ts", serveLimits],
      ["### Notices", "notices/limits.ts", noticeLimits],
      ["### The API", "routes/limits.ts", ddnsRouteLimits],
      ["### Imports", "import/limits.ts", ddnsImportLimits],
    ],
    metrics: () =>
      ddnsMetrics(
        { families: () => [], records: () => [], providers: () => [] },
        newDdnsCounters(),
        quietUpdateServer,
      ),
    tables: ddnsTables,
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
  for (const [, comment, name] of source.matchAll(/\/\*\*(.*?)\*\/|^ {2}(\w+): [\d_x.[{][^\n]*$/gms)) {
    if (name === undefined) meaning = comment!.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
    else meanings.set(name, meaning);
  }
  return Object.entries(bounds).map(
    ([name, value]) => `| \`${name}\` | ${boundText(value)} | ${inCell(meanings.get(name)!)} |`,
  );
}

function boundText(bound: Bound): string {
  if (typeof bound === "number" || Array.isArray(bound)) return [bound].flat().join(", ");
  return Object.entries(bound)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

const all = join(import.meta.dirname, "..", "src", "capabilities");

test("every capability is looked at here", () => {
  assert.deepEqual(capabilities.map(({ id }) => id).sort(), globSync("*", { cwd: all }).sort());
});

for (const { id, config, limits, metrics, tables = [] } of capabilities) {
  const folder = join(all, id);
  const file = join(folder, "README.md");

  test(`${id}: the table of settings is the one that the schema gives`, () => {
    const schema = z.toJSONSchema(config, { io: "input" }) as Property;
    const rows = settingRows(schema.properties!, `${id}.`);
    compareTable(file, { heading: "| setting | default | meaning |", rows });
  });

  for (const table of tables)
    test(`${id}: the table ${table.heading} is what the program has`, () => compareTable(file, table));

  for (const [heading, path, bounds] of limits) {
    test(`${id}: every limit of ${path} is named with its number and its source`, () => {
      assert.ok(readFileSync(file, "utf8").includes(`\n${heading}\n`), `a section ${heading}`);
      const rows = limitRows(readFileSync(join(folder, path), "utf8"), bounds);
      const table = { heading: "| limit | value | meaning and source |", rows, section: `\n${heading}\n` };
      compareTable(file, table);
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
