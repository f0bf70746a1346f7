/**
 * The short way to what is asked most, from a zone whose signatures nobody wants: a record set of the very
 * name, or of its wildcard, whose RDATA holds no names; a referral or a denial that is ready-made.
 * `AuthorityAnswer` gives the same answers, and all others.
 */
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import {
  NodeFlag,
  readU16,
  readU32,
  rrsetHeadOctets,
  writeU16,
  writeU32,
  type ZoneImage,
} from "../zones/image.ts";
import { type AnswerBlocks, Block } from "./answer-blocks.ts";
import { headerOctets, type Request } from "./request.ts";
import { type ResponseWriter, Section } from "./response-writer.ts";
import { Found, type ZoneWalk } from "./zone-walk.ts";

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
  /** Of the answer written last. */
  rcode: number = Rcode.NOERROR;
  authoritative = true;
  private readonly blocks: AnswerBlocks;
  private turn = 0;

  constructor(blocks: AnswerBlocks) {
    this.blocks = blocks;
  }

  /**
   * Writes the answer, and true; or false, and nothing.
   * @param walk the way to the name asked for, which ended with `found`
   */
  write(
    writer: ResponseWriter,
    request: Request,
    image: ZoneImage,
    walk: ZoneWalk,
    found: Found,
    withAuthority: boolean,
  ): boolean {
    const { qtype } = request;
    if (request.dnssecOk && image.signed) return false;
    this.rcode = Rcode.NOERROR;
    this.authoritative = true;
    switch (found) {
      case Found.nothing:
        this.rcode = Rcode.NXDOMAIN;
        return qtype !== RRType.SOA && this.deny(writer, request, image);
      case Found.cut: {
        if (qtype === RRType.NSEC || qtype === RRType.KEY) return false;
        this.authoritative = false;
        const ownerAt = request.name.labelAts[walk.label]!;
        return this.blocks.write(writer, Block.referral, image, walk.node, ownerAt);
      }
      case Found.dname:
        return false;
      default:
    }
    if (withAuthority || qtype > 255 || isPlain[qtype] === 0 || request.name.labels === 0) return false;
    const rrset = image.rrset(walk.node, qtype);
    if (rrset !== 0) return this.writeSet(writer, image.slab, rrset);
    return (image.flags(walk.node) & NodeFlag.cname) === 0 && this.deny(writer, request, image);
  }

  private deny(writer: ResponseWriter, { name }: Request, image: ZoneImage): boolean {
    const originAt = name.end - image.originOctets.length;
    return this.blocks.write(writer, Block.denial, image, image.apex, originAt);
  }

  private writeSet(writer: ResponseWriter, slab: Uint8Array, rrset: number): boolean {
    const { octets, at } = writer;
    const records = readU16(slab, rrset + 2);
    const first = rrset + rrsetHeadOctets;
    const rdataOctets = readU32(slab, rrset + 8); // with the length of each, as in the message
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
