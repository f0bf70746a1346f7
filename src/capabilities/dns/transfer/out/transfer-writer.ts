/**
 * Packs the records of a transfer into messages, as many as one takes (RFC 5936 §2.2), from the flat memory
 * of a zone or from records as data. Its buffer is used again and again: what `finish` gives is good until
 * the next `begin`. Nothing is allocated for a record.
 */

import { RRClass } from "#protocols/dns/registry.ts";
import { compressedNames, octetsBeforeNames } from "../../engine/compressed-names.ts";
import { nameEnd } from "../../engine/response-writer.ts";
import { readU16, writeU16, writeU32, type ZoneRecord } from "../../zones/image.ts";
import { copyOctets } from "../../zones/image-layout.ts";
import { hashChild, hashLabel } from "../../zones/label-hash.ts";
import type { ZoneCursor } from "../../zones/zone-moment.ts";
import { NameTable } from "./name-table.ts";

export interface MessageHead {
  readonly id: number;
  readonly flags: number;
  /** Its octets, echoed in the first message of a transfer only. RFC 5936 §2.2.2. */
  readonly question: Uint8Array | undefined;
  /** Octets that the message may have. */
  readonly octetsMax: number;
  /** An OPT record to close it with. */
  readonly opt: Uint8Array | undefined;
}

const headerOctets = 12;
const recordHeadOctets = 10;
const nameOctetsMax = 255;
const messageOctetsMax = 65_535;
const pointerBits = 0xc000;
const pointerTargetMax = 0x3fff;
/** Of the table of parents, a power of two: 16 KiB of a message hold fewer than half of that. */
const parentSlots = 4096;

export class TransferWriter {
  /** Records in the message. */
  records = 0;
  /** One record may begin before the limit and end behind it, so that only its end need be looked at. */
  private readonly octets = new Uint8Array(messageOctetsMax * 2 + nameOctetsMax + recordHeadOctets);
  private at = 0;
  private limit = 0;
  private head!: MessageHead;
  private readonly names = new NameTable();
  private readonly labelAts = new Uint8Array(128);
  private readonly suffixHashes = new Int32Array(128);
  /** The owner of a record that came as data. */
  private readonly owner = new Uint8Array(nameOctetsMax);
  /** The node whose record was written last, and where its name stands; 0: out of reach of pointers. */
  private node = 0;
  private nodeAt = 0;
  /** The same for its parent, and the hash of the parent's name. 0: not in the message yet. */
  private parent = 0;
  private parentAt = 0;
  private parentHash = 0;
  /** Its octets, while it is not in the message. */
  private readonly parentName = new Uint8Array(nameOctetsMax);
  /** Parents in the message: identity, place, hash of the name. Identity 0: an empty slot. */
  private readonly parentKeys = new Uint32Array(parentSlots);
  private readonly parentAts = new Uint16Array(parentSlots);
  private readonly parentHashes = new Int32Array(parentSlots);

  begin(head: MessageHead): void {
    this.head = head;
    this.records = 0;
    this.at = headerOctets;
    this.limit = Math.min(head.octetsMax, messageOctetsMax) - (head.opt?.length ?? 0);
    this.names.clear();
    this.parentKeys.fill(0);
    this.node = this.parent = this.nodeAt = this.parentAt = 0;
    const { question } = head;
    if (question === undefined) return;
    this.octets.set(question, headerOctets);
    this.at += question.length;
    const labels = this.hashSuffixes(question, 0);
    for (let i = 0; i < labels; i++) this.names.note(this.suffixHashes[i]!, headerOctets + this.labelAts[i]!);
  }

  /** Adds the record that the cursor stands on; false when it does not fit, and the message is to be sent. */
  addFrom(cursor: ZoneCursor): boolean {
    const mark = this.at;
    if (cursor.node === this.node && this.nodeAt !== 0) this.pointer(this.nodeAt);
    else this.writeOwner(cursor);
    const { slab, rdataAt } = cursor;
    return this.writeRecord(mark, cursor.type, cursor.ttl, slab, rdataAt + 2, readU16(slab, rdataAt));
  }

  /** The same for a record as data. */
  add({ owner, type, ttl, rdata }: ZoneRecord): boolean {
    const mark = this.at;
    for (let i = 0; i < owner.length; i++) this.owner[i] = owner.charCodeAt(i);
    this.writeName(this.owner, 0);
    return this.writeRecord(mark, type, ttl, rdata, 0, rdata.length);
  }

  /** The message, whose octets stay until the next `begin`. */
  finish(): Uint8Array {
    const { octets, head } = this;
    if (head.opt !== undefined) {
      octets.set(head.opt, this.at);
      this.at += head.opt.length;
    }
    writeU16(octets, 0, head.id);
    writeU16(octets, 2, head.flags);
    writeU16(octets, 4, head.question === undefined ? 0 : 1);
    writeU16(octets, 6, this.records);
    writeU16(octets, 8, 0);
    writeU16(octets, 10, head.opt === undefined ? 0 : 1);
    return octets.subarray(0, this.at);
  }

