/**
 * What the engine needs to know of a query, read from its octets in place. One `Request` is used over and
 * over: parsing a query allocates nothing.
 */
import { EdnsOption, RRClass, RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { readU16, readU32 } from "../zones/image.ts";
import { NamePlace } from "./name-place.ts";

export const headerOctets = 12;

/** Header bits. RFC 1035 §4.1.1, RFC 4035 §3.1.6, §3.2. */
export const HeaderFlag = {
  qr: 0x8000,
  aa: 0x0400,
  tc: 0x0200,
  rd: 0x0100,
  ra: 0x0080,
  ad: 0x0020,
  cd: 0x0010,
} as const;

/** What `Request.parse` found. Anything but `good` is answered from the header alone. */
export const Parsed = {
  good: 0,
  /**
   * Not to be answered at all: too short, or itself a response. RFC 8906 §3.1.2 wants answers to all else.
   */
  drop: 1,
  /** The header could be read and the rest not. */
  malformed: 2,
  /** No question; only a cookie request may look so. RFC 7873 §5.4. */
  noQuestion: 3,
} as const;
export type Parsed = (typeof Parsed)[keyof typeof Parsed];

export class Request {
  octets: Uint8Array = new Uint8Array(0);
  length = 0;
  id = 0;
  flags = 0;
  opcode = 0;
  /** First octet behind the question; the question is [12, questionEnd). 12 when there is none. */
  questionEnd = headerOctets;
  qtype = 0;
  qclass = 0;
  /** The name asked for, where it stands in the query. */
  readonly name = new NamePlace();
  private readonly keyName = new NamePlace();

  hasOpt = false;
  ednsVersion = 0;
  dnssecOk = false;
  /** What the client can take over UDP, never below 512. RFC 6891 §6.2.3. */
  udpPayloadOctets = 0;
  wantsNsid = false;
  wantsKeepalive = false;
  /** Where the cookie option's data is; 0 when there is none. */
  cookieAt = 0;
  cookieOctets = 0;
  badCookie = false;
  /** Where a TSIG record's owner name begins; 0 when there is none. RFC 8945 §5.1: it is the last record. */
  tsigAt = 0;
  tsigRdataAt = 0;

  parse(octets: Uint8Array, length: number): Parsed {
    this.octets = octets;
    this.length = length;
    if (length < headerOctets) return Parsed.drop;
    this.id = readU16(octets, 0);
    this.flags = readU16(octets, 2);
    if ((this.flags & HeaderFlag.qr) !== 0) return Parsed.drop;
    this.opcode = (this.flags >>> 11) & 15;
    this.forgetOptions();
    this.questionEnd = headerOctets;
    const questions = readU16(octets, 4);
    if (questions > 1) return Parsed.malformed;
    if (questions === 1 && !this.parseQuestion()) return Parsed.malformed;
    const others = readU16(octets, 6) + readU16(octets, 8);
    const additionals = readU16(octets, 10);
    if (others + additionals > 0 && !this.parseRecords(others, additionals)) {
      // No OPT in answer to one that could not be read, unless only its cookie is at fault
      this.hasOpt = this.badCookie;
      this.tsigAt = 0;
      return Parsed.malformed;
    }
    return questions === 0 ? Parsed.noQuestion : Parsed.good;
  }

  private forgetOptions(): void {
    this.hasOpt = false;
    this.ednsVersion = 0;
    this.dnssecOk = false;
    this.udpPayloadOctets = limits.udpPayloadOctetsMin;
    this.wantsNsid = false;
    this.wantsKeepalive = false;
    this.cookieAt = 0;
    this.cookieOctets = 0;
    this.badCookie = false;
    this.tsigAt = 0;
    this.qtype = 0;
    this.qclass = 0;
  }

  private parseQuestion(): boolean {
    const { octets, length, name } = this;
    // A pointer in the first name has nothing before it to point to, so the name stands there whole.
    if (!name.place(octets, headerOctets, length)) return false;
    const at = name.end;
    if (at + 4 > length) return false;
    this.qtype = readU16(octets, at);
    this.qclass = readU16(octets, at + 2);
    this.questionEnd = at + 4;
    return true;
  }

  /**
   * Goes over the records behind the question for OPT and TSIG. False when one is cut or stands where it must
   * not.
   */
  private parseRecords(others: number, additionals: number): boolean {
    const { octets, length } = this;
    let at = this.questionEnd;
    const total = others + additionals;
    for (let index = 0; index < total; index++) {
      const nameAt = at;
      at = skipName(octets, at, length);
      if (at === 0 || at + 10 > length) return false;
      const type = readU16(octets, at);
      const dataAt = at + 10;
      const end = dataAt + readU16(octets, at + 8);
      if (end > length) return false;
      if (type === RRType.OPT) {
        // RFC 6891 §6.1.1: one OPT, owned by the root, in the additional section.
        if (this.hasOpt || index < others || octets[nameAt] !== 0) return false;
        if (!this.parseOpt(at, dataAt, end)) return false;
      } else if (type === RRType.TSIG) {
        if (index !== total - 1 || index < others) return false; // RFC 8945 §5.2
        if (!this.parseTsig(nameAt, at, dataAt, end)) return false;
      }
      at = end;
    }
    return true;
  }

  /**
   * RFC 8945 §4.2: class ANY, TTL 0; algorithm, time u48, fudge u16, MAC and other data with lengths, ID and
   * error between.
   */
  private parseTsig(nameAt: number, typeAt: number, dataAt: number, end: number): boolean {
    const { octets, keyName } = this;
    if (readU16(octets, typeAt + 2) !== RRClass.ANY || readU32(octets, typeAt + 4) !== 0) return false;
    if (!keyName.place(octets, dataAt, end)) return false;
    const macAt = keyName.end + 8;
    if (macAt + 2 > end) return false;
    const otherAt = macAt + 2 + readU16(octets, macAt) + 4;
    if (otherAt + 2 > end || otherAt + 2 + readU16(octets, otherAt) !== end) return false;
    if (!keyName.place(octets, nameAt, this.length)) return false;
    this.tsigAt = nameAt;
    this.tsigRdataAt = dataAt;
    return true;
  }

  private parseOpt(at: number, dataAt: number, end: number): boolean {
    const { octets } = this;
    this.hasOpt = true;
    this.udpPayloadOctets = Math.max(readU16(octets, at + 2), limits.udpPayloadOctetsMin);
    this.ednsVersion = octets[at + 5]!;
    this.dnssecOk = (octets[at + 6]! & 0x80) !== 0;
    let optionAt = dataAt;
    for (let options = 0; optionAt < end; options++) {
      if (optionAt + 4 > end || options === limits.ednsOptionsMax) return false;
      const code = readU16(octets, optionAt);
      const octetsIn = readU16(octets, optionAt + 2);
      const next = optionAt + 4 + octetsIn;
      if (next > end) return false;
      if (code === EdnsOption.NSID) this.wantsNsid = true;
      else if (code === EdnsOption["TCP-KEEPALIVE"]) this.wantsKeepalive = true;
      else if (code === EdnsOption.COOKIE) {
        // RFC 7873 §5.2.2: 8 octets, or 16 to 40; any other length is FORMERR.
        if (octetsIn !== 8 && (octetsIn < 16 || octetsIn > 40)) this.badCookie = true;
        if (this.cookieAt === 0) {
          this.cookieAt = optionAt + 4;
          this.cookieOctets = octetsIn;
        }
      }
      optionAt = next;
    }
    return !this.badCookie;
  }
}

/** The octet behind a name, or 0 when it is cut or no name. Does not follow pointers. */
function skipName(octets: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const label = octets[at]!;
    if (label === 0) return at + 1;
    if (label >= 0xc0) return at + 2 <= end && (((label & 0x3f) << 8) | octets[at + 1]!) < at ? at + 2 : 0;
    if (label > 63) return 0;
    at += 1 + label;
  }
  return 0;
}
