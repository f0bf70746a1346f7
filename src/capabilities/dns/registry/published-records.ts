/** Records that the registry puts into zones, and how it knows them again. */
import { lowerName, type Name } from "#protocols/dns/name.ts";
import type { ZoneView } from "../journal/zone-writer.ts";
import { rdataKey } from "../zones/rrset-draft.ts";

export interface OwnRecord {
  /** The zone that it was put into, in lower case. */
  readonly zone: Name;
  readonly name: Name;
  readonly type: number;
  readonly rdata: Uint8Array;
}

/**
 * The same for records that mean the same (RFC 4034 §6.2). A TTL is its set's, not its own: RFC 2181 §5.2.
 */
export function keyOf({ zone, name, type, rdata }: OwnRecord): string {
  return `${zone}${lowerName(name)}${type} ${rdataKey(type, rdata)}`;
}

/** A record set, told apart by who put its records there. */
export interface SetParts {
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly own: readonly Uint8Array[];
  readonly foreign: readonly Uint8Array[];
}

/** What stands at a name. `own`: keys of what the registry put there. */
export function partsAt(view: ZoneView, name: Name, own: ReadonlySet<string>): SetParts[] {
  const zone = lowerName(view.origin);
  return view.rrsetsAt(name).map(({ type, ttl, rdata }) => {
    const isOwn = (one: Uint8Array): boolean => own.has(keyOf({ zone, name, type, rdata: one }));
    return { type, ttl, own: rdata.filter(isOwn), foreign: rdata.filter((one) => !isOwn(one)) };
  });
}

export function isThere(view: ZoneView, { name, type, rdata }: OwnRecord): boolean {
  const wanted = rdataKey(type, rdata);
  return view.rrset(name, type)?.rdata.some((one) => rdataKey(type, one) === wanted) ?? false;
}

/** True when the set is of exactly these records, whatever their order, with this TTL. */
export function isSet(parts: SetParts | undefined, ttl: number, rdata: readonly Uint8Array[]): boolean {
  if (parts === undefined) return rdata.length === 0;
  const { type, own, foreign } = parts;
  if (parts.ttl !== ttl || own.length + foreign.length !== rdata.length) return false;
  const wanted = new Set(rdata.map((one) => rdataKey(type, one)));
  return [...own, ...foreign].every((one) => wanted.has(rdataKey(type, one)));
}
