/**
 * Writes a response into the buffer it is sent from. Names are compressed (RFC 1035 §4.1.4); what does not
 * fit is taken back record set by record set, so that a truncated response never holds half of one (RFC 2181
 * §9). Writing past the limit does not throw: it sets `full`, and the caller rolls back.
 */
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { labelsEqual, readU16, writeU16, writeU32 } from "../zones/image.ts";
import { lowerOctet } from "../zones/label-hash.ts";
import { hashSuffix } from "./name-hash.ts";
import { headerOctets, type Request } from "./request.ts";

/** Sections by the offset of their count in the header. */
export const Section = { answer: 6, authority: 8, additional: 10 } as const;
export type Section = (typeof Section)[keyof typeof Section];

/** Of the header. */
const questionCountAt = 4;

const pointerBits = 0xc000;
const pointerTargetMax = 0x3fff;

export class ResponseWriter {
  octets: Uint8Array = new Uint8Array(0);
  at = 0;
  /** True once something did not fit; until `rollback`. */
  full = false;
  private limit = 0;
  private sectionsAt = 0;
  private names = 0;
  private readonly nameAts = new Uint16Array(limits.compressionNamesMax);
  private readonly nameHashes = new Uint32Array(limits.compressionNamesMax);
  private readonly suffixHashes = new Uint32Array(128);
  private readonly labelAts = new Uint32Array(128);

  /** Starts with an empty header and a copy of the question, its case as it was asked. */
  begin(octets: Uint8Array, limit: number, request: Request): void {
    this.octets = octets;
    this.limit = limit;
    this.full = false;
    this.names = 0;
    octets.fill(0, 0, headerOctets);
    const { questionEnd } = request;
    for (let i = headerOctets; i < questionEnd; i++) octets[i] = request.octets[i]!;
    this.at = this.sectionsAt = questionEnd;
    if (questionEnd > headerOctets) {
      writeU16(octets, questionCountAt, 1);
      this.noteQuestion(request);
    }
  }

  /** Keeps `octets` free at the end, for OPT. */
  reserve(octets: number): void {
    this.limit -= octets;
  }

  release(octets: number): void {
    this.limit += octets;
  }

  /** Forgets all that was written since `mark`, which is an earlier `at`. */
  rollback(mark: number): void {
    this.at = mark;
    this.full = false;
    while (this.names > 0 && this.nameAts[this.names - 1]! >= mark) this.names--;
  }

  /** Forgets all but the header. */
  dropQuestion(): void {
    this.sectionsAt = headerOctets;
    this.clearSections();
    writeU16(this.octets, questionCountAt, 0);
  }

  /** Forgets all but header and question. */
  clearSections(): void {
    this.rollback(this.sectionsAt);
    this.octets.fill(0, Section.answer, headerOctets);
  }

  count(section: Section, records: number): void {
    writeU16(this.octets, section, readU16(this.octets, section) + records);
  }

  counted(section: Section): number {
    return readU16(this.octets, section);
  }

  u8(value: number): void {
    if (this.at + 1 > this.limit) this.full = true;
    else this.octets[this.at++] = value;
  }

  u16(value: number): void {
    if (this.at + 2 > this.limit) {
      this.full = true;
      return;
    }
    writeU16(this.octets, this.at, value);
    this.at += 2;
  }

  u32(value: number): void {
    if (this.at + 4 > this.limit) {
      this.full = true;
      return;
    }
    writeU32(this.octets, this.at, value);
    this.at += 4;
  }

  copy(from: Uint8Array, at: number, length: number): void {
    if (this.at + length > this.limit) {
      this.full = true;
      return;
    }
    if (length > 48) this.octets.set(from.subarray(at, at + length), this.at);
    else for (let i = 0; i < length; i++) this.octets[this.at + i] = from[at + i]!;
    this.at += length;
  }

  /** Owner, type, class IN, TTL, and RDATA that stands in `from` behind its length. */
  record(
    ownerFrom: Uint8Array,
    ownerAt: number,
    type: number,
    ttl: number,
    from: Uint8Array,
    rdataAt: number,
  ): void {
    this.name(ownerFrom, ownerAt);
    this.u16(type);
    this.u16(1);
    this.u32(ttl);
    const lengthAt = this.at;
    this.u16(0);
    const length = readU16(from, rdataAt);
    this.rdata(type, from, rdataAt + 2, length);
    if (!this.full) writeU16(this.octets, lengthAt, this.at - lengthAt - 2);
  }

  /** Writes an uncompressed name, as far as possible as a pointer. */
  name(from: Uint8Array, at: number): void {
    const { labelAts, suffixHashes } = this;
    const labels = this.hashSuffixes(from, at);
    for (let i = 0; i < labels; i++) {
      const known = this.findName(suffixHashes[i]!, from, labelAts[i]!);
      if (known !== 0) {
        this.u16(pointerBits | known);
        return;
      }
      this.noteName(suffixHashes[i]!, this.at);
      this.copy(from, labelAts[i]!, 1 + from[labelAts[i]!]!);
    }
    this.u8(0);
  }

