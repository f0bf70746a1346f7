/** Reads all that the `dns` section refers to, without serving it. For `homeport check`. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { SitePlace } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { DnsConfig } from "./config.ts";
import { notActedOn, zoneProblems } from "./status.ts";
import { loadZone } from "./zones/load.ts";
import { buildZoneSet, emptyZoneSet } from "./zones/zone-set.ts";

export async function checkConfig(config: DnsConfig, site: SitePlace): Promise<readonly ConfigProblem[]> {
  const { zones } = await buildZoneSet(config, emptyZoneSet, {
    siteFolder: site.siteFolder,
    nowMs: () => 0,
    load: (request) => Promise.resolve(loadZone(request)),
  });
  return [
    ...notActedOn({ config }),
    ...keyProblems(config, site),
    ...[...zones.values()].flatMap((zone, index) => zoneProblems(zone, `dns.zones[${index}]`)),
  ];
}

function keyProblems({ keys }: DnsConfig, { siteFolder }: SitePlace): ConfigProblem[] {
  return keys.flatMap(({ name, secretFile }, index): ConfigProblem[] => {
    if (secretFile === undefined) return [];
    const path = `dns.keys[${index}].secretFile`;
    const stat = statSync(resolve(siteFolder, secretFile), { throwIfNoEntry: false });
    if (stat?.isFile() !== true) {
      const what = `the secret of key ${name} is not there: ${secretFile}`;
      return [{ severity: "error", path, what, remedy: "correct the path, or remove the key" }];
    }
    if ((stat.mode & 0o077) === 0) return [];
    const what = `others than its owner may read or write ${secretFile}`;
    return [{ severity: "warning", path, what, remedy: `run chmod 600 ${secretFile}` }];
  });
}
