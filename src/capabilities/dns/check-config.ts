/** Reads all that the `dns` section refers to, without serving it. For `homeport check`. */
import type { SitePlace } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { parseListenEntry } from "#platform/listen/endpoint.ts";
import type { DnsConfig } from "./config.ts";
import { notActedOn, zoneProblems } from "./status.ts";
import { loadZone } from "./zones/load.ts";
import { buildZoneSet, emptyZoneSet } from "./zones/zone-set.ts";

export async function checkConfig(config: DnsConfig, site: SitePlace): Promise<readonly ConfigProblem[]> {
  config.listen.forEach((text, index) => {
    parseListenEntry(text, 53, `dns.listen[${index}]`);
  });
  const { zones } = await buildZoneSet(config, emptyZoneSet, {
    siteFolder: site.siteFolder,
    nowMs: () => 0,
    load: (request) => Promise.resolve(loadZone(request)),
  });
  return [...notActedOn({ config }), ...[...zones.values()].flatMap(zoneProblems)];
}
