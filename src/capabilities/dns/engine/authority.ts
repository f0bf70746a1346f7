/**
 * The answer of a zone's own server: RFC 1034 §4.3.2, with wildcards (RFC 4592), DNAME (RFC 6672), negative answers
 * (RFC 2308) and the additional data that clients hope for. Reads the zone image, writes the response; allocates nothing.
 */
import { Rcode, RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { apexNode, NodeFlag, readU16, readU32, writeU16, type ZoneImage } from "../zones/image.ts";
import { isSuffix } from "../zones/zone-table.ts";
import { NamePlace } from "./name-place.ts";
import { headerOctets, type Request } from "./request.ts";
import { nameEnd, type ResponseWriter, Section } from "./response-writer.ts";

const wildcardLabel = Uint8Array.of(1, 0x2a);

/** What a walk down the zone ended with. */
const Found = { node: 0, wildcard: 1, nothing: 2, cut: 3, dname: 4 } as const;
type Found = (typeof Found)[keyof typeof Found];

/** Sections that a response may leave out when they are not asked for. BIND's minimal-responses. */
export interface SectionChoice {
  /** NS records with a positive answer. */
  authority: boolean;
  additional: boolean;
  /** One record set instead of all in answer to ANY. RFC 8482 §4.1. */
  minimalAny: boolean;
}

export class AuthorityAnswer {
  /** The response code of the answer made last. */
  rcode: number = Rcode.NOERROR;
  authoritative = true;
  truncated = false;

  private readonly writer: ResponseWriter;
  private image!: ZoneImage;
  private slab!: Uint8Array;
  private request!: Request;
  private choice!: SectionChoice;
  /** The name looked for now: the question's, then the targets of aliases. */
  private name!: NamePlace;
  private readonly alias = new NamePlace();
  private readonly synthesized = new Uint8Array(520);
  private readonly target = new NamePlace();
  /** Node at which the last walk ended. */
  private node = 0;
  /** Names in RDATA whose addresses belong into the additional section, as offsets in the slab. */
  private readonly targets = new Uint32Array(limits.additionalNamesMax);
  private targetCount = 0;
  /** Record sets in the response, so that none is there twice. */
  private readonly written = new Uint32Array(limits.additionalNamesMax * 4);
  private writtenCount = 0;
  /** Names that aliases led to, as offsets in the response; the question's own first. */
  private readonly visited = new Uint16Array(limits.aliasChainMax + 2);
  private visitedCount = 0;
  private turn = 0;

  constructor(writer: ResponseWriter) {
    this.writer = writer;
  }

  /** Writes the sections of the answer of `image` to the question of `request`. */
  answer(image: ZoneImage, request: Request, choice: SectionChoice): void {
    this.image = image;
    this.slab = image.slab;
    this.request = request;
    this.choice = choice;
    this.rcode = Rcode.NOERROR;
    this.authoritative = true;
    this.truncated = false;
    this.targetCount = 0;
    this.writtenCount = 0;
    this.visited[0] = headerOctets;
    this.visitedCount = 1;
    this.turn = (this.turn + 1) & 0xffff;
    this.name = request.name;
    for (let aliases = 0; aliases <= limits.aliasChainMax; aliases++) {
      if (!this.step(aliases)) break;
    }
    if (!this.truncated && this.choice.additional) this.addAddresses(false);
  }

  /** Answers for the name looked for now. True when an alias leads on to another name of the zone. */
  private step(aliases: number): boolean {
    const { qtype } = this.request;
    const found = this.walk(this.name, qtype === RRType.DS);
    switch (found) {
      case Found.cut:
        this.refer(aliases);
        return false;
      case Found.dname:
        return this.followDname();
      case Found.nothing:
        this.rcode = Rcode.NXDOMAIN;
        this.denyWithSoa();
        return false;
      default:
        return this.answerNode();
    }
  }

  /** Goes down from the apex towards `name`. With `forParent`, a cut at the name itself is no end: its DS is ours. */
  private walk(name: NamePlace, forParent: boolean): Found {
    const { image } = this;
    let node: number = apexNode;
    for (let label = name.labels - this.originLabels(name) - 1; ; label--) {
      const flags = image.flags(node);
      if ((flags & NodeFlag.cut) !== 0 && !(forParent && label < 0)) {
        this.node = node;
        return Found.cut;
      }
      if (label < 0) {
        this.node = node;
        return Found.node;
      }
      if ((flags & NodeFlag.dname) !== 0) {
        this.node = node;
        return Found.dname;
      }
      const child = image.child(node, name.octets, name.labelAts[label]!);
      if (child === 0) {
        this.node = (flags & NodeFlag.wildcardBelow) === 0 ? 0 : image.child(node, wildcardLabel, 0);
        return this.node === 0 ? Found.nothing : Found.wildcard;
      }
      node = child;
    }
  }

  private originLabels(name: NamePlace): number {
    // The zone's labels are the last ones of the name: count those that lie in the last octets.
    const from = name.end - this.image.originOctets.length;
    let labels = 0;
    while (labels < name.labels && name.labelAts[name.labels - 1 - labels]! >= from) labels++;
    return labels;
  }

  private answerNode(): boolean {
    const { image, node } = this;
    const { qtype } = this.request;
    if (qtype === RRType.ANY) {
      if (this.answerAny(node)) return false;
    } else {
      const rrset = image.rrset(node, qtype);
      if (rrset !== 0) {
        this.addOrTruncate(Section.answer, this.name.octets, this.name.at, node, rrset);
        this.noteTargets(rrset, qtype);
        this.addAuthority(node === apexNode && qtype === RRType.NS);
        return false;
      }
      if ((image.flags(node) & NodeFlag.cname) !== 0)
        return this.followCname(image.rrset(node, RRType.CNAME));
    }
    this.denyWithSoa();
    return false;
  }

  private answerAny(node: number): boolean {
    const { image } = this;
    let rrset = image.firstRrset(node);
    let added = 0;
    for (let left = image.rrsetsAt(node); left > 0; left--, rrset = image.nextRrset(rrset)) {
      const type = image.type(rrset);
      // Signatures come along with what they sign; in an unsigned zone they and NSEC are nobody's business.
      if (isDnssecRecord(type)) continue;
      this.addOrTruncate(Section.answer, this.name.octets, this.name.at, node, rrset);
      this.noteTargets(rrset, type);
      added++;
      if (this.truncated || this.choice.minimalAny) break;
    }
    if (added === 0) return false;
    this.addAuthority(node === apexNode);
    return true;
  }

  private followCname(rrset: number): boolean {
    const { image, node, slab } = this;
    this.addOrTruncate(Section.answer, this.name.octets, this.name.at, node, rrset);
    const targetAt = image.firstRdata(rrset) + 2;
    this.alias.place(slab, targetAt, slab.length);
    return this.follow();
  }

  /** RFC 6672 §3.2: the DNAME, and a CNAME made from it for those who do not know DNAME. */
  private followDname(): boolean {
    const { image, node, slab, writer, name } = this;
    const rrset = image.rrset(node, RRType.DNAME);
    const owner = this.placeOwner(name, node);
    this.addOrTruncate(Section.answer, owner.octets, owner.at, node, rrset);
    if (this.truncated) return false;
    const rdataAt = image.firstRdata(rrset) + 2;
    const prefix = owner.at - name.at;
    const targetOctets = nameEnd(slab, rdataAt) - rdataAt;
    if (prefix + targetOctets > 255) {
      this.rcode = Rcode.YXDOMAIN; // RFC 6672 §2.2
      return false;
    }
    // Two halves, so that the name being left may itself be the synthesized one.
    const half = name.octets === this.synthesized && name.at < 258 ? 258 : 2;
    const made = this.synthesized;
    for (let i = 0; i < prefix; i++) made[half + i] = name.octets[name.at + i]!;
    for (let i = 0; i < targetOctets; i++) made[half + prefix + i] = slab[rdataAt + i]!;
    writeU16(made, half - 2, prefix + targetOctets);
    const mark = writer.at;
    writer.record(name.octets, name.at, RRType.CNAME, image.ttl(rrset), made, half - 2);
    if (writer.full) {
      writer.rollback(mark);
      this.truncated = true;
      return false;
    }
    writer.count(Section.answer, 1);
    this.alias.place(made, half, made.length);
    return this.follow();
  }

  private readonly ownerPlace = { octets: new Uint8Array(0) as Uint8Array, at: 0 };

  /** Where in `name` the owner name of an ancestor node begins. */
  private placeOwner(name: NamePlace, node: number): { octets: Uint8Array; at: number } {
    let depth = 0;
    for (let at = node; at !== apexNode; at = this.image.parent(at)) depth++;
    this.ownerPlace.octets = name.octets;
    this.ownerPlace.at = name.labelAts[name.labels - this.originLabels(name) - depth]!;
    return this.ownerPlace;
  }

  /** Goes on at the alias's target when it is in this zone; elsewhere the client must ask. RFC 1034 §3.6.2. */
  private follow(): boolean {
    if (this.truncated || !this.liesInZone(this.alias)) return false;
    this.name = this.alias;
    // The target stands in the response already, as RDATA. Meeting it again is a loop.
    const at = this.writer.locate(this.alias.octets, this.alias.at);
    for (let i = 0; i < this.visitedCount; i++) if (this.visited[i] === at) return false;
    this.visited[this.visitedCount++] = at;
    return true;
  }

  private liesInZone(name: NamePlace): boolean {
    const first = name.labels - this.originLabels(name);
    return isSuffix(this.image.originOctets, name, first);
  }

  /** RFC 1034 §4.3.2 step 3b: the cut's NS records, and the addresses of those servers. */
  private refer(aliases: number): void {
    const { image, node } = this;
    if (aliases === 0) this.authoritative = false;
    const owner = this.placeOwner(this.name, node);
    const rrset = image.rrset(node, RRType.NS);
    this.addOrTruncate(Section.authority, owner.octets, owner.at, node, rrset);
    if (this.request.dnssecOk && !this.truncated) this.addSignedDs(owner, node);
    this.targetCount = 0;
    this.noteTargets(rrset, RRType.NS);
    if (!this.truncated) this.addAddresses(true);
    this.targetCount = 0;
  }

  /** RFC 4035 §3.1.4: a signed DS beside the referral. */
  private addSignedDs(owner: { octets: Uint8Array; at: number }, node: number): void {
    const ds = this.image.rrset(node, RRType.DS);
    if (ds !== 0 && this.hasSignature(node, RRType.DS)) {
      this.addOrTruncate(Section.authority, owner.octets, owner.at, node, ds);
    }
  }

  private hasSignature(node: number, type: number): boolean {
    const { image, slab } = this;
    const signatures = image.rrset(node, RRType.RRSIG);
    if (signatures === 0) return false;
    let at = image.firstRdata(signatures);
    for (let left = image.recordsIn(signatures); left > 0; left--) {
      if (readU16(slab, at + 2) === type) return true;
      at += 2 + readU16(slab, at);
    }
    return false;
  }

  /** RFC 2308 §2, §5: the SOA says how long "no" may be remembered. */
  private denyWithSoa(): void {
    if (this.truncated) return;
    const { image, slab, writer } = this;
    const soa = image.rrset(apexNode, RRType.SOA);
    if (soa === 0) return;
    const rdataAt = image.firstRdata(soa);
    const minimum = readU32(slab, rdataAt + 2 + readU16(slab, rdataAt) - 4);
    const ttl = Math.min(image.ttl(soa), minimum);
    const mark = writer.at;
    writer.record(image.originOctets, 0, RRType.SOA, ttl, slab, rdataAt);
    if (this.rollbackWhenFull(mark)) return;
    writer.count(Section.authority, 1);
    if (this.request.dnssecOk)
      this.addSignatures(Section.authority, image.originOctets, 0, apexNode, RRType.SOA, ttl);
  }

  private addAuthority(alreadyThere: boolean): void {
    if (alreadyThere || this.truncated || !this.choice.authority) return;
    const { image } = this;
    const rrset = image.rrset(apexNode, RRType.NS);
    if (rrset === 0) return;
    this.addOrTruncate(Section.authority, image.originOctets, 0, apexNode, rrset);
    this.noteTargets(rrset, RRType.NS);
  }

  private addOrTruncate(
    section: Section,
    owner: Uint8Array,
    ownerAt: number,
    node: number,
    rrset: number,
  ): void {
    if (this.truncated) return;
    if (!this.addRrset(section, owner, ownerAt, node, rrset)) this.truncated = true;
  }

  /** Adds a whole record set with its signatures, or nothing of it. */
  private addRrset(
    section: Section,
    owner: Uint8Array,
    ownerAt: number,
    node: number,
    rrset: number,
  ): boolean {
    const { image, slab, writer } = this;
    const records = image.recordsIn(rrset);
    const type = image.type(rrset);
    const ttl = image.ttl(rrset);
    const mark = writer.at;
    // Each answer begins with another record, so that clients that take the first one share the load.
    const first = image.firstRdata(rrset);
    let skip = records > 1 ? this.turn % records : 0;
    let at = first;
    for (; skip > 0; skip--) at += 2 + readU16(slab, at);
    const end = image.nextRrset(rrset);
    for (let left = records; left > 0; left--) {
      writer.record(owner, ownerAt, type, ttl, slab, at);
      at += 2 + readU16(slab, at);
      if (at === end) at = first;
      if (writer.full) break;
    }
    if (writer.full) {
      writer.rollback(mark);
      return false;
    }
    if (this.request.dnssecOk && type !== RRType.RRSIG) {
      const before = writer.counted(section);
      this.addSignatures(section, owner, ownerAt, node, type, ttl);
      if (writer.full) {
        writer.rollback(mark);
        writer.count(section, before - writer.counted(section));
        return false;
      }
    }
    writer.count(section, records);
    if (this.writtenCount < this.written.length) this.written[this.writtenCount++] = rrset;
    return true;
  }

  /** RFC 4035 §3.1.1: the RRSIG records of the node that cover a type. */
  private addSignatures(
    section: Section,
    owner: Uint8Array,
    ownerAt: number,
    node: number,
    covered: number,
    ttl: number,
  ): void {
    const { image, slab, writer } = this;
    const signatures = image.rrset(node, RRType.RRSIG);
    if (signatures === 0) return;
    let at = image.firstRdata(signatures);
    for (let left = image.recordsIn(signatures); left > 0; left--) {
      if (readU16(slab, at + 2) === covered) {
        writer.record(owner, ownerAt, RRType.RRSIG, ttl, slab, at);
        if (writer.full) return;
        writer.count(section, 1);
      }
      at += 2 + readU16(slab, at);
    }
  }

  private rollbackWhenFull(mark: number): boolean {
    if (!this.writer.full) return false;
    this.writer.rollback(mark);
    this.truncated = true;
    return true;
  }

  /** Remembers the names in RDATA that a client will want addresses of. */
  private noteTargets(rrset: number, type: number): void {
    const skip = targetOffset(type);
    if (skip === -1 || this.truncated || !this.choice.additional) return;
    const { image, slab } = this;
    let at = image.firstRdata(rrset);
    for (let left = image.recordsIn(rrset); left > 0 && this.targetCount < this.targets.length; left--) {
      this.targets[this.targetCount++] = at + 2 + skip;
      at += 2 + readU16(slab, at);
    }
  }

  /** Addresses of the remembered names, as far as the zone has them and they fit. `glue`: those below cuts count too. */
  private addAddresses(glue: boolean): void {
    const { target, slab } = this;
    for (let i = 0; i < this.targetCount; i++) {
      if (!target.place(slab, this.targets[i]!, slab.length) || !this.liesInZone(target)) continue;
      const node = glue ? this.exactNode(target) : this.authoritativeNode(target);
      if (node === 0) continue;
      this.addAddress(node, RRType.A, glue);
      this.addAddress(node, RRType.AAAA, glue);
    }
  }

  private addAddress(node: number, type: number, required: boolean): void {
    const rrset = this.image.rrset(node, type);
    if (rrset === 0 || this.isWritten(rrset)) return;
    const added = this.addRrset(Section.additional, this.target.octets, this.target.at, node, rrset);
    // RFC 9471 §2.1: a referral without the addresses of servers inside the delegated zone is of no use.
    if (!added && required && this.writer.counted(Section.additional) === 0) this.truncated = true;
  }

  private isWritten(rrset: number): boolean {
    for (let i = 0; i < this.writtenCount; i++) if (this.written[i] === rrset) return true;
    return false;
  }

  private exactNode(name: NamePlace): number {
    let node: number = apexNode;
    for (let label = name.labels - this.originLabels(name) - 1; label >= 0 && node !== 0; label--) {
      node = this.image.child(node, name.octets, name.labelAts[label]!);
    }
    return node;
  }

  private authoritativeNode(name: NamePlace): number {
    const found = this.walk(name, false);
    return found === Found.node || found === Found.wildcard ? this.node : 0;
  }
}

/** Octets before the name in RDATA whose addresses are additional data, or -1. RFC 1035 §3.3, RFC 2782, RFC 9460 §4. */
function targetOffset(type: number): number {
  switch (type) {
    case RRType.NS:
    case RRType.MB:
    case RRType.MD:
    case RRType.MF:
      return 0;
    case RRType.MX:
    case RRType.AFSDB:
    case RRType.RT:
    case RRType.KX:
    case RRType.SVCB:
    case RRType.HTTPS:
    case RRType.LP:
      return 2;
    case RRType.SRV:
      return 6;
    default:
      return -1;
  }
}

function isDnssecRecord(type: number): boolean {
  return type === RRType.RRSIG || type === RRType.NSEC || type === RRType.NSEC3;
}
