/**
 * Ready-made sections: a referral depends on the cut and a denial's SOA record on the zone, not on the name asked
 * for, so that they are written once and then copied behind the question. What makes them more than a copy are
 * the pointers, which must point to the same names in another message (RFC 1035 §4.1.4).
 *
 * A block is good for one version of its zone, and never served for another. The table has a fixed size; a block
 * may be put in the place of any other.
 */
import { limits } from "../limits.ts";
import { readU16, writeU16, type ZoneImage } from "../zones/image.ts";
import type { ResponseWriter } from "./response-writer.ts";

/** What a block holds. */
export const Block = { referral: 1, denial: 2 } as const;
export type Block = (typeof Block)[keyof typeof Block];

/** A block's place in the table: counts of its three sections, its pointers, its octets. */
const pointersAt = 6;
const octetsAt = pointersAt + 4 * limits.blockPointersMax;
const cellOctets = octetsAt + limits.blockOctetsMax;
const pointerTargetBits = 0x3fff;
/** Of a pointer's word: it leads into the block, not into the question. */
const intoBlock = 0x4000;

export class AnswerBlocks {
  private readonly images = Array.from<ZoneImage | undefined>({ length: limits.blocksMax });
  private readonly versions = new Int32Array(limits.blocksMax);
  /** The node, and what of it. */
  private readonly keys = new Float64Array(limits.blocksMax);
  private readonly lengths = new Uint16Array(limits.blocksMax);
  private readonly pointers = new Uint8Array(limits.blocksMax);
  private readonly views = Array.from<Uint8Array | undefined>({ length: limits.blocksMax });
  private turn = 0;
  private readonly cells = new Uint8Array(limits.blocksMax * cellOctets);

  /**
   * Writes the block of a node behind the question, and true; or false when there is none, or it does not fit.
   * @param ownerAt where in the question the node's name begins
   */
  write(writer: ResponseWriter, what: Block, image: ZoneImage, node: number, ownerAt: number): boolean {
    const key = node * 4 + what;
    let cell = setOf(what, node);
    if (!this.holds(cell, key, image)) cell++;
    if (!this.holds(cell, key, image)) return false;
    const { cells } = this;
    const start = cell * cellOctets;
    const begin = writer.at;
    if (!writer.copyWhole(this.octetsOf(cell), this.lengths[cell]!)) return false;
    const { octets } = writer;
    for (let i = 0, at = start + pointersAt; i < this.pointers[cell]!; i++, at += 4) {
      const target = readU16(cells, at + 2);
      const base = (target & intoBlock) === 0 ? ownerAt : begin;
      writeU16(octets, begin + readU16(cells, at), 0xc000 | (base + (target & pointerTargetBits)));
    }
    for (let section = 0; section < 3; section++) {
      writer.counts[section] = readU16(cells, start + 2 * section);
    }
    return true;
  }

  /** Keeps what the writer has written behind the question, unless it is long or leads elsewhere. */
  keep(writer: ResponseWriter, what: Block, image: ZoneImage, node: number, ownerAt: number): void {
    const { octets, sectionsAt: begin, pointerAts, pointerCount } = writer;
    const length = writer.at - begin;
    if (length > limits.blockOctetsMax || pointerCount > limits.blockPointersMax) return;
    const cell = this.placeFor(setOf(what, node), node * 4 + what);
    const start = cell * cellOctets;
    const { cells } = this;
    this.images[cell] = undefined; // until it is whole
    for (let i = 0, at = start + pointersAt; i < pointerCount; i++, at += 4) {
      const target = readU16(octets, pointerAts[i]!) & pointerTargetBits;
      if (target < ownerAt) return; // a part of the question that another question does not have
      writeU16(cells, at, pointerAts[i]! - begin);
      writeU16(cells, at + 2, target < begin ? target - ownerAt : intoBlock | (target - begin));
    }
    for (let section = 0; section < 3; section++) {
      writeU16(cells, start + 2 * section, writer.counts[section]!);
    }
    for (let i = 0; i < length; i++) cells[start + octetsAt + i] = octets[begin + i]!;
    this.lengths[cell] = length;
    this.pointers[cell] = pointerCount;
    this.keys[cell] = node * 4 + what;
    this.versions[cell] = image.version;
    this.images[cell] = image;
  }

  /** A view that is made once, since one for each answer would be garbage. */
  private octetsOf(cell: number): Uint8Array {
    const known = this.views[cell];
    if (known !== undefined) return known;
    const at = cell * cellOctets + octetsAt;
    const view = this.cells.subarray(at, at + limits.blockOctetsMax);
    this.views[cell] = view;
    return view;
  }

  private holds(cell: number, key: number, image: ZoneImage): boolean {
    return this.keys[cell] === key && this.images[cell] === image && this.versions[cell] === image.version;
  }

  /** Where it stood before, or where nothing does, or in the place of one of two others. */
  private placeFor(set: number, key: number): number {
    if (this.keys[set] === key || this.images[set] === undefined) return set;
    if (this.keys[set + 1] === key || this.images[set + 1] === undefined) return set + 1;
    this.turn ^= 1;
    return set + this.turn;
  }

  /** Lets go of all, so that images that are no longer served can be freed. */
  clear(): void {
    this.images.fill(undefined);
  }
}

/** Two places beside each other, in either of which a block may stand. */
function setOf(what: Block, node: number): number {
  return ((Math.imul(node ^ what, 0x9e3779b1) >>> 12) % (limits.blocksMax / 2)) * 2;
}
