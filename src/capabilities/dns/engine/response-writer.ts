/**
 * Writes a response into the buffer it is sent from. Names are compressed (RFC 1035 §4.1.4); what does not
 * fit is taken back record set by record set, so that a truncated response never holds half of one (RFC 2181
 * §9). Writing past the limit does not throw: it sets `full`, and the caller rolls back.
 */

import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { labelsEqual, readU16, writeU16, writeU32 } from "../zones/image.ts";
import { hashChild, hashLabel, lowerOctet } from "../zones/label-hash.ts";
import { compressedNames, octetsBeforeNames } from "./compressed-names.ts";
import { headerOctets, type Request } from "./request.ts";

/** Sections by their place in the list of counts. */
export const Section = { answer: 0, authority: 1, additional: 2 } as const;
export type Section = (typeof Section)[keyof typeof Section];

/** Where the counts stand in the header. RFC 1035 §4.1.1. */
const questionCountAt = 4;
const sectionCountsAt = 6;

const pointerBits = 0xc000;
const pointerTargetMax = 0x3fff;
const classIn = 1;
/** Longer runs are copied as a whole, for which a view must be made; shorter ones octet by octet. */
const viewOctetsMin = 512;

export class ResponseWriter {
  octets: Uint8Array = new Uint8Array(0);
  at = 0;
  /** True once something did not fit; until `rollback`. */
  full = false;
  /** What may be written ends here. */
  limit = 0;
  /** Behind the question. */
  sectionsAt = 0;
  /** Records by section. */
  readonly counts = new Uint16Array(3);
  /** Where pointers stand, as far as there is room to note them; `pointerCount` may be more. */
  readonly pointerAts = new Uint16Array(limits.blockPointersMax);
  pointerCount = 0;
  /** The octets and the place of the question's name, which stands in the response at the same place. */
  private question: Uint8Array = new Uint8Array(0);
  private questionNameEnd = 0;
  private request!: Request;
  private questionNoted = false;
  /** The name of the zone that answers, and where it stands in the response: at the end of the question's. */
  private origin: Uint8Array = new Uint8Array(0);
  private originAt = 0;
  private originHash = 0;
  private names = 0;
  private readonly nameAts = new Uint16Array(limits.compressionNamesMax);
  private readonly nameHashes = new Int32Array(limits.compressionNamesMax);
  private readonly suffixHashes = new Int32Array(128);
  private readonly labelAts = new Uint32Array(128);

  /** Starts with a copy of the question, its case as it was asked. `finish` writes the header. */
  begin(octets: Uint8Array, limit: number, request: Request): void {
    this.octets = octets;
    this.limit = limit;
    this.full = false;
    this.names = 0;
    this.pointerCount = 0;
    this.questionNoted = false;
    this.originAt = this.originHash = 0;
    this.request = request;
    this.counts[0] = this.counts[1] = this.counts[2] = 0;
    const { questionEnd } = request;
    const question = request.octets;
    for (let i = headerOctets; i < questionEnd; i++) octets[i] = question[i]!;
    this.at = this.sectionsAt = questionEnd;
    this.question = question;
    this.questionNameEnd = questionEnd === headerOctets ? 0 : request.name.end;
  }

  /** Says at which label of the question's name the name of the zone begins that answers. */
  setZone(origin: Uint8Array, label: number): void {
    const { name } = this.request;
    if (origin.length === 1) return; // the root, to which no pointer leads
    this.origin = origin;
    this.originAt = name.labelAts[label]!;
    this.originHash = name.suffixHash(label);
  }

  /** Writes the header. `flags`: with the response code. */
  finish(id: number, flags: number): void {
    const { octets, counts } = this;
    writeU16(octets, 0, id);
    writeU16(octets, 2, flags);
    writeU16(octets, questionCountAt, this.sectionsAt > headerOctets ? 1 : 0);
    writeU16(octets, sectionCountsAt, counts[Section.answer]!);
    writeU16(octets, sectionCountsAt + 2, counts[Section.authority]!);
    writeU16(octets, sectionCountsAt + 4, counts[Section.additional]!);
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
    while (this.pointerCount > 0 && this.lastPointerAt() >= mark) this.pointerCount--;
  }

