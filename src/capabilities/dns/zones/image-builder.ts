/**
 * Builds a `ZoneImage` from records in any order. Keeps them in growing flat tables, never as objects,
 * because a zone may have millions. `finish` lays them out and lets the tables go.
 */
import { type Name, nameOctets } from "#protocols/dns/name.ts";
import { canonicalRdata } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import {
  apexNode,
  headerWords,
  labelsEqual,
  NodeFlag,
  nodeHeadOctets,
  readU16,
  readU32,
  rrsetHeadOctets,
  writeU16,
  writeU32,
  type ZoneImage,
} from "./image.ts";
import { copyOctets, ImageLayout } from "./image-layout.ts";
import { hashChild, hashLabel, lowerOctet } from "./label-hash.ts";
import { zoneLimits } from "./limits.ts";
import { rrsetKey } from "./rrset-draft.ts";

/** What the builder leaves out, and says. */
export interface BuilderNote {
  readonly owner: Uint8Array;
  readonly type: number;
  readonly what: "duplicate" | "too-many-records";
}

/**
 * Words of a node, an RRset and a record in the builder's tables. Index 0 of nodes is the apex; others count
 * from 1.
 */
const nodeWords = 4; // parent, label offset, first RRset, flags
const rrsetWords = 6; // next RRset of the node, key, TTL, records, first record, last record
const recordHeadOctets = 6; // next record u32, length u16

export class ZoneImageBuilder {
  /** Records that stood twice or were too many for one set; bounded. */
  readonly notes: BuilderNote[] = [];
  private readonly origin: Uint8Array;
  private nodes: Uint32Array;
  private nodeCount = 1;
  private rrsets: Uint32Array;
  private rrsetCount = 1;
  private records: Uint8Array;
  private recordsEnd = 4;
  private recordCount = 0;
  private slots: Uint32Array;
  private readonly labelAts = new Uint8Array(128);
  private readonly lastOwner = new Uint8Array(256);
  private lastOwnerLength = 0;
  private lastNode = 0;

  /** `expected` records: a guess that saves growing. */
  constructor(origin: Name, expected = 16) {
    this.origin = nameOctets(origin);
    this.nodes = new Uint32Array((expected + 1) * nodeWords);
    this.rrsets = new Uint32Array((expected + 1) * rrsetWords);
    this.records = new Uint8Array(expected * 24 + 64);
    this.slots = new Uint32Array(slotsFor(expected + 1));
    this.records[this.recordsEnd++] = 0; // the apex has an empty label
    this.nodes[1] = this.recordsEnd - 1;
  }

  get size(): number {
    return this.recordCount;
  }

  /** Adds a record; false when its owner is not in the zone. */
  add(
    owner: Uint8Array,
    ownerLength: number,
    type: number,
    ttl: number,
    rdata: Uint8Array,
    rdataLength: number,
  ): boolean {
    const node = this.nodeOf(owner, ownerLength);
    if (node === -1) return false;
    const rrset = this.rrsetOf(node, type, rrsetKey(type, rdata), ttl);
    if (this.rrsets[rrset * rrsetWords + 3] === zoneLimits.recordsPerRrsetMax) {
      this.note(owner, ownerLength, type, "too-many-records");
      return true;
    }
    const at = this.reserve(recordHeadOctets + rdataLength);
    const { records, rrsets } = this;
    writeU32(records, at, 0);
    writeU16(records, at + 4, rdataLength);
    copyOctets(rdata, 0, records, at + recordHeadOctets, rdataLength);
    const base = rrset * rrsetWords;
    if (rrsets[base + 4] === 0) rrsets[base + 4] = at;
    else writeU32(records, rrsets[base + 5]!, at);
    rrsets[base + 5] = at;
    rrsets[base + 3]!++;
    rrsets[base + 2] = ttl; // one TTL for all of a set (RFC 2181 §5.2): the one read last, as in BIND
    this.recordCount++;
    return true;
  }

