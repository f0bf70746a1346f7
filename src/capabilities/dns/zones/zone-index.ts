/**
 * By which a name finds its zone: the origins of all zones, flat in shared memory, so that a thread takes
 * over those of ten thousand zones as quickly as that of one.
 *
 *     header   4 x u32: zones, slots, octets of origins, 0
 *     slots    i32 each, a power of two: a zone, or -1; open addressing by the hash of the origin
 *     hashes   i32 for each zone
 *     origins  u32 for each zone: where its origin begins; one more: where the last one ends
 *     lists    u32 for each zone: which list says who may ask
 *     depths   u8 each, 128: 1 for each number of labels that an origin has
 *     outer    u8 for each zone: 1 when another one lies in it
 *     octets   the origins in wire form
 */
import { NamePlace } from "../engine/name-place.ts";
import { labelsEqual } from "./image.ts";

const headerWords = 4;
const Header = { zones: 0, slots: 1, originOctets: 2 } as const;
/** A name has 127 labels at most. RFC 1035 §2.3.4. */
const depthsOctets = 128;

export class ZoneIndex {
  readonly buffer: SharedArrayBuffer;
  readonly size: number;
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly originAts: Uint32Array;
  private readonly lists: Uint32Array;
  private readonly depths: Uint8Array;
  private readonly outer: Uint8Array;
  private readonly octets: Uint8Array;

  constructor(buffer: SharedArrayBuffer) {
    const header = new Uint32Array(buffer, 0, headerWords);
    const zones = header[Header.zones]!;
    const slots = header[Header.slots]!;
    let at = headerWords * 4;
    const next = (octets: number): number => {
      at += octets;
      return at - octets;
    };
    this.buffer = buffer;
    this.size = zones;
    this.slots = new Int32Array(buffer, next(slots * 4), slots);
    this.hashes = new Int32Array(buffer, next(zones * 4), zones);
    this.originAts = new Uint32Array(buffer, next(zones * 4 + 4), zones + 1);
    this.lists = new Uint32Array(buffer, next(zones * 4), zones);
    this.depths = new Uint8Array(buffer, next(depthsOctets), depthsOctets);
    this.outer = new Uint8Array(buffer, next(zones), zones);
    this.octets = new Uint8Array(buffer, at, header[Header.originOctets]!);
  }

  /** Of origins in wire form, each with the number of its list. */
  static of(origins: readonly Uint8Array[], lists: readonly number[]): ZoneIndex {
    const zones = origins.length;
    const originOctets = origins.reduce((sum, { length }) => sum + length, 0);
    let slots = 4;
    while (slots < zones * 2) slots *= 2;
    const words = headerWords + slots + 3 * zones + 1;
    const buffer = new SharedArrayBuffer(words * 4 + depthsOctets + zones + originOctets);
    const header = new Uint32Array(buffer, 0, headerWords);
    header[Header.zones] = zones;
    header[Header.slots] = slots;
    header[Header.originOctets] = originOctets;
    const index = new ZoneIndex(buffer);
    index.fill(origins, lists);
    return index;
  }

  /** Number of the list that says who may ask a zone. */
  listOf(zone: number): number {
    return this.lists[zone]!;
  }

  /** True when a name that lies in a zone is its origin. */
  isOrigin(zone: number, name: NamePlace): boolean {
    return this.originAts[zone + 1]! - this.originAts[zone]! === name.length;
  }

  /** True when another zone lies in this one. */
  hasZonesBelow(zone: number): boolean {
    return this.outer[zone] === 1;
  }

  /**
   * Number of the zone that `name` lies in, or -1. With `above`, a zone whose origin is `name` itself does
   * not count.
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
    const { slots, hashes, octets, originAts } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const zone = slots[slot]!;
      if (zone === -1) return -1;
      if (hashes[zone] !== hash) continue;
      const originAt = originAts[zone]!;
      if (isSuffix(octets, originAt, originAts[zone + 1]! - originAt, name, firstLabel)) return zone;
    }
  }

  private fill(origins: readonly Uint8Array[], lists: readonly number[]): void {
    const place = new NamePlace();
    const mask = this.slots.length - 1;
    this.slots.fill(-1);
    this.lists.set(lists);
    let at = 0;
    for (const [zone, origin] of origins.entries()) {
      this.octets.set(origin, at);
      this.originAts[zone] = at;
      at += origin.length;
      place.place(origin, 0, origin.length);
      this.depths[place.labels] = 1;
      this.hashes[zone] = place.suffixHash(0);
      let slot = this.hashes[zone]! & mask;
      while (this.slots[slot] !== -1) slot = (slot + 1) & mask;
      this.slots[slot] = zone;
    }
    this.originAts[origins.length] = at;
    for (const origin of origins) {
      place.place(origin, 0, origin.length);
      const outer = this.find(place, true);
      if (outer !== -1) this.outer[outer] = 1;
    }
  }
}

/** True when the labels of `name` from `firstLabel` on are the name of so many octets at `at` in `octets`. */
export function isSuffix(
  octets: Uint8Array,
  at: number,
  length: number,
  name: NamePlace,
  firstLabel: number,
): boolean {
  const { labelAts, labels } = name;
  if (name.end - labelAts[firstLabel]! !== length) return false;
  let labelAt = at;
  for (let i = firstLabel; i < labels; i++) {
    if (!labelsEqual(name.octets, labelAts[i]!, octets, labelAt)) return false;
    labelAt += 1 + octets[labelAt]!;
  }
  return true;
}