  /** Only names in RDATA of the types of RFC 1035 may be compressed. RFC 3597 §4. */
  private rdata(type: number, from: Uint8Array, at: number, length: number): void {
    switch (type) {
      case RRType.NS:
      case RRType.CNAME:
      case RRType.PTR:
      case RRType.MB:
      case RRType.MD:
      case RRType.MF:
      case RRType.MG:
      case RRType.MR:
        this.name(from, at);
        return;
      case RRType.MX:
        this.copy(from, at, 2);
        this.name(from, at + 2);
        return;
      case RRType.SOA:
      case RRType.MINFO: {
        this.name(from, at);
        const secondAt = nameEnd(from, at);
        this.name(from, secondAt);
        const restAt = nameEnd(from, secondAt);
        this.copy(from, restAt, at + length - restAt);
        return;
      }
      case RRType.DNAME:
        this.wholeName(from, at, length, 0);
        return;
      case RRType.AFSDB:
      case RRType.RT:
      case RRType.KX:
      case RRType.SVCB:
      case RRType.HTTPS:
        this.wholeName(from, at, length, 2);
        return;
      case RRType.SRV:
        this.wholeName(from, at, length, 6);
        return;
      default:
        this.copy(from, at, length);
    }
  }

  /** Copies RDATA whose name, behind `skip` octets, must stand whole; later names may be pointers to it. */
  private wholeName(from: Uint8Array, at: number, length: number, skip: number): void {
    const { labelAts, suffixHashes } = this;
    const shift = this.at - at;
    this.copy(from, at, length);
    if (this.full) return;
    const labels = this.hashSuffixes(from, at + skip);
    for (let i = 0; i < labels; i++) {
      if (this.findName(suffixHashes[i]!, from, labelAts[i]!) !== 0) return;
      this.noteName(suffixHashes[i]!, shift + labelAts[i]!);
    }
  }

  /** Finds the labels of an uncompressed name and hashes each suffix. Returns how many there are. */
  private hashSuffixes(from: Uint8Array, at: number): number {
    const { labelAts, suffixHashes } = this;
    let labels = 0;
    for (let next = at; from[next] !== 0; next += 1 + from[next]!) labelAts[labels++] = next;
    let hash = 0;
    for (let i = labels - 1; i >= 0; i--) {
      hash = hashSuffix(hash, from, labelAts[i]!);
      suffixHashes[i] = hash;
    }
    return labels;
  }

  private noteQuestion(request: Request): void {
    const { labelAts, labels } = request.name;
    let hash = 0;
    const { suffixHashes } = this;
    for (let i = labels - 1; i >= 0; i--) {
      hash = hashSuffix(hash, request.octets, labelAts[i]!);
      suffixHashes[i] = hash;
    }
    for (let i = 0; i < labels; i++) this.noteName(suffixHashes[i]!, labelAts[i]!);
  }

  private noteName(hash: number, at: number): void {
    if (this.names === limits.compressionNamesMax || at > pointerTargetMax) return;
    this.nameAts[this.names] = at;
    this.nameHashes[this.names++] = hash;
  }

  private findName(hash: number, from: Uint8Array, at: number): number {
    for (let i = 0; i < this.names; i++) {
      if (this.nameHashes[i] === hash && this.isNameAt(this.nameAts[i]!, from, at)) return this.nameAts[i]!;
    }
    return 0;
  }

  /**
   * Compares the name written at `writtenAt` with an uncompressed one, following the pointers written here.
   */
  private isNameAt(writtenAt: number, from: Uint8Array, fromAt: number): boolean {
    const { octets } = this;
    let at = fromAt;
    let written = writtenAt;
    for (;;) {
      while (octets[written]! >= 0xc0) {
        const target = readU16(octets, written) & pointerTargetMax;
        if (target >= written) return false; // not a pointer of ours: octets behind what is written so far
        written = target;
      }
      const length = octets[written]!;
      if (length !== from[at]!) return false;
      if (length === 0) return true;
      for (let i = 1; i <= length; i++) {
        if (lowerOctet[octets[written + i]!] !== lowerOctet[from[at + i]!]) return false;
      }
      written += 1 + length;
      at += 1 + length;
    }
  }
}

/** The octet behind an uncompressed name. */
export function nameEnd(octets: Uint8Array, at: number): number {
  let end = at;
  while (octets[end] !== 0) end += 1 + octets[end]!;
  return end + 1;
}

/** True when two uncompressed names are the same but for case. */
export function namesEqualAt(one: Uint8Array, oneAt: number, other: Uint8Array, otherAt: number): boolean {
  for (let i = 0; ; ) {
    const length = one[oneAt + i]!;
    if (length !== other[otherAt + i]) return false;
    if (length === 0) return true;
    if (!labelsEqual(one, oneAt + i, other, otherAt + i)) return false;
    i += 1 + length;
  }
}
