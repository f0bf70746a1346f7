/** What an update wants to be so before anything is done. RFC 2136 §2.4, §3.2. */
import { isWithin, lowerName, type Name } from "#protocols/dns/name.ts";
import { Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import type { UpdateRecord } from "./update-message.ts";
import { comparableRdata, type WorkingZone } from "./working-zone.ts";

/** A record set that must be there with these records and no others. */
interface WantedSet {
  readonly owner: Name;
  readonly type: number;
  readonly records: Set<string>;
  /** A set has no record twice, so that one that is wanted twice is not there. */
  hasTwice: boolean;
}

/** NOERROR when all of them hold; else what the first that does not hold is answered with. */
export function checkPrerequisites(zone: WorkingZone, prerequisites: readonly UpdateRecord[]): Rcode {
  const wanted = new Map<string, WantedSet>();
  for (const prerequisite of prerequisites) {
    const rcode = checkOne(zone, prerequisite, wanted);
    if (rcode !== Rcode.NOERROR) return rcode;
  }
  for (const set of wanted.values()) if (!isThere(zone, set)) return Rcode.NXRRSET;
  return Rcode.NOERROR;
}

function checkOne(zone: WorkingZone, record: UpdateRecord, wanted: Map<string, WantedSet>): Rcode {
  const { owner, type } = record;
  if (record.ttl !== 0) return Rcode.FORMERR; // RFC 2136 §3.2.5
  if (!isWithin(owner, zone.origin)) return Rcode.NOTZONE;
  switch (record.class) {
    case RRClass.ANY: // RFC 2136 §2.4.1, §2.4.4
      if (type === RRType.ANY) return zone.at(owner).sets.size > 0 ? Rcode.NOERROR : Rcode.NXDOMAIN;
      return zone.at(owner).has(type) ? Rcode.NOERROR : Rcode.NXRRSET;
    case RRClass.NONE: // RFC 2136 §2.4.3, §2.4.5
      if (type === RRType.ANY) return zone.at(owner).sets.size > 0 ? Rcode.YXDOMAIN : Rcode.NOERROR;
      return zone.at(owner).has(type) ? Rcode.YXRRSET : Rcode.NOERROR;
    case RRClass.IN: // RFC 2136 §2.4.2
      want(wanted, record);
      return Rcode.NOERROR;
    default:
      return Rcode.FORMERR;
  }
}

function want(wanted: Map<string, WantedSet>, { owner, type, rdata }: UpdateRecord): void {
  const key = `${type} ${lowerName(owner)}`;
  let set = wanted.get(key);
  if (set === undefined) {
    set = { owner, type, records: new Set(), hasTwice: false };
    wanted.set(key, set);
  }
  const meaning = comparableRdata(type, rdata);
  set.hasTwice ||= set.records.has(meaning);
  set.records.add(meaning);
}

/** RFC 2136 §3.2.3: TTLs do not count, and neither does the order. */
function isThere(zone: WorkingZone, { owner, type, records, hasTwice }: WantedSet): boolean {
  if (hasTwice) return false;
  let found = 0;
  for (const set of zone.at(owner).sets.values()) {
    if (set.type !== type) continue;
    for (const meaning of set.byMeaning.keys()) if (!records.has(meaning)) return false;
    found += set.size;
  }
  return found === records.size;
}
