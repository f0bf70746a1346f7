/**
 * The short way to what is asked most: a record set of the very name, or of its wildcard, whose RDATA holds no
 * names, from a zone whose signatures nobody wants. `AuthorityAnswer` gives the same answer, and all others.
 */
import { RRType } from "#protocols/dns/registry.ts";
import { readU16, readU32, rrsetHeadOctets, writeU16, writeU32, type ZoneImage } from "../zones/image.ts";
import { headerOctets, type Request } from "./request.ts";
import { type ResponseWriter, Section } from "./response-writer.ts";
import { Found, ZoneWalk } from "./zone-walk.ts";

const pointerToQuestion = 0xc000 | headerOctets;
/** Pointer, type, class, TTL, length. */
const recordHeadOctets = 12;
const classIn = 1;

/** 1 for types whose RDATA is copied as it is and calls for nothing in other sections. */
const isPlain = new Uint8Array(256);
for (const type of [RRType.A, RRType.AAAA, RRType.TXT, RRType.LOC, RRType.SSHFP, RRType.TLSA]) {
  isPlain[type] = 1;
}

export class PlainAnswer {
  /** Of the record set answered last. */
  get node(): number {
    return this.walk.node;
  }
  private readonly walk = new ZoneWalk();
  private turn = 0;

  /** Writes the answer, and true; or false, and nothing. */
  write(writer: ResponseWriter, request: Request, image: ZoneImage): boolean {
    const { qtype } = request;
    if (qtype > 255 || isPlain[qtype] === 0 || (request.dnssecOk && image.signed)) return false;
    if (request.name.labels === 0) return false; // the root, to which no pointer leads
    const found = this.walk.walk(image, request.name, false);
    if (found !== Found.node && found !== Found.wildcard) return false;
    const rrset = image.rrset(this.walk.node, qtype);
    return rrset !== 0 && this.writeSet(writer, image.slab, rrset);
  }

  private writeSet(writer: ResponseWriter, slab: Uint8Array, rrset: number): boolean {
    const { octets, at } = writer;
    const records = readU16(slab, rrset + 2);
    const first = rrset + rrsetHeadOctets;
    const rdataOctets = readU32(slab, rrset + 8); // with two octets of length for each record, as in the message
    const end = at + records * (recordHeadOctets - 2) + rdataOctets;
    if (end > writer.limit) return false;
    const type = readU16(slab, rrset);
    const ttl = readU32(slab, rrset + 4);
    let from = first;
    if (records > 1) {
      // Each answer begins with another record, so that clients that take the first one share the load.
      this.turn = (this.turn + 1) & 0xffff;
      for (let skip = this.turn % records; skip > 0; skip--) from += 2 + readU16(slab, from);
    }
    let to = at;
    for (let left = records; left > 0; left--) {
      const length = readU16(slab, from);
      writeU16(octets, to, pointerToQuestion);
      writeU16(octets, to + 2, type);
      writeU16(octets, to + 4, classIn);
      writeU32(octets, to + 6, ttl);
      to += recordHeadOctets - 2;
      for (let i = 0; i < length + 2; i++) octets[to + i] = slab[from + i]!;
      to += length + 2;
      from += length + 2;
      if (from === first + rdataOctets) from = first;
    }
    writer.at = to;
    writer.count(Section.answer, records);
    return true;
  }
}
