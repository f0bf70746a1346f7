/** What several changes of a zone come to: a record that came and went again is in neither list. */
import { lowerName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ChangeSet } from "../journal/change-set.ts";
import type { ZoneRecord } from "../zones/image.ts";
import type { ZoneDifference } from "../zones/image-diff.ts";
import { rdataKey } from "../zones/rrset-draft.ts";

/** Of sets that follow one another. The SOA records of before and since come first, if there is any set. */
export function netDifference(sets: readonly ChangeSet[]): ZoneDifference {
  const removed = new Map<string, ZoneRecord>();
  const added = new Map<string, ZoneRecord>();
  for (const set of sets) {
    for (const record of set.removed) if (record.type !== RRType.SOA) move(record, added, removed);
    for (const record of set.added) if (record.type !== RRType.SOA) move(record, removed, added);
  }
  return {
    removed: [...soaOf(sets[0]?.removed), ...removed.values()],
    added: [...soaOf(sets.at(-1)?.added), ...added.values()],
  };
}

/** Takes the record out of the one, or puts it into the other. */
function move(record: ZoneRecord, from: Map<string, ZoneRecord>, to: Map<string, ZoneRecord>): void {
  const key = keyOf(record);
  if (!from.delete(key)) to.set(key, record);
}

function keyOf({ owner, type, ttl, rdata }: ZoneRecord): string {
  return `${lowerName(owner)}${type} ${ttl} ${rdataKey(type, rdata)}`;
}

function soaOf(records: readonly ZoneRecord[] = []): readonly ZoneRecord[] {
  const soa = records.find(({ type }) => type === RRType.SOA);
  return soa === undefined ? [] : [soa];
}
