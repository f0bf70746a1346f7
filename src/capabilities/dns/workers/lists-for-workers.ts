/** What the lists of who may ask were made of, so that workers can make their own. */
import type { AddressMatch } from "../address-match.ts";
import type { DnsConfig } from "../config.ts";
import type { ZoneSet } from "../zones/zone-set.ts";
import type { ZoneTableLists } from "../zones/zone-table-messages.ts";

export function listsForWorkers(set: ZoneSet, config: DnsConfig): ZoneTableLists {
  const entries = new Map<AddressMatch, readonly string[]>();
  for (const { lists, config: zone } of set.zones.values()) {
    entries.set(lists.query, zone.allowQuery ?? config.allowQuery);
  }
  return { acls: config.acls, entriesOf: (match) => entries.get(match) ?? [] };
}