  /** Forgets all but the header. */
  dropQuestion(): void {
    this.sectionsAt = headerOctets;
    this.questionNameEnd = 0;
    this.clearSections();
  }

  /** Forgets all but header and question. */
  clearSections(): void {
    this.rollback(this.sectionsAt);
    this.counts[0] = this.counts[1] = this.counts[2] = 0;
  }

  count(section: Section, records: number): void {
    this.counts[section]! += records;
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
    const { octets } = this;
    const to = this.at;
    if (length > viewOctetsMin) octets.set(from.subarray(at, at + length), to);
    else for (let i = 0; i < length; i++) octets[to + i] = from[at + i]!;
    this.at = to + length;
  }

  /** Copies the first `length` octets of `from`; false when they do not fit. What lies behind is lost. */
  copyWhole(from: Uint8Array, length: number): boolean {
    const { octets, at } = this;
    if (at + length > this.limit) return false;
    if (at + from.length <= octets.length) octets.set(from, at);
    else for (let i = 0; i < length; i++) octets[at + i] = from[i]!;
    this.at = at + length;
    return true;
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
    const { octets, at } = this;
    if (this.full || at + 10 > this.limit) {
      this.full = true;
      return;
    }
    const length = readU16(from, rdataAt);
    writeU16(octets, at, type);
    writeU16(octets, at + 2, classIn);
    writeU32(octets, at + 4, ttl);
    this.at = at + 10;
    this.rdata(type, from, rdataAt + 2, length);
    writeU16(octets, at + 8, this.at - at - 10);
  }

  /** Writes an uncompressed name, as far as possible as a pointer. */
  name(from: Uint8Array, at: number): void {
    // A part of the question's name stands in the response where it stood in the query.
    if (from === this.question && at < this.questionNameEnd - 1) {
      this.pointer(at);
      return;
    }
    const { labelAts, suffixHashes } = this;
    const labels = this.hashSuffixes(from, at);
    for (let i = 0; i < labels; i++) {
      const known = this.findName(suffixHashes[i]!, from, labelAts[i]!, labelAts[labels]!);
      if (known !== 0) {
        this.pointer(known);
        return;
      }
      this.noteName(suffixHashes[i]!, this.at);
      this.copy(from, labelAts[i]!, 1 + from[labelAts[i]!]!);
    }
    if (from[labelAts[labels]!] === 0) this.u8(0);
    else this.pointer(this.originAt);
  }

  private pointer(target: number): void {
    const { pointerCount } = this;
    if (pointerCount < limits.blockPointersMax) this.pointerAts[pointerCount] = this.at;
    this.pointerCount = pointerCount + 1;
    this.u16(pointerBits | target);
  }

  private lastPointerAt(): number {
    // One that was not noted stands behind those that were.
    return this.pointerCount > limits.blockPointersMax ? this.at : this.pointerAts[this.pointerCount - 1]!;
  }

  /** Only names in RDATA of the types of RFC 1035 may be compressed. RFC 3597 §4. */
  private rdata(type: number, from: Uint8Array, at: number, length: number): void {
    const names = compressedNames(type);
    if (names > 0) {
      const skip = octetsBeforeNames(type);
      if (skip > 0) this.copy(from, at, skip);
      let next = at + skip;
      for (let i = 0; i < names; i++) {
        this.name(from, next);
        next = nameEnd(from, next);
      }
      if (next < at + length) this.copy(from, next, at + length - next);
      return;
    }
    switch (type) {
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
      if (this.findName(suffixHashes[i]!, from, labelAts[i]!, labelAts[labels]!) !== 0) return;
      this.noteName(suffixHashes[i]!, shift + labelAts[i]!);
    }
  }

