/** Whether the updates of a message make sense in the zone and may be asked for. RFC 2136 §3.4.1. */
import { isWithin, type Name } from "#protocols/dns/name.ts";
import { isMetaType, Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { namesAreHosts } from "./host-names.ts";
import type { UpdateRecord } from "./update-message.ts";
import type { WorkingZone } from "./working-zone.ts";

/** Says whether the client may change records of a type at a name. */
export type MayChange = (owner: Name, type: number) => boolean;

export interface Prescan {
  /** Undefined: it may change everything. */
  readonly mayChange: MayChange | undefined;
  /** Names of hosts must be names of hosts. BIND's check-names. */
  readonly requireHostNames: boolean;
}

export function prescan(zone: WorkingZone, updates: readonly UpdateRecord[], rules: Prescan): Rcode {
  for (const update of updates) {
    const rcode = prescanOne(zone, update, rules);
    if (rcode !== Rcode.NOERROR) return rcode;
  }
  return Rcode.NOERROR;
}

function prescanOne(zone: WorkingZone, update: UpdateRecord, rules: Prescan): Rcode {
  const { owner } = update;
  if (!isWithin(owner, zone.origin)) return Rcode.NOTZONE;
  if (!isWellFormed(update)) return Rcode.FORMERR;
  if (rules.requireHostNames && update.class === RRClass.IN && !namesAreHosts(update, zone.origin))
    return Rcode.REFUSED;
  if (isSigners(update, zone)) return Rcode.REFUSED;
  return mayChange(zone, update, rules.mayChange) ? Rcode.NOERROR : Rcode.REFUSED;
}

function isWellFormed({ class: rrClass, type, ttl, rdata }: UpdateRecord): boolean {
  switch (rrClass) {
    case RRClass.IN:
      return !isMetaType(type);
    case RRClass.ANY:
      return ttl === 0 && rdata.length === 0 && (!isMetaType(type) || type === RRType.ANY || type === 0);
    case RRClass.NONE:
      return ttl === 0 && !isMetaType(type);
    default:
      return false;
  }
}

/** Records that whoever signs the zone makes. RFC 3007 §4.3. */
function isSigners({ owner, type, class: rrClass }: UpdateRecord, zone: WorkingZone): boolean {
  const isApex = owner.length === zone.origin.length;
  switch (type) {
    case RRType.SIG:
    case RRType.NXT:
    case RRType.NSEC:
    case RRType.NSEC3:
      return true;
    case RRType.RRSIG:
      return !isApex;
    case RRType.NSEC3PARAM:
      return isApex && rrClass === RRClass.IN;
    default:
      return false;
  }
}

/** Whoever deletes a whole name must be allowed to delete each type that it has. */
function mayChange(zone: WorkingZone, { owner, type }: UpdateRecord, may: MayChange | undefined): boolean {
  if (may === undefined) return true;
  if (type !== RRType.ANY) return may(owner, type);
  for (const set of zone.at(owner).sets.values()) if (!may(owner, set.type)) return false;
  return true;
}
