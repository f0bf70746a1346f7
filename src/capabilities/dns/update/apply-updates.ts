/** Does the updates of a message, one after the other. RFC 2136 §3.4.2. */

import { namesEqual } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import { storedTtl, type UpdateRecord } from "./update-message.ts";
import {
  comparableRdata,
  isWildcardName,
  type WorkingName,
  type WorkingSet,
  type WorkingZone,
} from "./working-zone.ts";

export interface SizeLimits {
  /** 0: no limit. */
  readonly recordsPerTypeMax: number;
  /** 0: no limit. */
  readonly typesPerNameMax: number;
}

/** Types that may stand beside a CNAME. RFC 2181 §10.1, RFC 4034 §2.5. */
const besideCname: ReadonlySet<number> = new Set([RRType.KEY, RRType.RRSIG, RRType.NSEC]);

/** In which BIND keeps how far it has signed a zone; not to be had by update there, so not here. */
const signingState = 65_534;

/** Returns false when the zone would outgrow its limits: then nothing of it may be kept. */
export function applyUpdates(
  zone: WorkingZone,
  updates: readonly UpdateRecord[],
  limits: SizeLimits,
): boolean {
  for (const update of updates) {
    const name = zone.at(update.owner);
    const isApex = namesEqual(update.owner, zone.origin);
    if (update.class === RRClass.IN) {
      if (!isIgnored(name, isApex, update) && !add(name, update, limits)) return false;
    } else if (update.class === RRClass.NONE) {
      deleteRecord(name, isApex, update);
    } else if (update.type === RRType.ANY) {
      deleteName(name, isApex);
    } else if (!isApex || !belongsToApex(update.type)) {
      name.delete(update.type);
    }
  }
  return true;
}

/** Additions that the rules pass over without a word. RFC 2136 §3.4.2.2. */
function isIgnored(name: WorkingName, isApex: boolean, { owner, type, rdata }: UpdateRecord): boolean {
  // RFC 1035 §3.3.4, §3.3.5: obsolete, and not to be stored
  if (type === RRType.MD || type === RRType.MF) return true;
  // RFC 4592 §4.2, §4.4: a wildcard that delegates or redirects has no settled meaning
  if ((type === RRType.NS || type === RRType.DNAME) && isWildcardName(owner)) return true;
  // RFC 4035 §2.4: what is said of a zone's keys stands above it
  if ((type === RRType.DS && isApex) || type === signingState) return true;
  if (type === RRType.CNAME) return [...name.sets.values()].some((set) => !mayBesideCname(set.type));
  if (name.has(RRType.CNAME) && !besideCname.has(type)) return true;
  return type === RRType.SOA && !isLaterSoa(name, rdata);
}

function mayBesideCname(type: number): boolean {
  return type === RRType.CNAME || besideCname.has(type);
}

/** Only the apex has an SOA record, and its serial number only ever grows. RFC 2136 §3.4.2.2. */
function isLaterSoa(name: WorkingName, rdata: Uint8Array): boolean {
  const present = name.set(RRType.SOA)?.rdata[0];
  return present !== undefined && isLaterSerial(serialOfSoa(rdata), serialOfSoa(present));
}

function add(name: WorkingName, { type, ttl, rdata }: UpdateRecord, limits: SizeLimits): boolean {
  const set = name.setFor(type, rdata);
  const isNew = set.size === 0;
  const meaning = comparableRdata(type, rdata);
  const records = set.byMeaning;
  const present = records.get(meaning);
  if (present !== undefined && set.ttl === storedTtl(ttl)) return true; // as it is, whatever its case
  set.ttl = storedTtl(ttl); // RFC 2181 §5.2: one TTL for the set
  if (present === undefined) dropReplaced(set, rdata);
  records.delete(meaning);
  records.set(meaning, rdata);
  if (isNew && limits.typesPerNameMax !== 0 && name.sets.size >= limits.typesPerNameMax) return false;
  if (present === undefined && limits.recordsPerTypeMax !== 0 && set.size > limits.recordsPerTypeMax)
    return false;
  if (isNew) name.put(set, rdata);
  return true;
}

/** Records that stand alone, or alone for what they are about, give way. RFC 2136 §3.4.2.2. */
function dropReplaced(set: WorkingSet, rdata: Uint8Array): void {
  const records = set.byMeaning;
  switch (set.type) {
    case RRType.SOA:
    case RRType.CNAME:
    case RRType.DNAME: // RFC 6672 §2.4
      records.clear();
      break;
    case RRType.WKS: // the same address and protocol
      for (const [meaning, one] of records)
        if (Buffer.compare(one.subarray(0, 5), rdata.subarray(0, 5)) === 0) records.delete(meaning);
      break;
    default:
  }
}

/** RFC 2136 §3.4.2.3: the apex keeps its SOA and NS records. */
function deleteName(name: WorkingName, isApex: boolean): void {
  for (const [key, { type }] of name.sets) if (!isApex || !belongsToApex(type)) name.sets.delete(key);
}

function belongsToApex(type: number): boolean {
  return type === RRType.SOA || type === RRType.NS;
}

/** RFC 2136 §3.4.2.4: neither the SOA nor the last NS record of the apex. */
function deleteRecord(name: WorkingName, isApex: boolean, { type, rdata }: UpdateRecord): void {
  if (isApex && type === RRType.SOA) return;
  const set = name.setFor(type, rdata);
  if (isApex && type === RRType.NS && set.size === 1) return;
  if (set.byMeaning.delete(comparableRdata(type, rdata))) name.put(set, rdata);
}
