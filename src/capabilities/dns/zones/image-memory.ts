/** The writer's view of a zone image: what readers have no business with. One thread at a time has it. */
import {
  apexNode,
  Header,
  headerWords,
  identityOctets,
  labelsEqual,
  NodeFlag,
  nodeHeadOctets,
  readU32,
  type ZoneImage,
} from "./image.ts";
import { hashChild, hashLabel } from "./label-hash.ts";
import { OffsetMap } from "./offset-map.ts";

export class ImageMemory {
  readonly image: ZoneImage;
  readonly header: Int32Array;
  readonly slots: Uint32Array;
  readonly slab: Uint8Array;

  constructor(image: ZoneImage) {
    this.image = image;
    this.header = new Int32Array(image.buffer, 0, headerWords);
    this.slots = new Uint32Array(image.buffer, headerWords * 4, this.header[Header.slotCount]!);
    this.slab = image.slab;
  }

  /** Where the next version of a node will begin. */
  get end(): number {
    return this.header[Header.end]! >>> 0;
  }

  /** Where the room for changes begins. */
  get room(): number {
    return this.header[Header.room]! >>> 0;
  }

  /** Slot of the node with this parent and label, removed or not; -1 when there is none. */
  locate(parent: number, octets: Uint8Array, labelAt: number): number {
    const { slots, slab } = this;
    const mask = slots.length - 1;
    for (let slot = hashChild(parent, hashLabel(octets, labelAt)) & mask; ; slot = (slot + 1) & mask) {
      const node = slots[slot]!;
      if (node === 0) return -1;
      if (readU32(slab, node) === parent && labelsEqual(slab, node + nodeHeadOctets, octets, labelAt))
        return slot;
    }
  }

  /** True when no later version of the node was written. */
  isLatest(node: number): boolean {
    if (this.image.identity(node) === apexNode) return node === this.header[Header.apex];
    const slot = this.locate(readU32(this.slab, node), this.slab, node + nodeHeadOctets);
    return this.slots[slot] === node;
  }

  /** Puts a node that has no slot yet into a free one. */
  insert(node: number): void {
    const { slots, slab } = this;
    const mask = slots.length - 1;
    let slot = hashChild(readU32(slab, node), hashLabel(slab, node + nodeHeadOctets)) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    Atomics.store(slots, slot, node);
  }

  /** Slots that hold a node, removed or not. */
  slotsUsed(): number {
    if (this.room === this.end) return this.header[Header.nodes]! - 1;
    let used = 0;
    for (const node of this.slots) if (node !== 0) used++;
    return used;
  }

  /** How many children each node has that has any, by its identity. */
  childCounts(): OffsetMap {
    const { slots, slab } = this;
    const counts = new OffsetMap();
    for (const node of slots) {
      if (node !== 0 && (slab[node + 4]! & NodeFlag.removed) === 0) counts.add(readU32(slab, node), 1);
    }
    return counts;
  }

  /** Octets that a version of a node takes, with its identity if it stands in the room. */
  octetsOf(node: number): number {
    return this.image.nodeEnd(node) - node + (node < this.room ? 0 : identityOctets);
  }
}
