/**
 * The answer of a zone's own server: RFC 1034 §4.3.2, with wildcards (RFC 4592), DNAME (RFC 6672), negative
 * answers (RFC 2308) and the additional data that clients hope for. Reads the zone image, writes the
 * response; allocates nothing.
 */
import { ExtendedError, Rcode, RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { NodeFlag, readU16, readU32, writeU16, type ZoneImage } from "../zones/image.ts";
import { AdditionalData } from "./additional.ts";
import { type AnswerBlocks, Block } from "./answer-blocks.ts";
import { Denial, type Proofs } from "./denial.ts";
import { NamePlace } from "./name-place.ts";
import { HeaderFlag, type Request } from "./request.ts";
import { nameEnd, type ResponseWriter, Section } from "./response-writer.ts";
import { SectionWriter } from "./section-writer.ts";
import type { ZoneFinder } from "./zone-finder.ts";
import { Found, type ZoneWalk } from "./zone-walk.ts";

/** Sections that a response may leave out when they are not asked for. BIND's minimal-responses. */
export interface SectionChoice {
  /** NS records with a positive answer. */
  authority: boolean;
  additional: boolean;
  /** One record set instead of all in answer to ANY. RFC 8482 §4.1. */
  minimalAny: boolean;
}

/** Names made of a DNAME are put together here: two of them, since one is made of the other. */
const madeNameOctets = 2 + 255;

export class AuthorityAnswer {
  /** The response code of the answer made last. */
  rcode: number = Rcode.NOERROR;
  /** What more there is to say of the response code, or -1. RFC 8914. */
  extendedError = -1;
  authoritative = true;
  /** What the way to the name asked for ended with: the name's node, its wildcard's, a cut's, a DNAME's. */
  firstNode = 0;

  private readonly writer: ResponseWriter;
  private readonly blocks: AnswerBlocks;
  private readonly sections: SectionWriter;
  private readonly additional: AdditionalData;
  private readonly denial: Denial;
  private readonly finder: ZoneFinder;
  private readonly zoneWalk: ZoneWalk;
  private image!: ZoneImage;
  private request!: Request;
  private choice!: SectionChoice;
  /** The name looked for now: the question's, then the targets of aliases. */
  private name!: NamePlace;
  /** The client wants proofs and the zone has them. */
  private proves = false;
  /** How many aliases were followed to the name looked for now. */
  private aliases = 0;
  /** What the walk to the name found is its wildcard. */
  private isWildcard = false;
  private readonly alias = new NamePlace();
  private readonly made = new Uint8Array(2 * madeNameOctets);

  /** `walk` comes with the way to the name asked for, and is used for others. */
  constructor(writer: ResponseWriter, finder: ZoneFinder, walk: ZoneWalk, blocks: AnswerBlocks) {
    this.writer = writer;
    this.zoneWalk = walk;
    this.blocks = blocks;
    this.sections = new SectionWriter(writer);
    this.finder = finder;
    this.additional = new AdditionalData(this.sections, finder);
    this.denial = new Denial(this.sections);
  }

  get truncated(): boolean {
    return this.sections.truncated;
  }

  /**
   * Writes the sections of the answer to the question of `request`. The finder has found the zone of its
   * name, and the way to the name ended with `found`.
   */
  answer(request: Request, choice: SectionChoice, found: Found): void {
    this.image = this.finder.image;
    this.request = request;
    this.choice = choice;
    this.rcode = Rcode.NOERROR;
    this.extendedError = -1;
    this.authoritative = true;
    this.proves = request.dnssecOk && this.image.signed;
    this.sections.begin(request.dnssecOk);
    this.additional.begin();
    this.denial.begin();
    this.name = request.name;
    this.aliases = 0;
    for (let end = found; this.step(end) && this.enterAlias(); end = this.walk(), this.aliases++) {
      if (this.aliases === limits.aliasChainMax) {
        this.fail(ExtendedError.other); // what was gathered stays, as in BIND
        break;
      }
    }
    this.denial.proveAliases(this.image);
    if (!this.truncated) this.additional.addAll();
  }

  private walk(): Found {
    return this.zoneWalk.walk(this.image, this.name, this.request.qtype === RRType.DS);
  }

  /** Answers for the name looked for now. True when an alias leads on to another name. */
  private step(found: Found): boolean {
    const { qtype } = this.request;
    this.isWildcard = found === Found.wildcard;
    if (this.aliases === 0) this.firstNode = this.zoneWalk.node;
    switch (found) {
      case Found.cut:
        if (this.isParentsAtCut(qtype)) return this.answerNode();
        if (this.aliases === 0) this.authoritative = false;
        this.refer();
        return false;
      case Found.dname:
        return this.followDname();
      case Found.nothing:
        this.rcode = Rcode.NXDOMAIN;
        // Who looks for the zone of a name asks for its SOA, and may be about to add the name. BIND's
        // zero-no-soa-ttl.
        if (qtype === RRType.SOA) this.denyWithSoa(0);
        else this.deny();
        if (this.proves) this.proofs.noName(this.image, this.name, this.zoneWalk.label);
        return false;
      default:
        return this.answerNode();
    }
  }

  /**
   * Goes on at the alias's target when it is in this zone; elsewhere the client must ask. RFC 1034 §3.6.2.
   */
  private enterAlias(): boolean {
    const { finder, alias, request } = this;
    if (finder.hasAlso(alias, request.qtype)) {
      this.name = alias;
      return true;
    }
    // A client that wants all of the answer gets none of it while the zone with the rest is out of order. As
    // in BIND.
    if ((request.flags & HeaderFlag.rd) !== 0 && finder.isNotLoaded(alias, request.qtype)) {
      this.sections.clear();
      this.additional.begin();
      this.denial.begin();
      this.authoritative = false;
      this.fail(ExtendedError.notReady);
    }
    return false;
  }

  private fail(extendedError: number): void {
    this.rcode = Rcode.SERVFAIL;
    this.extendedError = extendedError;
  }

  private answerNode(): boolean {
    const { image, sections } = this;
    const { node } = this.zoneWalk;
    const { qtype } = this.request;
    sections.from(image, node, this.name.octets, this.name.at);
    if (qtype === RRType.ANY) {
      if (!this.answerAny(node)) this.denyType();
      return false;
    }
    if (qtype === RRType.RRSIG) {
      if (!this.answerSignatures(node)) this.denyType();
      return false;
    }
    const rrset = image.rrset(node, qtype);
    if (rrset !== 0) {
      sections.add(Section.answer, rrset);
      this.noteTargets(rrset, this.name.octets, this.name.at);
      this.addAuthority(node === this.image.apex && qtype === RRType.NS);
      this.proveWildcard();
      return false;
    }
    if ((image.flags(node) & NodeFlag.cname) !== 0 && !standsBesideCname(qtype)) {
      const cname = image.rrset(node, RRType.CNAME);
      sections.add(Section.answer, cname);
      if (this.isWildcard && this.proves) this.denial.proveLater(this.name, this.zoneWalk.label);
      this.alias.place(image.slab, image.firstRdata(cname) + 2, image.slab.length);
      return true;
    }
    this.denyType();
    return false;
  }

  /** NSEC and KEY records of a cut are the parent's, and answered like those of any node. As in BIND. */
  private isParentsAtCut(qtype: number): boolean {
    const { label, node } = this.zoneWalk;
    return (
      label === 0 && (qtype === RRType.NSEC || qtype === RRType.KEY) && this.image.rrset(node, qtype) !== 0
    );
  }

  /** False when the node has no record at all. */
  private answerAny(node: number): boolean {
    const { image } = this;
    const sets = image.rrsetsAt(node);
    let rrset = image.firstRrset(node);
    for (let left = sets; left > 0 && !this.truncated; left--, rrset = image.nextRrset(rrset)) {
      // In a zone that is not signed, what belongs to signing proves nothing to anybody.
      if (provesSomething(image.type(rrset)) && !image.signed) continue;
      if (this.choice.minimalAny) {
        this.sections.add(Section.answer, rrset);
        break;
      }
      this.sections.addAlone(Section.answer, rrset);
    }
    if (sets === 0) return false;
    this.addAuthority(node === image.apex);
    this.proveWildcard();
    return true;
  }

  /** Adds the signatures of all types. False when there are none. */
  private answerSignatures(node: number): boolean {
    const { image } = this;
    const first = image.rrset(node, RRType.RRSIG);
    let rrset = image.firstRrset(node);
    for (let left = image.rrsetsAt(node); left > 0; left--, rrset = image.nextRrset(rrset)) {
      if (image.type(rrset) === RRType.RRSIG) this.sections.add(Section.answer, rrset);
    }
    if (first === 0) return false;
    this.addAuthority(false);
    this.proveWildcard();
    return true;
  }

  /** RFC 6672 §3.2: the DNAME, and a CNAME made from it for those who do not know DNAME. */
  private followDname(): boolean {
    const { image, name, sections, made } = this;
    const { node, label } = this.zoneWalk;
    const { qtype } = this.request;
    const rrset = image.rrset(node, RRType.DNAME);
    const ownerAt = name.labelAts[label]!;
    sections.from(image, node, name.octets, ownerAt);
    sections.add(Section.answer, rrset);
    const targetAt = image.firstRdata(rrset) + 2;
    const prefix = ownerAt - name.at;
    const targetOctets = nameEnd(image.slab, targetAt) - targetAt;
    if (prefix + targetOctets > 255) {
      this.rcode = Rcode.YXDOMAIN; // RFC 6672 §2.2
      return false;
    }
    const at = name.octets === made && name.at < madeNameOctets ? madeNameOctets + 2 : 2;
    for (let i = 0; i < prefix; i++) made[at + i] = name.octets[name.at + i]!;
    for (let i = 0; i < targetOctets; i++) made[at + prefix + i] = image.slab[targetAt + i]!;
    writeU16(made, at - 2, prefix + targetOctets);
    sections.from(image, node, name.octets, name.at);
    sections.addSynthesized(rrset, made, at - 2);
    if (qtype === RRType.CNAME || qtype === RRType.ANY) {
      this.addAuthority(false);
      return false;
    }
    this.alias.place(made, at, made.length);
    return true;
  }

  /** RFC 1034 §4.3.2 step 3b: the cut's NS records, and the addresses of those servers. */
  private refer(): void {
    const { image, sections, name, blocks, writer } = this;
    const { node, label } = this.zoneWalk;
    const ownerAt = name.labelAts[label]!;
    const ready = this.aliases === 0 && !this.proves;
    if (ready && blocks.write(writer, Block.referral, image, node, ownerAt)) return;
    const rrset = image.rrset(node, RRType.NS);
    sections.from(image, node, name.octets, ownerAt);
    sections.add(Section.authority, rrset);
    if (this.proves) this.addSignedDs(node, label);
    this.denial.proveAliases(image);
    if (this.truncated) return;
    if (!this.additional.addGlue(rrset, name.octets, ownerAt)) sections.truncated = true;
    else if (ready && !this.additional.leftOut) blocks.keep(writer, Block.referral, image, node, ownerAt);
  }

  /** RFC 4035 §3.1.4: a signed DS beside the referral, or the proof that there is none. */
  private addSignedDs(node: number, label: number): void {
    const { image } = this;
    const ds = image.rrset(node, RRType.DS);
    if (ds !== 0 && image.signatures(node, RRType.DS) !== 0) this.sections.add(Section.authority, ds);
    else this.proofs.unsignedDelegation(image, node, this.name, label);
  }

  private get proofs(): Proofs {
    return this.denial.of(this.image);
  }

  /** RFC 4035 §3.1.3.3: an answer of a wildcard comes with the proof that the name itself is not there. */
  private proveWildcard(): void {
    if (this.isWildcard && this.proves) this.proofs.wildcard(this.image, this.name, this.zoneWalk.label);
  }

  /** The name is there, or its wildcard, and the type is not. */
  private denyType(): void {
    this.deny();
    if (!this.proves) return;
    const { node, label } = this.zoneWalk;
    if (this.isWildcard) this.proofs.wildcardNoType(this.image, node, this.name, label);
    else this.proofs.noType(this.image, node, this.name);
  }

  private deny(): void {
    const { image, blocks, writer, name } = this;
    const ready = this.aliases === 0 && !this.proves;
    const originAt = name.end - image.originOctets.length;
    if (ready && blocks.write(writer, Block.denial, image, image.apex, originAt)) return;
    this.denyWithSoa();
    if (ready && !this.truncated) blocks.keep(writer, Block.denial, image, image.apex, originAt);
  }

  /** RFC 2308 §2, §5: the SOA's TTL says how long "no" may be remembered. */
  private denyWithSoa(ttl = this.negativeTtl()): void {
    const { image, sections } = this;
    sections.from(image, image.apex, image.originOctets, 0);
    sections.add(Section.authority, image.rrset(image.apex, RRType.SOA), ttl);
  }

  private negativeTtl(): number {
    const { image } = this;
    const soa = image.rrset(image.apex, RRType.SOA);
    const rdataAt = image.firstRdata(soa);
    const minimum = readU32(image.slab, rdataAt + 2 + readU16(image.slab, rdataAt) - 4);
    return Math.min(image.ttl(soa), minimum);
  }

  private addAuthority(alreadyThere: boolean): void {
    if (alreadyThere || !this.choice.authority) return;
    const { image, sections } = this;
    const rrset = image.rrset(image.apex, RRType.NS);
    if (rrset === 0) return;
    sections.from(image, image.apex, image.originOctets, 0);
    sections.add(Section.authority, rrset);
    this.noteTargets(rrset, image.originOctets, 0);
  }

  private noteTargets(rrset: number, owner: Uint8Array, ownerAt: number): void {
    if (this.choice.additional) this.additional.note(this.image, rrset, owner, ownerAt);
  }
}

/**
 * Types that may stand beside a CNAME, so that it is no answer to a question for them. RFC 4034 §3, §4, RFC
 * 3007 §3.
 */
function standsBesideCname(type: number): boolean {
  return type === RRType.RRSIG || type === RRType.NSEC || type === RRType.KEY || type === RRType.SIG;
}

function provesSomething(type: number): boolean {
  switch (type) {
    case RRType.DS:
    case RRType.RRSIG:
    case RRType.NSEC:
    case RRType.DNSKEY:
    case RRType.NSEC3:
    case RRType.NSEC3PARAM:
      return true;
    default:
      return false;
  }
}
