/**
 * What a client will ask for next: addresses of the names in RDATA, mostly. RFC 1034 §4.3.2 step 6, RFC 2181
 * §5.4.
 */
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { readU16, type ZoneImage } from "../zones/image.ts";
import { lowerOctet } from "../zones/label-hash.ts";
import { NamePlace } from "./name-place.ts";
import { nameEnd, namesEqualAt } from "./response-writer.ts";
import type { SectionWriter } from "./section-writer.ts";
import type { ZoneFinder } from "./zone-finder.ts";
import { Found, liesInZone, ZoneWalk } from "./zone-walk.ts";

/** What is wanted of a name. */
const Want = {
  addresses: 0,
  /** RFC 7672 §3.1: addresses, and how the mail server's key is checked. */
  mailHost: 1,
  /** RFC 7673 §3.1: the same for a service with a port. */
  serviceHost: 2,
  /**
   * RFC 3403 §4.1 with the flags of RFC 3958 §2.2.2 in RDATA: SRV records and the addresses of their targets.
   */
  services: 3,
  /** RFC 6742 §2.4. */
  locators: 4,
  /** RFC 9460 §4.1: the records of an alias's target, and its addresses. */
  svcb: 5,
  https: 6,
  /** RFC 9460 §2.4.3: the addresses of a service's target, which may be an alias. */
  svcTarget: 7,
} as const;
type Want = (typeof Want)[keyof typeof Want];

/** The label `_tcp`. */
const tcp = Uint8Array.of(4, 0x5f, 0x74, 0x63, 0x70);

export class AdditionalData {
  private readonly sections: SectionWriter;
  private readonly finder: ZoneFinder;
  private readonly walk = new ZoneWalk();
  private readonly target = new NamePlace();
  /** Names of TLSA records are put together here. */
  private readonly made = new Uint8Array(16 + 255);
  /** Names in RDATA of which something is wanted: in which octets, where, what, and of which port. */
  private readonly octets = Array.from<unknown, Uint8Array>(
    { length: limits.additionalNamesMax },
    () => this.made,
  );
  private readonly ats = new Uint32Array(limits.additionalNamesMax);
  private readonly wants = new Uint8Array(limits.additionalNamesMax);
  private readonly ports = new Uint16Array(limits.additionalNamesMax);
  private names = 0;
  /** Something did not fit. */
  leftOut = false;

  constructor(sections: SectionWriter, finder: ZoneFinder) {
    this.sections = sections;
    this.finder = finder;
  }

  begin(): void {
    this.names = 0;
    this.leftOut = false;
  }

  /**
   * Remembers the names in the RDATA of a set, unless there are many: then the answer is long enough. As in
   * BIND.
   */
  note(image: ZoneImage, rrset: number, owner: Uint8Array, ownerAt: number): void {
    const { additionalRecordsMax } = limits;
    if (image.recordsIn(rrset) > additionalRecordsMax || this.names >= additionalRecordsMax) return;
    const { slab } = image;
    const type = image.type(rrset);
    let at = image.firstRdata(rrset);
    for (let left = image.recordsIn(rrset); left > 0; left--) {
      this.noteRecord(type, slab, at + 2, owner, ownerAt);
      at += 2 + readU16(slab, at);
    }
  }

  private noteRecord(type: number, slab: Uint8Array, at: number, owner: Uint8Array, ownerAt: number): void {
    switch (type) {
      case RRType.NS:
      case RRType.MB:
      case RRType.MD:
      case RRType.MF:
        this.want(Want.addresses, slab, at);
        break;
      case RRType.MX:
        this.want(Want.mailHost, slab, at + 2);
        break;
      case RRType.AFSDB:
      case RRType.RT:
      case RRType.KX:
        this.want(Want.addresses, slab, at + 2);
        break;
      case RRType.LP:
        this.want(Want.locators, slab, at + 2);
        break;
      case RRType.SRV:
        this.want(Want.serviceHost, slab, at + 6, readU16(slab, at + 4));
        break;
      case RRType.NAPTR:
        this.noteNaptr(slab, at);
        break;
      case RRType.SVCB:
      case RRType.HTTPS: {
        const isAlias = readU16(slab, at) === 0;
        const wanted = type === RRType.SVCB ? Want.svcb : Want.https;
        // RFC 9460 §2.5.2: "." as target stands for the owner.
        if (slab[at + 2] !== 0) this.want(isAlias ? wanted : Want.svcTarget, slab, at + 2);
        else if (!isAlias && !isWildcard(owner, ownerAt)) this.want(Want.svcTarget, owner, ownerAt);
        break;
      }
      default:
    }
  }

  /**
   * RFC 3403 §4.1: order, preference, then flags, services and regular expression as strings, then the
   * replacement.
   */
  private noteNaptr(slab: Uint8Array, at: number): void {
    const flagsAt = at + 4;
    const servicesAt = flagsAt + 1 + slab[flagsAt]!;
    const expressionAt = servicesAt + 1 + slab[servicesAt]!;
    const replacementAt = expressionAt + 1 + slab[expressionAt]!;
    for (let i = flagsAt + 1; i < servicesAt; i++) {
      const flag = lowerOctet[slab[i]!]!;
      if (flag !== 0x61 && flag !== 0x73) continue; // a, s
      this.want(flag === 0x61 ? Want.addresses : Want.services, slab, replacementAt);
      return;
    }
  }

