/**
 * A zone as one flat piece of memory: no object per record, so that a million records cost tens of bytes
 * each, nothing for the garbage collector to walk, and threads can share it. Written by `ZoneImageBuilder`;
 * a zone that may change has room behind its slab, into which `ZoneEditor` appends.
 *
 *     header   16 x u32: see `Header`
 *     slots    u32 each, a power of two: where a node is in the slab, 0 when empty;
 *              open addressing by hash(parent, label)
 *     origin   its wire form
 *     slab     nodes, each after its parent, the apex first:
 *
 *       node   | parent u32 | flags u8 | RRsets u16 | label: length u8 + octets, case kept | RRsets by type |
 *       RRset  | type u16 | records u16 | TTL u32 | octets of RDATA u32 | RDATA: length u16 + octets ... |
 *
 *     denial   signed zones only, at the next multiple of four: u32 each, the nodes with the NSEC records, or
 *              with those of one NSEC3 chain, in canonical order
 *     room     zones that may change only: later versions of nodes, and nodes that were added
 *
 * A node that changes is written anew in the room, with the identity of its first version in the four octets
 * before it, and its slot (or the header, for the apex) is pointed to the new one. What was there before
 * stays until the whole image is replaced, so that a thread that reads it reads on undisturbed. Children name
 * their parent by its identity, which is where its first version stands.
 *
 * Signatures of one name are an RRset for each type they cover, in the order of these types.
 * A name is found by walking down from the apex one label at a time, which meets zone cuts, DNAMEs and the
 * closest encloser on the way (RFC 1034 §4.3.2), and makes empty non-terminals nodes like any other (RFC 4592
 * §2.2.2). Names in RDATA stand uncompressed.
 */