  /** Lays the zone out. The builder is of no use afterwards. */
  finish(): ZoneImage {
    const slotCount = slotsFor(this.nodeCount);
    const slabAt = headerWords * 4 + slotCount * 4 + this.origin.length;
    const layout = new ImageLayout(slotCount, slabAt, this.slabOctetsMax(), this.denialNodesMax());
    layout.octets.set(this.origin, slabAt - this.origin.length);
    const placed = new Uint32Array(this.nodeCount);
    const order: number[] = [];
    for (let node = 0; node < this.nodeCount; node++) {
      const base = node * nodeWords;
      order.length = 0;
      for (let rrset = this.nodes[base + 2]!; rrset !== 0; rrset = this.rrsets[rrset * rrsetWords]!)
        order.push(rrset);
      if (order.length > 1)
        order.sort((a, b) => this.rrsets[a * rrsetWords + 1]! - this.rrsets[b * rrsetWords + 1]!);
      if ((this.nodes[base + 3]! & NodeFlag.hashed) !== 0) this.checkHashed(node, order);
      const parent = node === 0 ? 0 : placed[this.nodes[base]!]!;
      placed[node] = layout.node(
        parent,
        this.nodes[base + 3]!,
        order.length,
        this.records,
        this.nodes[base + 1]!,
      );
      for (const rrset of order) this.layRrset(layout, placed[node]!, rrset);
    }
    const { nodeCount } = this;
    this.release();
    return layout.finish(this.origin.length, nodeCount);
  }

  /** Takes the flag from a node with NSEC3 records that is a name of the zone too. */
  private checkHashed(node: number, rrsets: readonly number[]): void {
    const flags = node * nodeWords + 3;
    const types = rrsets.map((rrset) => this.rrsets[rrset * rrsetWords + 1]! >>> 16);
    const isName = types.some((type) => type !== RRType.NSEC3 && type !== RRType.RRSIG);
    if (isName || (this.nodes[flags]! & NodeFlag.parent) !== 0) this.nodes[flags]! &= ~NodeFlag.hashed;
  }

  private layRrset(layout: ImageLayout, node: number, rrset: number): void {
    const { records, rrsets } = this;
    const base = rrset * rrsetWords;
    const type = rrsets[base + 1]! >>> 16;
    const seen = rrsets[base + 3]! > 1 ? new Set<string>() : undefined;
    layout.rrset(type, rrsets[base + 2]!);
    for (let at = rrsets[base + 4]!; at !== 0; at = readU32(records, at)) {
      const length = readU16(records, at + 4);
      const rdataAt = at + recordHeadOctets;
      if (seen !== undefined) {
        const canonical = canonicalRdata(type, records.subarray(rdataAt, rdataAt + length));
        const key = Buffer.from(canonical.buffer, canonical.byteOffset, canonical.length).toString("latin1");
        if (seen.has(key)) {
          this.noteNode(node, layout, type);
          continue;
        }
        seen.add(key);
      }
      layout.rdata(records, rdataAt, length);
    }
    layout.closeRrset();
  }

  /** The node of an owner name, made with its ancestors when new; -1 outside the zone. */
  private nodeOf(owner: Uint8Array, ownerLength: number): number {
    if (ownerLength === this.lastOwnerLength && octetsEqual(owner, this.lastOwner, ownerLength))
      return this.lastNode;
    const end = ownerLength - this.origin.length;
    if (end < 0) return -1;
    let labels = 0;
    let at = 0;
    while (at < end) {
      this.labelAts[labels++] = at;
      at += 1 + owner[at]!;
    }
    if (at !== end) return -1;
    for (let i = 0; i < this.origin.length; i++) {
      if (lowerOctet[owner[end + i]!] !== lowerOctet[this.origin[i]!]) return -1;
    }
    let node = 0;
    while (labels > 0) node = this.childOf(node, owner, this.labelAts[--labels]!);
    this.lastOwnerLength = ownerLength;
    copyOctets(owner, 0, this.lastOwner, 0, ownerLength);
    this.lastNode = node;
    return node;
  }