  private writeRecord(
    mark: number,
    type: number,
    ttl: number,
    from: Uint8Array,
    rdataAt: number,
    length: number,
  ): boolean {
    const { octets, at } = this;
    writeU16(octets, at, type);
    writeU16(octets, at + 2, RRClass.IN);
    writeU32(octets, at + 4, ttl);
    this.at = at + recordHeadOctets;
    this.writeRdata(type, from, rdataAt, length);
    writeU16(octets, at + 8, this.at - at - recordHeadOctets);
    if (this.at > this.limit || this.records === 0xffff) {
      this.at = mark;
      return false;
    }
    this.records++;
    return true;
  }

  /** The name of the cursor's node: its label, and what leads to its parent. */
  private writeOwner(cursor: ZoneCursor): void {
    const { isApex } = cursor;
    this.enterParent(cursor);
    this.node = cursor.node;
    if (!isApex) {
      const { slab, labelAt } = cursor;
      if (this.at <= pointerTargetMax) {
        this.nodeAt = this.at;
        this.names.note(hashChild(this.parentHash, hashLabel(slab, labelAt)), this.at);
      } else this.nodeAt = 0;
      this.copy(slab, labelAt, 1 + slab[labelAt]!);
    }
    if (this.parentAt !== 0) this.pointer(this.parentAt);
    else this.writeParent();
    if (isApex) this.nodeAt = this.parentAt;
  }

  /** Finds out whether the name of the node's parent stands in the message. */
  private enterParent(cursor: ZoneCursor): void {
    const { parent } = cursor;
    if (parent === this.parent) return;
    this.parent = parent;
    const slot = this.parentSlot(parent);
    this.parentAt = this.parentKeys[slot] === 0 ? 0 : this.parentAts[slot]!;
    if (this.parentAt !== 0) {
      this.parentHash = this.parentHashes[slot]!;
      return;
    }
    cursor.copyName(parent, this.parentName);
    this.parentHash = this.hashSuffixes(this.parentName, 0) === 0 ? 0 : this.suffixHashes[0]!;
  }

  private writeParent(): void {
    const { parent } = this;
    this.parentAt = this.writeName(this.parentName, 0);
    if (this.parentAt === 0) return;
    const slot = this.parentSlot(parent);
    this.parentKeys[slot] = parent;
    this.parentAts[slot] = this.parentAt;
    this.parentHashes[slot] = this.parentHash;
  }

  private parentSlot(identity: number): number {
    const { parentKeys } = this;
    let slot = (Math.imul(identity, 0x9e3779b1) >>> 12) & (parentSlots - 1);
    while (parentKeys[slot] !== identity && parentKeys[slot] !== 0) slot = (slot + 1) & (parentSlots - 1);
    return slot;
  }

  /** Names are compressed in the types of RFC 1035 only. RFC 3597 §4. */
  private writeRdata(type: number, from: Uint8Array, at: number, length: number): void {
    const skip = octetsBeforeNames(type);
    let next = at + skip;
    if (skip > 0) this.copy(from, at, skip);
    for (let names = compressedNames(type); names > 0; names--) {
      this.writeName(from, next);
      next = nameEnd(from, next);
    }
    this.copy(from, next, at + length - next);
  }

  /** Writes an uncompressed name as short as it can be. Returns where a pointer may lead to it, or 0. */
  private writeName(from: Uint8Array, nameAt: number): number {
    const { names, octets, labelAts, suffixHashes } = this;
    const start = this.at;
    const labels = this.hashSuffixes(from, nameAt);
    for (let i = 0; i < labels; i++) {
      const labelAt = nameAt + labelAts[i]!;
      const known = names.find(suffixHashes[i]!, octets, from, labelAt);
      if (known !== 0) {
        this.pointer(known);
        if (i === 0) return known;
        return start <= pointerTargetMax ? start : 0;
      }
      names.note(suffixHashes[i]!, this.at);
      this.copy(from, labelAt, 1 + from[labelAt]!);
    }
    octets[this.at++] = 0;
    return labels > 0 && start <= pointerTargetMax ? start : 0;
  }

  /** Finds the labels of a name, and the hashes of what begins with each. Returns how many there are. */
  private hashSuffixes(from: Uint8Array, at: number): number {
    const { labelAts, suffixHashes } = this;
    let labels = 0;
    for (let next = at; from[next] !== 0; next += 1 + from[next]!) labelAts[labels++] = next - at;
    let hash = 0;
    for (let i = labels - 1; i >= 0; i--) {
      hash = hashChild(hash, hashLabel(from, at + labelAts[i]!));
      suffixHashes[i] = hash;
    }
    return labels;
  }

  private pointer(target: number): void {
    writeU16(this.octets, this.at, pointerBits | target);
    this.at += 2;
  }

  private copy(from: Uint8Array, at: number, length: number): void {
    copyOctets(from, at, this.octets, this.at, length);
    this.at += length;
  }
}
