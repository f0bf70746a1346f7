/**
 * Writes record sets of zones into the sections of a response: each once, with its signatures, whole or not
 * at all.
 */
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { readU16, type ZoneImage } from "../zones/image.ts";
import { hashName } from "../zones/label-hash.ts";
import { type ResponseWriter, Section } from "./response-writer.ts";

export class SectionWriter {
  /**
   * True once something of the answer or authority section did not fit: nothing more is added. RFC 2181 §9.
   */
  truncated = false;
  private readonly writer: ResponseWriter;
  private dnssecOk = false;
  private image!: ZoneImage;
  private node = 0;
  private owner: Uint8Array = new Uint8Array(1);
  private ownerAt = 0;
  /** Sets in the response: where in which zone they lie, and the hash of the owner name where it matters. */
  private readonly owners = new Int32Array(limits.answerRrsetsMax);
  private readonly rrsets = new Uint32Array(limits.answerRrsetsMax);
  private readonly images = Array.from<ZoneImage | undefined>({ length: limits.answerRrsetsMax });
  private written = 0;
  private turn = 0;

  constructor(writer: ResponseWriter) {
    this.writer = writer;
  }

  begin(dnssecOk: boolean): void {
    this.dnssecOk = dnssecOk;
    this.truncated = false;
    this.written = 0;
    this.turn = (this.turn + 1) & 0xffff;
  }

  /** Forgets all sections. */
  clear(): void {
    this.writer.clearSections();
    this.truncated = false;
    this.written = 0;
  }

  /**
   * Says which node's sets come next, and under which owner name: that of a wildcard's is the name asked for.
   */
  from(image: ZoneImage, node: number, owner: Uint8Array, ownerAt: number): void {
    this.image = image;
    this.node = node;
    this.owner = owner;
    this.ownerAt = ownerAt;
  }

  /** Adds a set; when it does not fit, the response is truncated. `ttl`: instead of its own. */
  add(section: Section, rrset: number, ttl = this.image.ttl(rrset)): void {
    if (this.truncated || !this.isNew(rrset, this.ownerHash())) return;
    if (!this.write(section, rrset, ttl)) this.truncated = true;
  }

  /** Adds a set without the signatures of it, which are sets of their own for those who ask for all. */
  addAlone(section: Section, rrset: number): void {
    const { dnssecOk } = this;
    this.dnssecOk = false;
    this.add(section, rrset);
    this.dnssecOk = dnssecOk;
  }

  /** Adds a set to the additional section, or leaves it out when it does not fit: then false. */
  addIfItFits(rrset: number): boolean {
    if (!this.isNew(rrset, this.ownerHash())) return true;
    if (this.write(Section.additional, rrset, this.image.ttl(rrset))) return true;
    this.written--;
    return false;
  }

  /**
   * Adds the CNAME that the DNAME set `rrset` makes; its RDATA stands in `from` behind its length. RFC 6672
   * §3.1.
   */
  addSynthesized(rrset: number, from: Uint8Array, rdataAt: number): void {
    // No set begins at the next octet, so that it can stand for what is made of this one.
    if (this.truncated || !this.isNew(rrset + 1, hashName(this.owner, this.ownerAt))) return;
    const { writer } = this;
    const mark = writer.at;
    writer.record(this.owner, this.ownerAt, RRType.CNAME, this.image.ttl(rrset), from, rdataAt);
    if (writer.full) {
      writer.rollback(mark);
      this.truncated = true;
      return;
    }
    writer.count(Section.answer, 1);
  }

  /** Remembers a set as one of the response. False when it is there already, or when there are too many. */
  private isNew(rrset: number, ownerHash: number): boolean {
    const { written, image } = this;
    for (let i = 0; i < written; i++) {
      if (this.rrsets[i] === rrset && this.owners[i] === ownerHash && this.images[i] === image) return false;
    }
    if (written === limits.answerRrsetsMax) return false;
    this.owners[written] = ownerHash;
    this.rrsets[written] = rrset;
    this.images[written] = image;
    this.written++;
    return true;
  }

  /** What tells apart sets that a response may hold under several names: those of wildcards. */
  private ownerHash(): number {
    const { slab } = this.image;
    const labelAt = this.image.labelAt(this.node);
    return slab[labelAt] === 1 && slab[labelAt + 1] === 0x2a ? hashName(this.owner, this.ownerAt) : 0;
  }

  private write(section: Section, rrset: number, ttl: number): boolean {
    const { writer } = this;
    const mark = writer.at;
    const type = this.image.type(rrset);
    let records = this.writeRecords(rrset, type, ttl);
    if (this.dnssecOk && this.image.signed && type !== RRType.RRSIG && !writer.full)
      records += this.writeSignatures(type, ttl);
    if (writer.full) {
      writer.rollback(mark);
      return false;
    }
    writer.count(section, records);
    return true;
  }

  private writeRecords(rrset: number, type: number, ttl: number): number {
    const { writer, image, owner, ownerAt } = this;
    const { slab } = image;
    const records = image.recordsIn(rrset);
    // Each answer begins with another record, so that clients that take the first one share the load.
    const first = image.firstRdata(rrset);
    const end = image.nextRrset(rrset);
    let at = first;
    for (let skip = records > 1 ? this.turn % records : 0; skip > 0; skip--) at += 2 + readU16(slab, at);
    for (let left = records; left > 0 && !writer.full; left--) {
      writer.record(owner, ownerAt, type, ttl, slab, at);
      at += 2 + readU16(slab, at);
      if (at === end) at = first;
    }
    return records;
  }

  /**
   * RFC 4035 §3.1.1: the RRSIG records of the node that cover a type, with the TTL of what they cover (RFC
   * 4034 §3). Returns how many there are.
   */
  private writeSignatures(covered: number, ttl: number): number {
    const { image, owner, ownerAt } = this;
    const signatures = image.signatures(this.node, covered);
    if (signatures === 0) return 0;
    const { slab } = image;
    const records = image.recordsIn(signatures);
    let at = image.firstRdata(signatures);
    for (let left = records; left > 0; left--) {
      this.writer.record(owner, ownerAt, RRType.RRSIG, ttl, slab, at);
      at += 2 + readU16(slab, at);
    }
    return records;
  }
}
