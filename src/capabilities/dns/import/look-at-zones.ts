/** What the zone files of an import say: Homeport's own loader reads them as they are written. */
import { join, relative } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { parseName } from "#protocols/dns/name.ts";
import type { Position } from "#protocols/namedconf/problem.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import { DnsConfig } from "../config.ts";
import { loadZone } from "../zones/load.ts";
import { importLimits } from "./limits.ts";
import { type OtherNameServers, otherNameServers } from "./other-name-servers.ts";
import type { Site, SiteZone } from "./site.ts";

export interface ZoneFindings {
  /** By zone file, the first ones only. */
  readonly errors: ReadonlyMap<string, readonly ConfigProblem[]>;
  /** Of zones that have other name servers, which can copy them no more. */
  readonly warnings: readonly ConfigProblem[];
}

/**
 * @param folder where the files lie as beside site.yaml
 * @param closedZones by name: zones that nobody may copy, unlike in BIND, and where they stand
 */
export function lookAtZones(
  folder: string,
  { zones, settings }: Site,
  closedZones: ReadonlyMap<string, Position>,
): ZoneFindings {
  const errors = new Map<string, readonly ConfigProblem[]>();
  const warnings: ConfigProblem[] = [];
  for (const zone of zones) {
    if (zone.file === undefined) continue;
    const checkNames = DnsConfig.shape.checkNames.parse(zone.checkNames ?? settings["checkNames"]);
    const { image, problems } = load(folder, zone.file, zone, checkNames);
    const found = problems.filter(({ severity }) => severity === "error");
    if (found.length > 0) errors.set(zone.file, firstOf(found, folder));
    const place = closedZones.get(zone.name);
    const lost = image === undefined || place === undefined ? undefined : otherNameServers(image);
    if (lost !== undefined) warnings.push({ severity: "warning", ...place, ...closed(zone.name, lost) });
  }
  return { errors, warnings };
}

function load(folder: string, file: string, { name }: SiteZone, checkNames: DnsConfig["checkNames"]) {
  return loadZone({ name: parseName(name), file: join(folder, file), folder, checkNames });
}

function closed(
  zone: string,
  { names, addresses, elsewhere }: OtherNameServers,
): { what: string; remedy: string } {
  const entries = [
    ...addresses.map((one) => JSON.stringify(one)),
    ...elsewhere.map((name) => `"address of ${name}"`),
  ];
  return {
    what: `zone "${zone}": ${names.join(" and ")} can copy it no more; BIND let anybody, as allow-transfer is missing`,
    remedy: `write allowTransfer: [${entries.join(", ")}] there, if they copy it from this server`,
  };
}

function firstOf(errors: readonly ZoneProblem[], folder: string): readonly ConfigProblem[] {
  const most = importLimits.zoneErrorsShownMax;
  const first = errors
    .slice(0, most)
    .map((error): ConfigProblem => ({ ...error, file: relative(folder, error.file) }));
  if (errors.length <= most) return first;
  return [...first, { severity: "error", what: "and more; homeport check tells of all" }];
}

/** The one default that an import must not take over. */
export function closedTransfers(zones: readonly string[]): string[] {
  if (zones.length === 0) return [];
  const names =
    zones.length > 3 ? `${zones.slice(0, 3).join(", ")} and ${zones.length - 3} more` : zones.join(", ");
  return [
    `nobody may copy ${names}, as allow-transfer is missing; BIND 9.18 lets anybody, ` +
      'and for that write allowTransfer: ["any"]',
  ];
}