  private childOf(parent: number, owner: Uint8Array, labelAt: number): number {
    if (this.nodeCount * 2 > this.slots.length) this.growSlots();
    const mask = this.slots.length - 1;
    let slot = hashChild(parent, hashLabel(owner, labelAt)) & mask;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const base = this.slots[slot]! * nodeWords;
      if (this.nodes[base] === parent && labelsEqual(this.records, this.nodes[base + 1]!, owner, labelAt)) {
        return this.slots[slot]!;
      }
    }
    const node = this.nodeCount++;
    if (this.nodeCount * nodeWords > this.nodes.length) this.nodes = grownWords(this.nodes);
    const label = this.reserve(1 + owner[labelAt]!);
    copyOctets(owner, labelAt, this.records, label, 1 + owner[labelAt]!);
    this.nodes[node * nodeWords] = parent;
    this.nodes[node * nodeWords + 1] = label;
    this.slots[slot] = node;
    const isWildcard = owner[labelAt] === 1 && owner[labelAt + 1] === 0x2a;
    this.nodes[parent * nodeWords + 3]! |= NodeFlag.parent | (isWildcard ? NodeFlag.wildcardBelow : 0);
    return node;
  }

  private rrsetOf(node: number, type: number, key: number, ttl: number): number {
    const head = node * nodeWords + 2;
    for (let rrset = this.nodes[head]!; rrset !== 0; rrset = this.rrsets[rrset * rrsetWords]!) {
      if (this.rrsets[rrset * rrsetWords + 1] === key) return rrset;
    }
    const rrset = this.rrsetCount++;
    if (this.rrsetCount * rrsetWords > this.rrsets.length) this.rrsets = grownWords(this.rrsets);
    const base = rrset * rrsetWords;
    this.rrsets[base] = this.nodes[head]!;
    this.rrsets[base + 1] = key;
    this.rrsets[base + 2] = ttl;
    this.nodes[head] = rrset;
    const flags = node * nodeWords + 3;
    if (type === RRType.NS && node !== 0) this.nodes[flags]! |= NodeFlag.cut;
    else if (type === RRType.DNAME) this.nodes[flags]! |= NodeFlag.dname;
    else if (type === RRType.CNAME) this.nodes[flags]! |= NodeFlag.cname;
    else if (type === RRType.NSEC3) this.nodes[flags]! |= NodeFlag.hashed;
    return rrset;
  }

  private growSlots(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let node = 1; node < this.nodeCount; node++) {
      const base = node * nodeWords;
      let slot = hashChild(this.nodes[base]!, hashLabel(this.records, this.nodes[base + 1]!)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = node;
    }
  }

  private reserve(length: number): number {
    const at = this.recordsEnd;
    if (at + length > this.records.length) {
      const grown = new Uint8Array(Math.max(at + length, Math.ceil(this.records.length * 1.5)));
      grown.set(this.records.subarray(0, at));
      this.records = grown;
    }
    this.recordsEnd = at + length;
    return at;
  }

  /** Labels and RDATA lie in `records` behind heads that are larger than those in the image. */
  private slabOctetsMax(): number {
    return apexNode + this.recordsEnd + this.nodeCount * nodeHeadOctets + this.rrsetCount * rrsetHeadOctets;
  }

  /** Of the index for denials: none unless the zone has a key. */
  private denialNodesMax(): number {
    let keys = 0;
    let nsec = 0;
    let nsec3 = 0;
    for (let rrset = 1; rrset < this.rrsetCount; rrset++) {
      const type = this.rrsets[rrset * rrsetWords + 1]! >>> 16;
      if (type === RRType.DNSKEY) keys++;
      else if (type === RRType.NSEC) nsec++;
      else if (type === RRType.NSEC3) nsec3++;
    }
    return keys === 0 ? 0 : Math.max(nsec, nsec3);
  }

  private note(owner: Uint8Array, ownerLength: number, type: number, what: BuilderNote["what"]): void {
    if (this.notes.length < 1000) this.notes.push({ owner: owner.slice(0, ownerLength), type, what });
  }

  private noteNode(node: number, layout: ImageLayout, type: number): void {
    const owner = layout.ownerOf(node, this.origin);
    this.note(owner, owner.length, type, "duplicate");
  }

  private release(): void {
    this.nodes = this.rrsets = this.slots = new Uint32Array(0);
    this.records = new Uint8Array(0);
  }
}

/** At most half full, so that a search ends soon. */
function slotsFor(nodes: number): number {
  let slots = 4;
  while (slots < nodes * 2) slots *= 2;
  return slots;
}

function grownWords(words: Uint32Array): Uint32Array {
  const grown = new Uint32Array(Math.ceil(words.length * 1.5) + 64);
  grown.set(words);
  return grown;
}

function octetsEqual(one: Uint8Array, other: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return false;
  return true;
}
