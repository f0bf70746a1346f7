/** One import of a few files, and what came of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import { importBind } from "../../src/capabilities/dns/import/import-bind.ts";
import { formatReport } from "../../src/capabilities/dns/import/report.ts";
import { bindFolder } from "./bind-folder.ts";

/** The report, the text of site.yaml, and its `dns` section, which the name server takes. */
export async function importOf(files: Record<string, string>) {
  await using folder = bindFolder(files);
  const result = await importBind(folder.request);
  assert(result.done, JSON.stringify(result));
  const site = readFileSync(join(folder.out, "site.yaml"), "utf8");
  const dns = parse(site).dns as Record<string, unknown>;
  DnsConfig.parse(dns);
  return { result, report: formatReport(result.report), site, dns };
}
