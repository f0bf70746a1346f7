/** The writer of a zone image: nodes and record sets, in the order in which `image.ts` draws them. */
import { denialOf } from "./denial-index.ts";
import {
  apexNode,
  Header,
  headerWords,
  imageMagic,
  NodeFlag,
  nodeHeadOctets,
  readU16,
  readU32,
  rrsetHeadOctets,
  wordAligned,
  writeU16,
  writeU32,
  ZoneImage,
} from "./image.ts";
import { hashChild, hashLabel, labelHashSeed } from "./label-hash.ts";

/** Writes the image front to back. */
export class ImageLayout {
  readonly octets: Uint8Array;
  private readonly buffer: SharedArrayBuffer;
  private readonly slabAt: number;
  private readonly slab: Uint8Array;
  private readonly slots: Uint32Array;
  private end: number = apexNode;
  private rrsetAt = 0;
  private rrsets = 0;
  private records = 0;

  /** `room`: octets behind the zone for changes of it. */
  constructor(slotCount: number, slabAt: number, slabOctets: number, denialNodes: number, room = 0) {
    this.buffer = new SharedArrayBuffer(wordAligned(slabAt + slabOctets) + denialNodes * 4 + room);
    this.octets = new Uint8Array(this.buffer);
    this.slots = new Uint32Array(this.buffer, headerWords * 4, slotCount);
    this.slabAt = slabAt;
    this.slab = new Uint8Array(this.buffer, slabAt);
  }

  node(parent: number, flags: number, rrsets: number, labels: Uint8Array, labelAt: number): number {
    const { slab } = this;
    const node = this.end;
    const length = 1 + labels[labelAt]!;
    writeU32(slab, node, parent);
    slab[node + 4] = flags;
    writeU16(slab, node + 5, rrsets);
    copyOctets(labels, labelAt, slab, node + nodeHeadOctets, length);
    this.end = node + nodeHeadOctets + length;
    if (parent !== 0) {
      const mask = this.slots.length - 1;
      let slot = hashChild(parent, hashLabel(slab, node + nodeHeadOctets)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = node;
    }
    return node;
  }

  rrset(type: number, ttl: number): void {
    this.rrsetAt = this.end;
    writeU16(this.slab, this.end, type);
    writeU32(this.slab, this.end + 4, ttl);
    this.end += rrsetHeadOctets;
    this.rrsets++;
  }

  rdata(from: Uint8Array, at: number, length: number): void {
    writeU16(this.slab, this.end, length);
    copyOctets(from, at, this.slab, this.end + 2, length);
    this.end += 2 + length;
    writeU16(this.slab, this.rrsetAt + 2, readU16(this.slab, this.rrsetAt + 2) + 1);
    this.records++;
  }

  closeRrset(): void {
    writeU32(this.slab, this.rrsetAt + 8, this.end - this.rrsetAt - rrsetHeadOctets);
  }

  /** Takes a node with its record sets over from another image, but for the flags that speak of children. */
  copy(from: ZoneImage, version: number, parent: number): number {
    const { slab } = from;
    const flags = from.flags(version) & ~(NodeFlag.moved | NodeFlag.parent | NodeFlag.wildcardBelow);
    const sets = from.rrsetsAt(version);
    const node = this.node(parent, flags, sets, slab, from.labelAt(version));
    const first = from.firstRrset(version);
    let end = first;
    for (let left = sets; left > 0; left--) {
      this.records += from.recordsIn(end);
      end = from.nextRrset(end);
    }
    copyOctets(slab, first, this.slab, this.end, end - first);
    this.end += end - first;
    this.rrsets += sets;
    if (parent !== 0)
      this.slab[parent + 4]! |= NodeFlag.parent | (this.isWildcard(node) ? NodeFlag.wildcardBelow : 0);
    return node;
  }

  private isWildcard(node: number): boolean {
    const labelAt = node + nodeHeadOctets;
    return this.slab[labelAt] === 1 && this.slab[labelAt + 1] === 0x2a;
  }

  ownerOf(node: number, origin: Uint8Array): Uint8Array {
    const parts: number[] = [];
    for (let at = node; at !== apexNode; at = readU32(this.slab, at)) {
      const label = at + nodeHeadOctets;
      parts.push(...this.slab.subarray(label, label + 1 + this.slab[label]!));
    }
    return Uint8Array.from([...parts, ...origin]);
  }

  finish(originOctets: number, nodes: number): ZoneImage {
    const header = new Int32Array(this.buffer, 0, headerWords);
    const denialAt = wordAligned(this.slabAt + this.end);
    header[Header.magic] = imageMagic;
    header[Header.seed] = labelHashSeed;
    header[Header.slotCount] = this.slots.length;
    header[Header.slabOctets] = this.end;
    header[Header.nodes] = nodes;
    header[Header.rrsets] = this.rrsets;
    header[Header.records] = this.records;
    header[Header.originOctets] = originOctets;
    header[Header.apex] = apexNode;
    header[Header.denialAt] = denialAt;
    const denial = denialOf(new ZoneImage(this.buffer));
    const denialNodes = denial?.nodes ?? new Uint32Array(0);
    header[Header.signed] = denial === undefined ? 0 : 1;
    header[Header.nsec3Param] = denial?.nsec3Param ?? 0;
    header[Header.denialNodes] = denialNodes.length;
    new Uint32Array(this.buffer, denialAt, denialNodes.length).set(denialNodes);
    header[Header.room] = header[Header.end] = denialAt - this.slabAt + denialNodes.length * 4;
    return new ZoneImage(this.buffer);
  }
}

/** For the short runs copied here a loop is faster than `set`, which needs a view of the source. */
export function copyOctets(
  from: Uint8Array,
  fromAt: number,
  to: Uint8Array,
  toAt: number,
  length: number,
): void {
  if (length > 64) {
    to.set(from.subarray(fromAt, fromAt + length), toAt);
    return;
  }
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i]!;
}
