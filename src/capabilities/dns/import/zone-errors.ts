/** Whether the zone files of an import load: Homeport's own loader reads them as they are written. */
import { join, relative } from "node:path";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { parseName } from "#protocols/dns/name.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import { DnsConfig } from "../config.ts";
import { loadZone } from "../zones/load.ts";
import { importLimits } from "./limits.ts";
import type { Site, SiteZone } from "./site.ts";

/** @param folder where the files lie as beside site.yaml @returns errors by zone file, the first ones only */
export function findZoneErrors(
  folder: string,
  { zones, settings }: Site,
): ReadonlyMap<string, readonly ConfigProblem[]> {
  const found = new Map<string, readonly ConfigProblem[]>();
  for (const zone of zones) {
    if (zone.file === undefined) continue;
    const checkNames = DnsConfig.shape.checkNames.parse(zone.checkNames ?? settings["checkNames"]);
    const errors = errorsOf(folder, zone.file, zone, checkNames);
    if (errors.length > 0) found.set(zone.file, firstOf(errors, folder));
  }
  return found;
}

function errorsOf(
  folder: string,
  file: string,
  { name }: SiteZone,
  checkNames: DnsConfig["checkNames"],
): readonly ZoneProblem[] {
  const { problems } = loadZone({ name: parseName(name), file: join(folder, file), folder, checkNames });
  return problems.filter(({ severity }) => severity === "error");
}

function firstOf(errors: readonly ZoneProblem[], folder: string): readonly ConfigProblem[] {
  const most = importLimits.zoneErrorsShownMax;
  const first = errors
    .slice(0, most)
    .map((error): ConfigProblem => ({ ...error, file: relative(folder, error.file) }));
  if (errors.length <= most) return first;
  return [...first, { severity: "error", what: "and more; homeport check tells of all" }];
}
