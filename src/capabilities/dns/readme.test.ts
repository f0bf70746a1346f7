/** The tables of the README are those of the program. HOMEPORT_UPDATE=1 writes settings and limits anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { z } from "zod";
import { DnsConfig } from "./config.ts";
import { limits } from "./limits.ts";
import { quietServer } from "./metrics/quiet-server.testing.ts";
import { dnsMetrics } from "./metrics.ts";

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
      ...settingRows(field.items?.properties ?? {}, `${prefix}${key}[].`),
      ...(field.anyOf ?? []).flatMap(({ properties }) => settingRows(properties ?? {}, `${prefix}${key}.`)),
    ];
  });
}

/** One row for each bound, with the comment that stands above it, or above those that share it. */
function limitRows(): string[] {
  const source = readFileSync(new URL("limits.ts", import.meta.url), "utf8");
  const meanings = new Map<string, string>();
  let meaning = "";
  for (const [, comment, name] of source.matchAll(/\/\*\*(.*?)\*\/|^ {2}(\w+): [\d_]+,$/gms)) {
    if (name === undefined) meaning = comment!.replaceAll(/\s*\n\s*\*?\s*/g, " ").trim();
    else meanings.set(name, meaning);
  }
  return Object.entries(limits).map(
    ([name, number]) => `| \`${name}\` | ${number} | ${meanings.get(name)} |`,
  );
}

function compare(heading: string, rows: readonly string[]): void {
  const table = [heading, "| --- | --- | --- |", ...rows].join("\n");
  const readme = readFileSync(file, "utf8");
  const start = readme.indexOf(heading);
  const present = readme.slice(start, readme.indexOf("\n\n", start));
  if (process.env["HOMEPORT_UPDATE"] === "1")
    writeFileSync(
      file,
      readme.replace(present, () => table),
    );
  else assert.equal(present, table, "README.md: HOMEPORT_UPDATE=1 npm test -- dns/readme");
}

test("the table of settings is the one that the schema gives", () => {
  const schema = z.toJSONSchema(DnsConfig, { io: "input" }) as Property;
  compare("| setting | default | meaning |", settingRows(schema.properties!, "dns."));
});

test("every limit is named with its number and its source", () => {
  compare("| limit | value | meaning and source |", limitRows());
});

test("every metric is named", () => {
  const families = dnsMetrics(quietServer());
  const named = [...readFileSync(file, "utf8").matchAll(/^\| `(homeport_\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(named), new Set(families.map(({ name }) => name)));
});