  /**
   * Finds the labels of an uncompressed name and hashes each suffix, but for those from the zone's name on.
   * Returns how many there are; behind them `labelAts` says where the zone's name begins, or the root label.
   */
  private hashSuffixes(from: Uint8Array, at: number): number {
    this.noteQuestion();
    const { labelAts, suffixHashes } = this;
    let labels = 0;
    let next = at;
    for (; from[next] !== 0; next += 1 + from[next]!) labelAts[labels++] = next;
    labelAts[labels] = next;
    let hash = 0;
    if (this.originAt !== 0) {
      const inner = this.labelsBeforeOrigin(from, next + 1, labels);
      if (inner !== -1) {
        labels = inner;
        hash = this.originHash;
      }
    }
    for (let i = labels - 1; i >= 0; i--) {
      hash = hashChild(hash, hashLabel(from, labelAts[i]!));
      suffixHashes[i] = hash;
    }
    return labels;
  }

  /** At which label of a name that ends at `end` the zone's name begins, or -1. */
  private labelsBeforeOrigin(from: Uint8Array, end: number, labels: number): number {
    const { origin, labelAts } = this;
    const originAt = end - origin.length;
    for (let label = labels - 1; label >= 0 && labelAts[label]! >= originAt; label--) {
      if (labelAts[label] === originAt) return sameOctets(origin, from, originAt) ? label : -1;
    }
    return -1;
  }

  /** Most answers have no name but that of the question, which need not be searched for. */
  private noteQuestion(): void {
    if (this.questionNoted) return;
    this.questionNoted = true;
    if (this.questionNameEnd === 0) return;
    const { name } = this.request;
    const { labels, labelAts } = name;
    const end = this.originAt === 0 ? this.questionNameEnd : this.originAt;
    for (let i = 0; i < labels && labelAts[i]! < end; i++) this.noteName(name.suffixHash(i), labelAts[i]!);
  }

  private noteName(hash: number, at: number): void {
    if (this.names === limits.compressionNamesMax || at > pointerTargetMax) return;
    this.nameAts[this.names] = at;
    this.nameHashes[this.names++] = hash;
  }

  private findName(hash: number, from: Uint8Array, at: number, tailAt: number): number {
    for (let i = 0; i < this.names; i++) {
      if (this.nameHashes[i] === hash && this.isNameAt(this.nameAts[i]!, from, at, tailAt)) {
        return this.nameAts[i]!;
      }
    }
    return 0;
  }

  /**
   * Compares the name written at `writtenAt` with an uncompressed one, following the pointers written here.
   * At `tailAt` the latter's root label or the zone's name begins.
   */
  private isNameAt(writtenAt: number, from: Uint8Array, fromAt: number, tailAt: number): boolean {
    const { octets, originAt } = this;
    let at = fromAt;
    let written = writtenAt;
    for (;;) {
      while (octets[written]! >= 0xc0) {
        const target = readU16(octets, written) & pointerTargetMax;
        if (target >= written) return false; // not a pointer of ours: octets behind what is written so far
        written = target;
      }
      if (at === tailAt && written === originAt) return true; // the zone's name, which need not be compared
      const length = octets[written]!;
      if (length !== from[at]!) return false;
      if (length === 0) return true;
      if (!labelsEqual(octets, written, from, at)) return false;
      written += 1 + length;
      at += 1 + length;
    }
  }
}

/** True when `one` stands at `at`, but for case. */
function sameOctets(one: Uint8Array, other: Uint8Array, at: number): boolean {
  for (let i = 0; i < one.length; i++) {
    const octet = one[i]!;
    const otherOctet = other[at + i]!;
    if (octet !== otherOctet && lowerOctet[octet] !== lowerOctet[otherOctet]) return false;
  }
  return true;
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
