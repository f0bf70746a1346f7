/** The zones that are served, found by the name asked for: the most specific one wins. */
import { type Name, nameLabels, nameOctets } from "#protocols/dns/name.ts";
import type { AddressMatch } from "../address-match.ts";
import { NamePlace } from "../engine/name-place.ts";
import { labelsEqual, type ZoneImage } from "./image.ts";

export interface ServedZone {
  readonly name: Name;
  /** Undefined: the zone is ours and could not be loaded, so its names are SERVFAIL. */
  readonly image: ZoneImage | undefined;
  readonly allowQuery: AddressMatch;
}

export class ZoneTable {
  readonly zones: readonly ServedZone[];
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly origins: readonly Uint8Array[];
  /** 1 for each number of labels that a zone's name has. */
  private readonly depths = new Uint8Array(129);
  /** 1 for each zone that another one lies in. */
  private readonly outer: Uint8Array;

  constructor(zones: readonly ServedZone[]) {
    this.zones = zones;
    this.origins = zones.map((zone) => nameOctets(zone.name));
    const place = new NamePlace();
    this.hashes = Int32Array.from(this.origins, (origin) => {
      place.place(origin, 0, origin.length);
      return place.suffixHash(0);
    });
    let size = 4;
    while (size < zones.length * 2) size *= 2;
    this.slots = new Int32Array(size).fill(-1);
    zones.forEach((zone, index) => {
      this.depths[nameLabels(zone.name).length] = 1;
      let slot = this.hashes[index]! & (size - 1);
      while (this.slots[slot] !== -1) slot = (slot + 1) & (size - 1);
      this.slots[slot] = index;
    });
    this.outer = new Uint8Array(zones.length);
    for (const origin of this.origins) {
      place.place(origin, 0, origin.length);
      const outer = this.find(place, true);
      if (outer !== -1) this.outer[outer] = 1;
    }
  }

  /** True when a name that lies in a zone is its origin. */
  isOrigin(index: number, name: NamePlace): boolean {
    return this.origins[index]!.length === name.length;
  }

  /** True when another zone lies in this one. */
  hasZonesBelow(index: number): boolean {
    return this.outer[index] === 1;
  }

  /**
   * Index of the zone that `name` lies in, or -1. With `above`, a zone whose origin is `name` itself does not
   * count.
   */
  find(name: NamePlace, above: boolean): number {
    const { depths } = this;
    const { labels } = name;
    for (let i = above ? 1 : 0; i <= labels; i++) {
      if (depths[labels - i] === 0) continue;
      const zone = this.probe(name.suffixHash(i), name, i);
      if (zone !== -1) return zone;
    }
    return -1;
  }

  private probe(hash: number, name: NamePlace, firstLabel: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const zone = this.slots[slot]!;
      if (zone === -1) return -1;
      if (this.hashes[zone] === hash && isSuffix(this.origins[zone]!, name, firstLabel)) return zone;
    }
  }
}

/** True when the labels of `name` from `firstLabel` on are `origin`. */
export function isSuffix(origin: Uint8Array, name: NamePlace, firstLabel: number): boolean {
  const { octets, labelAts, labels } = name;
  if (name.end - labelAts[firstLabel]! !== origin.length) return false;
  let at = 0;
  for (let i = firstLabel; i < labels; i++) {
    if (!labelsEqual(octets, labelAts[i]!, origin, at)) return false;
    at += 1 + origin[at]!;
  }
  return true;
}
