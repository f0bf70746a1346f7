/** Record sets as values: found in zones, compared, told apart. */

import { lowerName, type Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { serialFromEnd } from "#protocols/dns/serial.ts";
import type { RrsetView, ZoneView } from "../journal/zone-writer.ts";
import type { ZoneImage } from "../zones/image.ts";
import { draftsOf, rdataKey, rrsetKey } from "../zones/rrset-draft.ts";

/** By which the sets of a name are told apart: the type, and what signatures cover (RFC 4034 §3). */
export function keyOfSet({ type, rdata }: RrsetView): number {
  return rrsetKey(type, rdata[0]!);
}

/** A zone that nobody changes meanwhile, in the form in which writers see theirs. */
export function viewOf(image: ZoneImage): ZoneView {
  return {
    origin: image.origin,
    serial: image.serial(),
    rrset: (owner, type) => setsAt(image, owner).find((set) => set.type === type),
    rrsetsAt: (owner) => setsAt(image, owner),
  };
}

export function setsAt(image: ZoneImage, owner: Name): RrsetView[] {
  const node = image.find(owner);
  if (node === 0) return [];
  return draftsOf(image, node).map(({ type, ttl, at }) => ({ type, ttl, rdata: image.rdata(at) }));
}

/** True when both are absent, or have the same TTL and records that mean the same. RFC 4034 §6.2. */
export function sameSet(one: RrsetView | undefined, other: RrsetView | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.ttl !== other.ttl || one.rdata.length !== other.rdata.length) return false;
  const known = keysOf(other);
  return one.rdata.every((rdata) => known.has(rdataKey(one.type, rdata)));
}

/** The records of `one` that `other` does not have. */
export function recordsWithout(
  one: RrsetView | undefined,
  other: RrsetView | undefined,
): readonly Uint8Array[] {
  if (one === undefined) return [];
  const known = keysOf(other);
  return one.rdata.filter((rdata) => !known.has(rdataKey(one.type, rdata)));
}

/** `from` with the records of `more`, without those of `less`. */
export function recordsMerged(
  type: number,
  from: readonly Uint8Array[],
  less: readonly Uint8Array[],
  more: readonly Uint8Array[],
): readonly Uint8Array[] {
  const gone = new Set(less.map((rdata) => rdataKey(type, rdata)));
  const records = new Map<string, Uint8Array>();
  for (const rdata of from) {
    const key = rdataKey(type, rdata);
    if (!gone.has(key)) records.set(key, rdata);
  }
  for (const rdata of more) {
    const key = rdataKey(type, rdata);
    if (!records.has(key)) records.set(key, rdata);
  }
  return [...records.values()];
}

function keysOf(set: RrsetView | undefined): Set<string> {
  return new Set(set?.rdata.map((rdata) => rdataKey(set.type, rdata)));
}

/** The names with all their sets, by name in lower case, of records in any order. */
export function groupByName<Item extends { readonly owner: Name }>(items: Iterable<Item>): Map<Name, Item[]> {
  const groups = new Map<Name, Item[]>();
  for (const item of items) {
    const lower = lowerName(item.owner);
    const group = groups.get(lower);
    if (group === undefined) groups.set(lower, [item]);
    else group.push(item);
  }
  return groups;
}

export function soaWithSerial(rdata: Uint8Array, serial: number): Uint8Array {
  const copy = Buffer.from(rdata);
  copy.writeUInt32BE(serial, rdata.length - serialFromEnd);
  return new Uint8Array(copy);
}

/** True when they differ in the serial number at most. */
export function sameButSerial(one: RrsetView | undefined, other: RrsetView | undefined): boolean {
  return sameSet(withoutSerial(one), withoutSerial(other));
}

function withoutSerial(set: RrsetView | undefined): RrsetView | undefined {
  return set && { ...set, type: RRType.SOA, rdata: set.rdata.map((rdata) => soaWithSerial(rdata, 0)) };
}
