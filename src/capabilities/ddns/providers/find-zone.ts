/** Which of a name's parents is the zone that its records are in. Pure. */
import type { WantedRecord } from "./provider.ts";

type Place = Pick<WantedRecord, "name" | "zone">;

/**
 * The names that its zone may have, the longest first: one alone when the site file says it. No top-level
 * domain: nobody has one in an account.
 */
export function zoneCandidates({ name, zone }: Place): readonly string[] {
  if (zone !== undefined) return [zone];
  const labels = name.replace(/^\*\./, "").split(".");
  const candidates = labels.map((_, index) => labels.slice(index).join("."));
  return candidates.length > 1 ? candidates.slice(0, -1) : candidates;
}

/** The longest that there is. */
export function zoneOf<Zone>(record: Place, zones: ReadonlyMap<string, Zone>): Zone | undefined {
  const found = zoneCandidates(record).find((name) => zones.has(name));
  return found === undefined ? undefined : zones.get(found);
}

/** @param apex what stands for the zone's own name. `*.home.example.net` in example.net: `*.home` */
export function hostIn(name: string, zone: string, apex = "@"): string {
  if (name === zone) return apex;
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : name;
}

/** The name that stands in an answer of the provider: whole, in lower case, without the final dot. */
export function nameOfHost(host: string, zone: string): string {
  const plain = host.toLowerCase().replace(/\.$/, "");
  return plain === "" || plain === "@" ? zone : `${plain}.${zone}`;
}