  private want(wanted: Want, octets: Uint8Array, at: number, port = 0): void {
    const { names } = this;
    if (names === limits.additionalNamesMax) return;
    this.octets[names] = octets;
    this.ats[names] = at;
    this.wants[names] = wanted;
    this.ports[names] = port;
    this.names++;
  }

  /** Adds what is wanted of the names noted, as far as the zone that answers has it and it fits. */
  addAll(): void {
    // What is added may have names of its own, which come behind those that were there.
    for (let i = 0; i < this.names; i++) {
      const octets = this.octets[i]!;
      const at = this.ats[i]!;
      const node = this.nodeOf(octets, at);
      if (node !== 0) this.addWanted(this.wants[i]! as Want, node, octets, at);
      if (this.wants[i] === Want.mailHost) this.addTlsa(25, octets, at);
      if (this.wants[i] === Want.serviceHost) this.addTlsa(this.ports[i]!, octets, at);
    }
  }

  private addWanted(wanted: Want, node: number, octets: Uint8Array, at: number): void {
    switch (wanted) {
      case Want.services:
        this.addAndFollow(node, RRType.SRV, octets, at);
        break;
      case Want.locators:
        this.add(node, RRType.L32);
        this.add(node, RRType.L64);
        break;
      case Want.svcb:
        this.addAndFollow(node, RRType.SVCB, octets, at);
        this.addTarget(wanted, node);
        break;
      case Want.https:
        this.addAndFollow(node, RRType.HTTPS, octets, at);
        this.addTarget(wanted, node);
        break;
      case Want.svcTarget:
        this.addTarget(wanted, node);
        break;
      default:
        this.addAddresses(node);
    }
  }

  private addTarget(wanted: Want, node: number): void {
    const { image } = this.finder;
    const cname = image.rrset(node, RRType.CNAME);
    if (cname === 0) {
      this.addAddresses(node);
      return;
    }
    this.add(node, RRType.CNAME);
    this.want(wanted, image.slab, image.firstRdata(cname) + 2);
  }

  private addAndFollow(node: number, type: number, octets: Uint8Array, at: number): void {
    const { image } = this.finder;
    const rrset = image.rrset(node, type);
    if (rrset === 0) return;
    this.add(node, type);
    this.note(image, rrset, octets, at);
  }

  /** RFC 6698 §3: TLSA records stand at `_25._tcp` before the host's name, with the port for 25. */
  private addTlsa(port: number, host: Uint8Array, hostAt: number): void {
    const { made } = this;
    const portOctets = writePortLabel(port, made);
    const prefix = portOctets + tcp.length;
    const length = prefix + nameEnd(host, hostAt) - hostAt;
    if (length > 255) return;
    made.set(tcp, portOctets);
    for (let i = prefix; i < length; i++) made[i] = host[hostAt + i - prefix]!;
    const node = this.nodeOf(made, 0);
    if (node !== 0) this.add(node, RRType.TLSA);
  }

  /**
   * The node that answers for a name in the zone that answers, or 0. Sets the owner of what is added next.
   */
  private nodeOf(octets: Uint8Array, at: number): number {
    const { finder, walk, target, sections } = this;
    target.place(octets, at, octets.length);
    if (!finder.hasAlso(target, RRType.A)) return 0;
    const found = walk.walk(finder.image, target, false);
    if (found !== Found.node && found !== Found.wildcard) return 0;
    sections.from(finder.image, walk.node, target.octets, target.at);
    return walk.node;
  }

  /** False when it is there and did not fit. */
  private add(node: number, type: number): boolean {
    const rrset = this.finder.image.rrset(node, type);
    if (rrset === 0 || this.sections.addIfItFits(rrset)) return true;
    this.leftOut = true;
    return false;
  }

  private addAddresses(node: number): boolean {
    const a = this.add(node, RRType.A);
    return this.add(node, RRType.AAAA) && a;
  }

  /**
   * Adds the addresses of a delegation's servers whose names are delegated too: to this one or another one of
   * the zone.
   * @returns false when one is missing without which the delegation cannot be followed. RFC 9471 §2.1, §3.1
   */
  addGlue(rrset: number, owner: Uint8Array, ownerAt: number): boolean {
    const { target, sections } = this;
    const { image } = this.finder;
    const { slab } = image;
    let complete = true;
    let at = image.firstRdata(rrset);
    for (let left = image.recordsIn(rrset); left > 0; left--, at += 2 + readU16(slab, at)) {
      target.place(slab, at + 2, slab.length);
      const node = liesInZone(image, target) ? this.walk.glue(image, target) : 0;
      if (node === 0) continue;
      sections.from(image, node, target.octets, target.at);
      if (!this.addAddresses(node) && isBelow(target, owner, ownerAt)) complete = false;
    }
    return complete;
  }
}

/** Writes the label `_8443` for 8443 to the front. Returns its octets with the length. */
function writePortLabel(port: number, to: Uint8Array): number {
  let digits = 1;
  for (let rest = port; rest > 9; rest = Math.floor(rest / 10)) digits++;
  to[0] = 1 + digits;
  to[1] = 0x5f;
  for (let i = digits, rest = port; i > 0; i--, rest = Math.floor(rest / 10)) to[1 + i] = 0x30 + (rest % 10);
  return 2 + digits;
}

function isWildcard(octets: Uint8Array, at: number): boolean {
  return octets[at] === 1 && octets[at + 1] === 0x2a;
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
