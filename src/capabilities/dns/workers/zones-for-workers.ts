/** The served zones as plain data: their memory is shared, the rest is small. */
import type { Name } from "#protocols/dns/name.ts";
import { type AddressMatch, parseAddressMatch } from "../address-match.ts";
import { ZoneImage } from "../zones/image.ts";
import type { ZoneSet } from "../zones/zone-set.ts";
import { ZoneTable } from "../zones/zone-table.ts";

export interface ZonesForWorkers {
  readonly zones: readonly {
    readonly name: Name;
    readonly memory: ArrayBufferLike | undefined;
    /** Index into `allowQuery`. */
    readonly allowQuery: number;
  }[];
  readonly allowQuery: readonly (readonly string[])[];
  readonly acls: Readonly<Record<string, readonly string[]>>;
}

export function zonesForWorkers(
  set: ZoneSet,
  config: { readonly allowQuery: readonly string[]; readonly acls: ZonesForWorkers["acls"] },
): ZonesForWorkers {
  const lists = new Map<AddressMatch, number>();
  const allowQuery: (readonly string[])[] = [];
  const zones = [...set.zones.values()].map(({ name, image, config: zone, allowQuery: match }) => {
    let list = lists.get(match);
    if (list === undefined) {
      list = allowQuery.length;
      lists.set(match, list);
      allowQuery.push(zone.allowQuery ?? config.allowQuery);
    }
    return { name, memory: image?.buffer, allowQuery: list };
  });
  return { zones, allowQuery, acls: config.acls };
}

export function zoneTableOf({ zones, allowQuery, acls }: ZonesForWorkers): ZoneTable {
  const matches = allowQuery.map((entries) => parseAddressMatch(entries, acls));
  return new ZoneTable(
    zones.map(({ name, memory, allowQuery: list }) => ({
      name,
      image: memory === undefined ? undefined : new ZoneImage(memory),
      allowQuery: matches[list]!,
    })),
  );
}
