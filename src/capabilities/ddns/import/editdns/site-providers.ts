/** What the site file that is there offers to records: its own zones, and accounts at providers. */
import type { ProviderInput } from "../draft.ts";
import type { ExistingSite } from "../import-config.ts";

/** The innermost zone of this server that a name is in, and that it may write: a primary one. */
export function ownZoneOf(site: ExistingSite, name: string): string | undefined {
  const zones = mapsIn(mapOf(site["dns"])?.["zones"])
    .filter((zone) => zone["primaries"] === undefined)
    .map((zone) =>
      String(zone["name"] ?? "")
        .replace(/\.$/, "")
        .toLowerCase(),
    );
  return zones
    .filter((zone) => zone !== "" && (name === zone || name.endsWith(`.${zone}`)))
    .sort((one, other) => other.length - one.length)[0];
}

/** An entry of `ddns.providers`. */
export function entryNamed(site: ExistingSite, name: string): ProviderInput | undefined {
  const entry = mapsIn(mapOf(site["ddns"])?.["providers"]).find((one) => one["name"] === name);
  const type = entry?.["type"];
  return typeof type === "string" ? { ...entry, name, type } : undefined;
}

function mapsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.map(mapOf).filter((one) => one !== undefined);
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
