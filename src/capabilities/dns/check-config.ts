/** Reads all that the `dns` section refers to, without serving it. For `homeport check`. */
import type { SitePlace } from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem } from "#contracts/configuration.ts";
import type { DnsConfig } from "./config.ts";
import { notActedOn, zoneProblems } from "./status.ts";
import { identityOf } from "./tls-endpoints.ts";
import { keyProblems } from "./tsig/keyring.ts";
import { loadZone } from "./zones/load.ts";
import { emptyZoneSet, readZones, restoreNothing } from "./zones/zone-set.ts";

export async function checkConfig(config: DnsConfig, site: SitePlace): Promise<readonly ConfigProblem[]> {
  const zones = await readZones(config, emptyZoneSet, {
    siteFolder: site.siteFolder,
    nowMs: () => 0,
    load: (request) => Promise.resolve(loadZone(request)),
    restore: restoreNothing,
  });
  return [
    ...notActedOn({ config }),
    ...keyProblems(config, site),
    ...tlsProblems(config, site),
    ...zones.flatMap((zone, index) => zoneProblems(zone, `dns.zones[${index}]`)),
  ];
}

function tlsProblems({ tls }: DnsConfig, { siteFolder }: SitePlace): readonly ConfigProblem[] {
  try {
    if (tls !== undefined) identityOf(tls, siteFolder);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
