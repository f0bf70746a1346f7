/** Which records the site file wants, one by one. Pure. */
import type { AddressFamily } from "#contracts/public-address.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import type { DdnsConfig, RecordConfig } from "../config.ts";
import { definitionOf } from "../providers/definitions.ts";
import type { AddressType } from "../providers/provider.ts";
import { ownZones } from "./own-zones-name.ts";

export interface PlannedRecord {
  /** `home.example.net/A/cloudflare`: under it the store has what became of it. */
  readonly id: string;
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly type: AddressType;
  /** Name of an entry of `providers`, or `zones`. */
  readonly provider: string;
  /** Seconds; undefined: as the provider has it. */
  readonly ttl: number | undefined;
  readonly proxied: boolean | undefined;
  readonly zone: string | undefined;
  /** AAAA of a machine behind the site: `::1`, `mac:52:54:00:12:34:56`. */
  readonly interfaceId: string | undefined;
}

type PlanConfig = Pick<DdnsConfig, "records" | "address" | "providers">;

/** In the order of the site file, the types of a name next to each other. */
export function plannedRecords(config: PlanConfig): readonly PlannedRecord[] {
  return config.records.flatMap(recordPlanner(config));
}

/** What one entry of the site file stands for. */
export function recordPlanner({
  providers,
  address,
}: Omit<PlanConfig, "records">): (record: RecordConfig) => readonly PlannedRecord[] {
  const takes = new Map(providers.map(({ name, type }) => [name, definitionOf(type)?.types ?? []]));
  takes.set(ownZones, ["A", "AAAA"]);
  return (record) =>
    (record.names ?? [record.name!]).flatMap((name) =>
      typesOf(record, address, takes.get(record.provider) ?? []).map((type) => planned(record, name, type)),
    );
}

export function familyOf(type: AddressType): AddressFamily {
  return type === "A" ? "ipv4" : "ipv6";
}

function typesOf(
  { types, interfaceId }: RecordConfig,
  address: DdnsConfig["address"],
  taken: readonly AddressType[],
): readonly AddressType[] {
  if (interfaceId !== undefined) return ["AAAA"];
  if (types !== undefined) return [...new Set(types)].sort();
  return taken.filter((type) => address[familyOf(type)].length > 0);
}

function planned(record: RecordConfig, written: string, type: AddressType): PlannedRecord {
  const { provider, ttl, proxied, zone, interfaceId } = record;
  const name = plainName(written);
  return {
    id: `${name}/${type}/${provider}`,
    name,
    type,
    provider,
    ttl: ttl === undefined ? undefined : secondsOf(ttl),
    proxied,
    zone: zone === undefined ? undefined : plainName(zone),
    interfaceId,
  };
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}
