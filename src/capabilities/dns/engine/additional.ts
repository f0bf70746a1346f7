/** The addresses that a client will ask for next: those of the names in RDATA. RFC 1034 §4.3.2 step 6, RFC 2181 §5.4. */
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { readU16, type ZoneImage } from "../zones/image.ts";
import { NamePlace } from "./name-place.ts";
import { nameEnd, namesEqualAt } from "./response-writer.ts";
import type { SectionWriter } from "./section-writer.ts";
import type { ZoneFinder } from "./zone-finder.ts";
import { Found, liesInZone, ZoneWalk } from "./zone-walk.ts";

export class AdditionalData {
  private readonly sections: SectionWriter;
  private readonly finder: ZoneFinder;
  private readonly walk = new ZoneWalk();
  private readonly target = new NamePlace();
  /** Names whose addresses are wanted, as offsets in the slab of the zone that answers. */
  private readonly ats = new Uint32Array(limits.additionalNamesMax);
  private names = 0;

  constructor(sections: SectionWriter, finder: ZoneFinder) {
    this.sections = sections;
    this.finder = finder;
  }

  begin(): void {
    this.names = 0;
  }

  /** Remembers the names in the RDATA of a set. None of a set with many: such an answer is long enough. */
  note(image: ZoneImage, rrset: number): void {
    const skip = targetOffset(image.type(rrset));
    if (skip === -1 || image.recordsIn(rrset) > limits.additionalRecordsMax) return;
    this.noteAll(image, rrset, skip);
  }

  /** Adds the addresses of the names noted, as far as the zone that answers has them and they fit. */
  addAddresses(): void {
    const { target, finder, walk } = this;
    const { image } = finder;
    for (let i = 0; i < this.names; i++) {
      target.place(image.slab, this.ats[i]!, image.slab.length);
      if (!finder.hasAlso(target, RRType.A)) continue;
      const found = walk.walk(image, target, false);
      if (found === Found.node || found === Found.wildcard) this.addNode(image, walk.node);
    }
  }

  /**
   * Adds the addresses of a delegation's servers whose names are delegated too: to this one or another one of the zone.
   * @returns false when one is missing without which the delegation cannot be followed. RFC 9471 §2.1, §3.1
   */
  addGlue(image: ZoneImage, rrset: number, owner: Uint8Array, ownerAt: number): boolean {
    const { target } = this;
    this.names = 0;
    this.noteAll(image, rrset, 0);
    let complete = true;
    for (let i = 0; i < this.names; i++) {
      target.place(image.slab, this.ats[i]!, image.slab.length);
      if (!liesInZone(image, target)) continue;
      const node = this.walk.glue(image, target);
      if (node !== 0 && !this.addNode(image, node) && isBelow(target, owner, ownerAt)) complete = false;
    }
    this.names = 0;
    return complete;
  }

  private noteAll(image: ZoneImage, rrset: number, skip: number): void {
    const { slab } = image;
    let at = image.firstRdata(rrset);
    for (let left = image.recordsIn(rrset); left > 0 && this.names < limits.additionalNamesMax; left--) {
      this.ats[this.names++] = at + 2 + skip;
      at += 2 + readU16(slab, at);
    }
  }

  /** False when an address did not fit. */
  private addNode(image: ZoneImage, node: number): boolean {
    this.sections.from(image, node, this.target.octets, this.target.at);
    const a = image.rrset(node, RRType.A);
    const aaaa = image.rrset(node, RRType.AAAA);
    const aFits = a === 0 || this.sections.addIfItFits(a);
    return (aaaa === 0 || this.sections.addIfItFits(aaaa)) && aFits;
  }
}

/** True when `name` is the uncompressed name at `at` or below it. */
function isBelow(name: NamePlace, octets: Uint8Array, at: number): boolean {
  const length = nameEnd(octets, at) - at;
  for (let label = 0; label <= name.labels; label++) {
    const labelAt = name.labelAts[label]!;
    if (name.end - labelAt === length) return namesEqualAt(name.octets, labelAt, octets, at);
  }
  return false;
}

/** Octets before the name in RDATA whose addresses are additional data, or -1. RFC 1035 §3.3, RFC 2782, RFC 9460 §4. */
function targetOffset(type: number): number {
  switch (type) {
    case RRType.NS:
    case RRType.MB:
    case RRType.MD:
    case RRType.MF:
      return 0;
    case RRType.MX:
    case RRType.AFSDB:
    case RRType.RT:
    case RRType.KX:
    case RRType.SVCB:
    case RRType.HTTPS:
    case RRType.LP:
      return 2;
    case RRType.SRV:
      return 6;
    default:
      return -1;
  }
}