import { type Name, nameFromOctets, nameOctets, parentName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { hashChild, hashLabel, hashName, labelHashSeed, lowerOctet } from "./label-hash.ts";

/** Indices into the header. */
export const Header = {
  magic: 0,
  seed: 1,
  slotCount: 2,
  slabOctets: 3,
  nodes: 4,
  rrsets: 5,
  records: 6,
  originOctets: 7,
  /** Nodes with records that deny. */
  denialNodes: 8,
  /** Where in the slab the RDATA of the NSEC3PARAM record is, or 0: the zone has NSEC. */
  nsec3Param: 9,
  /** 1: signed. */
  signed: 10,
  /** Where in the slab the apex is now. */
  apex: 11,
  /** Even; odd while a change is being swapped in. Goes up with each change. */
  version: 12,
  /** Where in the slab the next node will be appended; behind it there is nothing. */
  end: 13,
  /** Where the denial index begins, in octets from the start of the buffer. */
  denialAt: 14,
  /** Where in the slab the room for changes begins. */
  room: 15,
} as const;
export const headerWords = 16;
/** The version of an image whose place another has taken. */
export const retiredVersion = -1;
export const imageMagic = 0x48505a32; // "HPZ2"

export const NodeFlag = {
  /** Has NS records and is not the apex: names from here on belong to someone else. */
  cut: 1,
  /** Has a DNAME record. RFC 6672. */
  dname: 2,
  /** Has a CNAME record. */
  cname: 4,
  /** Has a child `*`. */
  wildcardBelow: 8,
  /** Has a child. */
  parent: 16,
  /**
   * Has nothing but NSEC3 records and their signatures: not a name of the zone for any other question. RFC
   * 5155 §7.2.8.
   */
  hashed: 32,
  /** A later version: its identity stands in the four octets before it. */
  moved: 64,
  /** Was a name of the zone, and is none now. */
  removed: 128,
} as const;

/** Octets before the label of a node, and before the RDATA of an RRset. */
export const nodeHeadOctets = 7;
export const rrsetHeadOctets = 12;
/** Before each node in the room: its identity. */
export const identityOctets = 4;
/** The identity of the apex, and its first place; offset 0 means "none". */
export const apexNode = 8;

/** True when the labels (length octet first) are the same but for case. */
export function labelsEqual(one: Uint8Array, oneAt: number, other: Uint8Array, otherAt: number): boolean {
  const length = one[oneAt]!;
  if (length !== other[otherAt]!) return false;
  for (let i = 1; i <= length; i++) {
    const octet = one[oneAt + i]!;
    const otherOctet = other[otherAt + i]!;
    if (octet !== otherOctet && lowerOctet[octet] !== lowerOctet[otherOctet]) return false;
  }
  return true;
}

export interface ZoneRecord {
  readonly owner: Name;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** Reads a zone image. Nodes and RRsets are offsets into `slab`; 0 means "none". */
export class ZoneImage {
  readonly buffer: ArrayBufferLike;
  readonly slab: Uint8Array;
  readonly origin: Name;
  /** Wire form, case kept. */
  readonly originOctets: Uint8Array;
  readonly originHash: number;
  /** The zone has keys and signatures, and proves what it does not have. RFC 4035 §2. */
  readonly signed: boolean;
  /** Nodes with the records of the NSEC or NSEC3 chain in canonical order. Empty unless signed. */
  readonly denialNodes: Uint32Array;
  /** RDATA of the chain's NSEC3PARAM record: its length in two octets, then its octets. 0 with NSEC. */
  readonly nsec3Param: number;
  /** Where the apex is, as of the last `begin`. */
  apex: number = apexNode;
  /** The header, live. */
  private readonly header: Int32Array;
  private readonly slots: Uint32Array;
  private readonly mask: number;
  /** Of the zone as it was at the last `begin`. */
  version = 0;

  constructor(buffer: ArrayBufferLike) {
    const header = new Int32Array(buffer, 0, headerWords);
    if (header[Header.magic] !== imageMagic) throw new TypeError("not a zone image");
    if (header[Header.seed] !== labelHashSeed) throw new TypeError("a zone image of another process");
    const slotCount = header[Header.slotCount]!;
    const originAt = headerWords * 4 + slotCount * 4;
    const slabAt = originAt + header[Header.originOctets]!;
    this.buffer = buffer;
    this.header = header;
    this.slots = new Uint32Array(buffer, headerWords * 4, slotCount);
    this.mask = slotCount - 1;
    this.originOctets = new Uint8Array(buffer, originAt, header[Header.originOctets]!);
    this.originHash = hashName(this.originOctets, 0);
    // With the denial index and the room, so that later versions of nodes are within reach.
    this.slab = new Uint8Array(buffer, slabAt);
    this.origin = nameFromOctets(this.originOctets);
    this.signed = header[Header.signed] === 1;
    this.nsec3Param = header[Header.nsec3Param]!;
    this.denialNodes = new Uint32Array(buffer, header[Header.denialAt]!, header[Header.denialNodes]!);
    this.begin();
  }

  get nodeCount(): number {
    return this.header[Header.nodes]!;
  }

  get rrsetCount(): number {
    return this.header[Header.rrsets]!;
  }

  get recordCount(): number {
    return this.header[Header.records]!;
  }

  /** Takes the zone as it is now. What is read from here on belongs together as long as `isCurrent`. */
  begin(): void {
    this.version = Atomics.load(this.header, Header.version);
    this.apex = loadWord(this.header, Header.apex);
  }

  /** False when a change was swapped in since `begin`, or was just being swapped in then. */
  isCurrent(): boolean {
    return (this.version & 1) === 0 && Atomics.load(this.header, Header.version) === this.version;
  }

  /**
   * True when another image had taken this one's place at the last `begin`: it will never be current again,
   * so that whoever holds it must see to getting the other one.
   */
  get isRetired(): boolean {
    return this.version === retiredVersion;
  }

  /** The node of the label at `labelAt` in `octets` below the node with the identity `parent`, or 0. */
  child(parent: number, octets: Uint8Array, labelAt: number): number {
    return this.childHashed(parent, hashLabel(octets, labelAt), octets, labelAt);
  }

  /** The same, for who has the hash of the label. */
  childHashed(parent: number, labelHash: number, octets: Uint8Array, labelAt: number): number {
    const { slots, mask, slab } = this;
    for (let slot = hashChild(parent, labelHash) & mask; ; slot = (slot + 1) & mask) {
      const node = loadWord(slots, slot);
      if (node === 0) return 0;
      if (readU32(slab, node) === parent && labelsEqual(slab, node + nodeHeadOctets, octets, labelAt)) {
        return (slab[node + 4]! & NodeFlag.removed) === 0 ? node : 0;
      }
    }
  }

  /** By what its children, and later versions of it, name a node. */
  identity(node: number): number {
    return (this.slab[node + 4]! & NodeFlag.moved) === 0 ? node : readU32(this.slab, node - 4);
  }

  /** The node of a name that lies in the zone, or 0. */
  find(name: Name): number {
    const octets = nameOctets(name);
    const labelAts: number[] = [];
    const end = octets.length - this.originOctets.length;
    let at = 0;
    for (; at < end; at += 1 + octets[at]!) labelAts.push(at);
    if (at !== end) return 0;
    let node = this.apex;
    for (let i = labelAts.length - 1; i >= 0 && node !== 0; i--)
      node = this.child(this.identity(node), octets, labelAts[i]!);
    return node;
  }

  /** The identity of a node's parent. */
  parent(node: number): number {
    return readU32(this.slab, node);
  }

  flags(node: number): number {
    return this.slab[node + 4]!;
  }

  rrsetsAt(node: number): number {
    return readU16(this.slab, node + 5);
  }

  /** Where the node's label is in the slab: its length, then its octets. */
  labelAt(node: number): number {
    return node + nodeHeadOctets;
  }

  firstRrset(node: number): number {
    const labelAt = node + nodeHeadOctets;
    return labelAt + 1 + this.slab[labelAt]!;
  }

  nextRrset(rrset: number): number {
    return rrset + rrsetHeadOctets + readU32(this.slab, rrset + 8);
  }

  /** The node's RRset of a type, or 0. */
  rrset(node: number, type: number): number {
    const { slab } = this;
    let rrset = this.firstRrset(node);
    for (let left = readU16(slab, node + 5); left > 0; left--) {
      const found = readU16(slab, rrset);
      if (found === type) return rrset;
      if (found > type) return 0;
      rrset = rrset + rrsetHeadOctets + readU32(slab, rrset + 8);
    }
    return 0;
  }

  /** The node's signatures of a type, or 0. */
  signatures(node: number, covered: number): number {
    const { slab } = this;
    let rrset = this.firstRrset(node);
    for (let left = readU16(slab, node + 5); left > 0; left--) {
      const type = readU16(slab, rrset);
      if (type > RRType.RRSIG) return 0;
      if (type === RRType.RRSIG && readU16(slab, rrset + rrsetHeadOctets + 2) === covered) return rrset;
      rrset = rrset + rrsetHeadOctets + readU32(slab, rrset + 8);
    }
    return 0;
  }

  type(rrset: number): number {
    return readU16(this.slab, rrset);
  }

  recordsIn(rrset: number): number {
    return readU16(this.slab, rrset + 2);
  }

  /** Seconds. */
  ttl(rrset: number): number {
    return readU32(this.slab, rrset + 4);
  }

  /**
   * Where the first RDATA is in the slab: its length in two octets, then its octets; the next one follows.
   */
  firstRdata(rrset: number): number {
    return rrset + rrsetHeadOctets;
  }

  /** The absolute name of a node. */
  nodeName(node: number): Name {
    let name = "";
    let at = node;
    for (let identity = this.identity(node); identity !== apexNode; identity = this.parent(identity)) {
      if (at === 0) at = this.present(identity) || identity;
      const labelAt = at + nodeHeadOctets;
      const end = labelAt + this.slab[labelAt]!;
      for (let i = labelAt; i <= end; i++) name += String.fromCharCode(this.slab[i]!);
      at = 0;
    }
    return (name + this.origin) as Name;
  }

  /** All nodes as they are now, parents before children, empty non-terminals too. */
  *nodes(): Generator<number> {
    const room = this.header[Header.room]!;
    const end = this.header[Header.end]!;
    yield* this.nodesBetween(apexNode, this.header[Header.slabOctets]!, 0, end > room);
    yield* this.nodesBetween(room, end, identityOctets, true);
  }

  /** `gap`: octets before each node. `changed`: there may be later versions of these nodes. */
  private *nodesBetween(from: number, end: number, gap: number, changed: boolean): Generator<number> {
    for (let at = from; at < end; ) {
      const node = at + gap;
      if (!changed) yield node;
      else if (this.identity(node) === node) {
        const current = this.present(node);
        if (current !== 0) yield current;
      }
      at = this.nodeEnd(node);
    }
  }

  /** Where the node with an identity is now, or 0 when it was removed. */
  present(identity: number): number {
    if (identity === apexNode) return this.header[Header.apex]!;
    return this.child(this.parent(identity), this.slab, this.labelAt(identity));
  }

  /** The octet behind the node's last RRset. */
  nodeEnd(node: number): number {
    let rrset = this.firstRrset(node);
    for (let sets = this.rrsetsAt(node); sets > 0; sets--) rrset = this.nextRrset(rrset);
    return rrset;
  }

  /** RDATA of an RRset, in the order of the file. Copies. */
  rdata(rrset: number): Uint8Array[] {
    const list: Uint8Array[] = [];
    let at = this.firstRdata(rrset);
    for (let left = this.recordsIn(rrset); left > 0; left--) {
      const length = readU16(this.slab, at);
      list.push(this.slab.slice(at + 2, at + 2 + length));
      at += 2 + length;
    }
    return list;
  }

  /** All records of a node. */
  *recordsOf(node: number): Generator<ZoneRecord> {
    const owner = this.nodeName(node);
    let rrset = this.firstRrset(node);
    for (let sets = this.rrsetsAt(node); sets > 0; sets--) {
      for (const rdata of this.rdata(rrset))
        yield { owner, type: this.type(rrset), ttl: this.ttl(rrset), rdata };
      rrset = this.nextRrset(rrset);
    }
  }

  /** All records, parents before children. */
  *records(): Generator<ZoneRecord> {
    for (const node of this.nodes()) yield* this.recordsOf(node);
  }

  /** The serial number of the zone. RFC 1035 §3.3.13. */
  serial(): number {
    const soa = this.rrset(this.apex, RRType.SOA);
    const end = this.nextRrset(soa);
    return readU32(this.slab, end - 20);
  }

  /**
   * The topmost delegation or DNAME above or at `name`, which hides what lies below it; undefined when there
   * is none.
   */
  occluder(name: Name): Name | undefined {
    let found: Name | undefined;
    for (let at = name; at.length > this.origin.length; at = parentName(at)) {
      const node = this.find(at);
      if (node === 0) continue;
      const flags = this.flags(node);
      if ((flags & NodeFlag.cut) !== 0 || ((flags & NodeFlag.dname) !== 0 && at !== name)) found = at;
    }
    return found;
  }
}

/** x64 does not let a load pass an earlier one, and an atomic load costs ten times as much as a plain one. */
const loadsStayInOrder = process.arch === "x64";

/** A word that the writer swaps: what is read after it must not be older, nor what was read before newer. */
function loadWord(words: Int32Array | Uint32Array, at: number): number {
  return loadsStayInOrder ? words[at]! : Atomics.load(words, at);
}

/** The next multiple of four, where words can stand. */
export function wordAligned(octets: number): number {
  return (octets + 3) & ~3;
}

export function readU16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}

export function readU32(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

export function writeU16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

export function writeU32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}
