/**
 * Walks the records of a zone as they are at one moment, while the zone goes on changing in place or is
 * merged into another image. Nothing is copied: no version of a node is ever overwritten, so that the moment
 * is what stands before the end that the image had then. The nodes come in the order in which they first got
 * there, each in its last version before that end; of those that have moved it is remembered where to.
 */
import { RRType } from "#protocols/dns/registry.ts";
import {
  apexNode,
  Header,
  headerWords,
  identityOctets,
  NodeFlag,
  nodeHeadOctets,
  readU16,
  readU32,
  type ZoneImage,
} from "./image.ts";
import { copyOctets } from "./image-layout.ts";
import { OffsetMap } from "./offset-map.ts";

/**
 * Stands on one record after the other: the SOA record, the others of the apex, then those of all other
 * names, parents before their children, the records of a set after one another. What it says of a record are
 * offsets into `slab`. To be made in the thread that changes the zone, between two changes.
 */
export class ZoneCursor {
  readonly slab: Uint8Array;
  /** Wire form of the zone's name. */
  readonly origin: Uint8Array;
  /** The serial number of the zone. */
  readonly serial: number;
  /** The node that has the record, in its version of the moment. */
  node = 0;
  type = 0;
  /** Seconds. */
  ttl = 0;
  /** Where the length of the RDATA stands, in two octets, and the RDATA behind it. */
  rdataAt = 0;
  private readonly image: ZoneImage;
  private readonly apex: number;
  private readonly soa: number;
  /** Where the first versions end that the image was made with. */
  private readonly firstEnd: number;
  private readonly room: number;
  private readonly end: number;
  /** Where nodes are that are no longer where they first were, by identity: 8 to 20 octets each. */
  private readonly moved = new OffsetMap();
  private readonly hasMoved: boolean;
  private surveyedTo: number;
  /** Where the next node's first version begins. */
  private nextAt = 0;
  private rrsetsLeft = 0;
  private nextRrsetAt = 0;
  private recordsLeft = 0;
  private nextRdataAt = 0;

  constructor(image: ZoneImage) {
    const header = new Int32Array(image.buffer, 0, headerWords);
    image.begin();
    this.image = image;
    this.slab = image.slab;
    this.origin = image.originOctets;
    this.apex = image.apex;
    this.soa = image.rrset(image.apex, RRType.SOA);
    this.serial = image.serial();
    this.firstEnd = header[Header.slabOctets]! >>> 0;
    this.room = this.surveyedTo = header[Header.room]! >>> 0;
    this.end = header[Header.end]! >>> 0;
    this.hasMoved = this.end > this.room;
    this.restart();
  }

  /**
   * Looks where nodes have moved to, at most `nodes` of them.
   * @returns true when that is known of all, which must be so before `next` is called
   */
  survey(nodes: number): boolean {
    const { image, end } = this;
    let at = this.surveyedTo;
    for (let left = nodes; left > 0 && at < end; left--) {
      const node = at + identityOctets;
      at = image.nodeEnd(node);
      if ((image.flags(node) & NodeFlag.moved) !== 0) this.moved.set(image.identity(node), node);
    }
    this.surveyedTo = at;
    return at >= end;
  }

  /** Goes back to before the SOA record. */
  restart(): void {
    const { image, apex, soa } = this;
    this.node = apex;
    this.nextAt = image.nodeEnd(apexNode);
    this.rrsetsLeft = image.rrsetsAt(apex);
    this.nextRrsetAt = image.firstRrset(apex);
    this.enterRrset(soa);
  }

  /** Goes to the next record; false when there is none. */
  next(): boolean {
    if (this.recordsLeft === 0 && !this.nextRrset()) return false;
    this.recordsLeft--;
    const at = this.nextRdataAt;
    this.rdataAt = at;
    this.nextRdataAt = at + 2 + readU16(this.slab, at);
    return true;
  }

  /** Where the label of the node stands, behind its length; that of the apex has no octets. */
  get labelAt(): number {
    return this.node + nodeHeadOctets;
  }

  /** The identity of the node's parent; the apex is its own. */
  get parent(): number {
    return this.node === this.apex ? apexNode : readU32(this.slab, this.node);
  }

  get isApex(): boolean {
    return this.node === this.apex;
  }

  /** Writes the name of the node with an identity, in the case that it has. */
  copyName(identity: number, into: Uint8Array): void {
    const { slab, origin } = this;
    let to = 0;
    for (let at = identity; at !== apexNode; at = readU32(slab, at)) {
      const labelAt = this.version(at) + nodeHeadOctets;
      const octets = 1 + slab[labelAt]!;
      copyOctets(slab, labelAt, into, to, octets);
      to += octets;
    }
    copyOctets(origin, 0, into, to, origin.length);
  }

  private nextRrset(): boolean {
    for (;;) {
      while (this.rrsetsLeft === 0) if (!this.nextNode()) return false;
      this.rrsetsLeft--;
      const rrset = this.nextRrsetAt;
      this.nextRrsetAt = this.image.nextRrset(rrset);
      if (rrset === this.soa) continue;
      this.enterRrset(rrset);
      return true;
    }
  }

  private enterRrset(rrset: number): void {
    const { image } = this;
    this.type = image.type(rrset);
    this.ttl = image.ttl(rrset);
    this.recordsLeft = image.recordsIn(rrset);
    this.nextRdataAt = image.firstRdata(rrset);
  }

  /** Enters the next node; one that was removed has no record sets in its last version. */
  private nextNode(): boolean {
    const { image } = this;
    for (;;) {
      if (this.nextAt >= this.firstEnd && this.nextAt < this.room) this.nextAt = this.room;
      if (this.nextAt >= this.end) return false;
      const first = this.nextAt < this.room ? this.nextAt : this.nextAt + identityOctets;
      this.nextAt = image.nodeEnd(first);
      // A later version: its turn was that of the first one.
      if ((image.flags(first) & NodeFlag.moved) !== 0) continue;
      const version = this.version(first);
      this.node = version;
      this.rrsetsLeft = image.rrsetsAt(version);
      this.nextRrsetAt = image.firstRrset(version);
      return true;
    }
  }

  private version(identity: number): number {
    return this.hasMoved ? this.moved.get(identity) || identity : identity;
  }
}
