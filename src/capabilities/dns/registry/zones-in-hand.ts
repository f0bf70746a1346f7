/** The zones that one decision of the registry sees and changes, and those that it finds it needs. */
import { lowerName, type Name, namesEqual, parentName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneView } from "../journal/zone-writer.ts";
import type { ZoneChange } from "../zones/zone-change.ts";

export interface ZonesInHandParts {
  readonly zoneOf: (name: Name) => Name | undefined;
  /** By name in lower case. */
  readonly views: ReadonlyMap<Name, ZoneView>;
  /** Zones that cannot be changed now, each with why, for people. */
  readonly unavailable: ReadonlyMap<Name, string>;
}

export class ZonesInHand {
  /** Zones that were asked for and are not in hand: what was decided is worth nothing without them. */
  readonly missing = new Set<Name>();
  private readonly parts: ZonesInHandParts;
  private readonly changes = new Map<Name, ZoneChange[]>();

  constructor(parts: ZonesInHandParts) {
    this.parts = parts;
  }

  get isChanged(): boolean {
    return this.changes.size > 0;
  }

  /** The zone that a name lies in, in lower case. Undefined: none of this server's own. */
  zoneOf(name: Name): Name | undefined {
    const zone = this.parts.zoneOf(name);
    return zone && lowerName(zone);
  }

  /** True when this server has a zone of that name to change. */
  isHeld(zone: Name): boolean {
    return this.zoneOf(zone) === zone;
  }

  /** Undefined: it cannot be changed now. */
  view(zone: Name): ZoneView | undefined {
    const view = this.parts.views.get(zone);
    if (view === undefined && !this.parts.unavailable.has(zone)) this.missing.add(zone);
    return view;
  }

  whyUnavailable(zone: Name): string {
    return this.parts.unavailable.get(zone) ?? "it is not at hand";
  }

  change(zone: Name, change: ZoneChange): void {
    const changes = this.changes.get(zone);
    if (changes === undefined) this.changes.set(zone, [change]);
    else changes.push(change);
  }

  changesOf(zone: Name): readonly ZoneChange[] {
    return this.changes.get(zone) ?? [];
  }
}

export interface Cover {
  readonly kind: "delegated" | "redirected";
  /** Where. */
  readonly name: Name;
}

/**
 * What makes a name of the zone one that nobody sees there: it was given to other servers (RFC 1034
 * §4.2.1), or all names below one lead elsewhere (RFC 6672 §2.3).
 */
export function coverOf(view: ZoneView, name: Name): Cover | undefined {
  for (let at = name; ; at = parentName(at)) {
    const isApex = namesEqual(at, view.origin);
    if (!isApex && view.rrset(at, RRType.NS) !== undefined) return { kind: "delegated", name: at };
    if (at !== name && view.rrset(at, RRType.DNAME) !== undefined) return { kind: "redirected", name: at };
    if (isApex) return undefined;
  }
}
