import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { DnsConfig } from "./config.ts";
import { limits } from "./limits.ts";
import { dnsMetrics } from "./metrics.ts";
import { emptyZoneSet } from "./zones/zone-set.ts";

const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Record<string, Property>;
  readonly items?: Property;
  readonly anyOf?: readonly Property[];
}

/** One row for each field, those of sections and list entries with their names in front. */
function rows(properties: Record<string, Property>, prefix: string): string[] {
  return Object.entries(properties).flatMap(([key, field]) => {
    const fallback = field.default === undefined ? "-" : `\`${JSON.stringify(field.default)}\``;
    const row = `| \`${prefix}${key}\` | ${fallback} | ${(field.description ?? "").replaceAll("|", "\\|")} |`;
    return [
      row,
      ...rows(field.items?.properties ?? {}, `${prefix}${key}[].`),
      ...(field.anyOf ?? []).flatMap(({ properties }) => rows(properties ?? {}, `${prefix}${key}.`)),
    ];
  });
}

test("the table of settings is the one that the schema gives", () => {
  const schema = z.toJSONSchema(DnsConfig, { io: "input" }) as Property;
  const table = [
    "| setting | default | meaning |",
    "| --- | --- | --- |",
    ...rows(schema.properties!, "dns."),
  ].join("\n");
  assert.ok(readme.includes(table), `README.md needs this table under Configuration:\n${table}`);
});

test("every limit is named with its number", () => {
  for (const [name, number] of Object.entries(limits)) {
    assert.match(readme, new RegExp(`\\| \`${name}\` \\| ${number} \\|`), `${name} ${number}`);
  }
});

test("every metric is named", () => {
  const families = dnsMetrics({ counterMemories: [], zones: emptyZoneSet, server: { counters: [] } });
  const named = [...readme.matchAll(/^\| `(homeport_\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(named.sort(), families.map(({ name }) => name).sort());
});
