/**
 * From the octets of a query to the octets of its response. Decides what kind of message it is and who may
 * ask; what a zone says is `authority.ts`. One engine serves one thread and keeps no state between queries
 * but buffers.
 */

import type { LocalAddress } from "#platform/listen/local-addresses.ts";
import type { Name } from "#protocols/dns/name.ts";
import { ExtendedError, Opcode, Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { DropReason } from "../counters/layout.ts";
import { WorkerCounters } from "../counters/worker-counters.ts";
import { limits } from "../limits.ts";
import { ResponseCategory, ResponseRateLimiter, Verdict } from "../rate-limit/response-rate-limiter.ts";
import { rateLimitSettings } from "../rate-limit/settings.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneTable } from "../zones/zone-table.ts";
import { AnswerBlocks } from "./answer-blocks.ts";
import { AuthorityAnswer, type SectionChoice } from "./authority.ts";
import { Chaos } from "./chaos.ts";
import type { EngineSettings, RateLimit } from "./engine-settings.ts";
import { PlainAnswer } from "./plain-answer.ts";
import type { QueryLog } from "./query-log.ts";
import { HeaderFlag, headerOctets, Parsed, Request } from "./request.ts";
import { noExtendedError, ResponseEdns } from "./response-edns.ts";
import { ResponseWriter, Section } from "./response-writer.ts";
import { Transport } from "./transport.ts";
import { Finding, ZoneFinder } from "./zone-finder.ts";
import { type Found, labelsInZone, ZoneWalk } from "./zone-walk.ts";

/** What `Engine.answer` gives for what only control answers: signed messages and transfers. */
export const handOver = -1;

/** Of a request that was signed, and had its signature taken off. */
export interface SignedRequest {
  /** In lower case. */
  readonly key: Name;
  /** What the signature of the response takes. */
  readonly octets: number;
}

export class Engine {
  private table: ZoneTable;
  settings!: EngineSettings;
  readonly counters: WorkerCounters;
  private readonly request = new Request();
  private readonly writer = new ResponseWriter();
  private readonly finder = new ZoneFinder();
  private readonly walk = new ZoneWalk();
  private readonly blocks = new AnswerBlocks();
  private readonly plain = new PlainAnswer(this.blocks);
  private readonly authority = new AuthorityAnswer(this.writer, this.finder, this.walk, this.blocks);
  private readonly choice: SectionChoice = { authority: true, additional: true, minimalAny: false };
  private readonly nowMs: () => number;
  private readonly edns: ResponseEdns;
  private chaos!: Chaos;
  private transport: Transport = Transport.udp;
  private client!: Uint8Array;
  private signed: SignedRequest | undefined;
  private isHandedOver = false;
  private rcode = 0;
  private flags = 0;
  private extendedError = noExtendedError;
  /** What the response is about, for the limits: the name found, or the zone of one that is not there. */
  private limitKey = 0;
  /** Gets the image that has taken another's place, for a thread that is told of it by messages. */
  onRetired: () => void = () => undefined;
  /** Tells of each query while the settings want it. */
  queryLog: QueryLog | undefined;
  /** Holds back responses over UDP; undefined: nothing is held back. */
  limiter: ResponseRateLimiter | undefined;

  constructor(
    zones: ZoneTable,
    settings: EngineSettings,
    nowMs: () => number,
    counters: WorkerCounters = new WorkerCounters(),
  ) {
    this.counters = counters;
    this.table = zones;
    this.nowMs = nowMs;
    this.edns = new ResponseEdns(this.request, this.writer, () => this.seconds());
    this.configure(settings);
  }

  get zones(): ZoneTable {
    return this.table;
  }

  /** Replaced whole when zones come, go or are read anew; a query sees one table from start to end. */
  set zones(zones: ZoneTable) {
    this.table = zones;
    this.blocks.clear();
  }

  /** Takes new settings for the next query on. */
  configure(settings: EngineSettings): void {
    this.settings = settings;
    this.chaos = new Chaos(settings.chaos);
    this.edns.configure(settings);
    this.limiter = limiterOf(settings.rateLimit, this.limiter);
  }

  /** Takes what `localhost` and `localnets` stand for now. */
  refreshAddresses(own: readonly LocalAddress[]): void {
    for (const list of this.table.lists) list.refresh(own);
    this.limiter?.exempt.refresh(own);
  }

  /**
   * Answers the first `length` octets of `octets` into `reply`. `client`: the 4 or 16 octets of its address.
   * `signed`: the key of a request that was signed; the response leaves room for a signature.
   * @returns octets of the response; 0 when there is none to give; `handOver`
   */
  answer(
    octets: Uint8Array,
    length: number,
    client: Uint8Array,
    transport: Transport,
    reply: Uint8Array,
    signed?: SignedRequest,
  ): number {
    const { request, writer, counters } = this;
    const parsed = request.parse(octets, length);
    if (parsed === Parsed.drop) {
      counters.drop(length < headerOctets ? DropReason.malformed : DropReason.notQuery);
      return 0;
    }
    counters.query(transport, request.qtype, length);
    this.transport = transport;
    this.client = client;
    this.signed = signed;
    this.isHandedOver = false;
    this.finder.begin(this.table, client, signed?.key);
    this.rcode = Rcode.NOERROR;
    this.extendedError = noExtendedError;
    this.limitKey = 0;
    // Of the query's flags RD and CD are handed back. RFC 1035 §4.1.1, RFC 4035 §3.1.6.
    this.flags = HeaderFlag.qr | (request.opcode << 11) | (request.flags & (HeaderFlag.rd | HeaderFlag.cd));
    writer.begin(reply, this.replyOctets(reply.length), request);
    // Nobody knows whether what stands there is one
    if (!isKnownOpcode(request.opcode)) writer.dropQuestion();
    const optOctets = request.hasOpt ? this.edns.octets(transport) : 0;
    writer.reserve(optOctets);
    this.decide(parsed);
    if (this.isHandedOver) return handOver;
    if (transport === Transport.udp && this.limiter !== undefined && !this.mayPass(this.limiter)) {
      counters.drop(DropReason.rateLimited);
      return 0;
    }
    writer.release(optOctets);
    if (request.hasOpt) this.edns.write(this.rcode, this.extendedError, client, transport);
    writer.finish(request.id, this.flags | (this.rcode & 15));
    counters.response(transport, client.length, this.rcode, writer.at);
    if ((this.flags & HeaderFlag.tc) !== 0) counters.truncated();
    if (this.settings.queryLog) this.queryLog?.note(request, client, transport, this.rcode);
    return writer.at;
  }

  private replyOctets(room: number): number {
    const signature = this.signed?.octets ?? 0;
    if (this.transport === Transport.tcp) return Math.min(room, 65_535 - signature);
    const offered = this.request.udpPayloadOctets;
    const wanted = Math.max(this.settings.udpPayloadOctets, limits.udpPayloadOctetsMin);
    return Math.min(room, Math.min(offered, wanted) - signature);
  }

  /** False: not to be sent. What is to be sent instead may be truncated. */
  private mayPass(limiter: ResponseRateLimiter): boolean {
    const { rcode, client } = this;
    if (limiter.isExempt(client)) return true;
    let category: ResponseCategory = ResponseCategory.error;
    if (rcode === Rcode.NOERROR) category = ResponseCategory.answer;
    else if (rcode === Rcode.NXDOMAIN) category = ResponseCategory.nxdomain;
    const verdict = limiter.decide(client, category, this.limitKey, this.nowMs());
    if (verdict === Verdict.pass || this.edns.clientIsKnown(this.client)) return true;
    if (verdict === Verdict.drop) return false;
    this.counters.slipped();
    this.writer.clearSections();
    this.flags |= HeaderFlag.tc;
    return true;
  }

  private decide(parsed: Parsed): void {
    const { request } = this;
    if (parsed === Parsed.malformed) this.fail(Rcode.FORMERR);
    else if (request.hasOpt && request.ednsVersion > 0)
      this.fail(Rcode.BADVERS); // RFC 6891 §6.1.3
    else if (request.tsigAt !== 0 || request.opcode === Opcode.NOTIFY || request.opcode === Opcode.UPDATE)
      this.isHandedOver = true;
    else if (request.opcode === Opcode.QUERY) this.decideQuery(parsed);
    else this.fail(Rcode.NOTIMP);
  }

  private decideQuery(parsed: Parsed): void {
    const { request } = this;
    if (parsed === Parsed.noQuestion) {
      // RFC 7873 §5.4: a client may ask for nothing but a cookie.
      if (request.cookieAt === 0 || !this.edns.hasCookies) this.fail(Rcode.FORMERR);
      return;
    }
    if (request.qclass === RRClass.CH) {
      this.answerChaos();
      return;
    }
    if (request.qclass !== RRClass.IN) {
      this.failForClass();
      return;
    }
    const { qtype } = request;
    if (qtype === RRType.MAILA || qtype === RRType.MAILB) this.fail(Rcode.NOTIMP);
    else if (qtype === RRType.AXFR || qtype === RRType.IXFR) this.isHandedOver = true;
    else if (isMetaType(qtype)) this.fail(Rcode.FORMERR);
    else this.answerFromZone();
  }

  private failForClass(): void {
    switch (this.request.qclass) {
      case 0:
      case RRClass.NONE:
      case RRClass.ANY:
        this.fail(Rcode.FORMERR); // no class of data. RFC 6895 §3.2
        break;
      case RRClass.HS:
        this.fail(Rcode.REFUSED, ExtendedError.notSupported);
        break;
      default:
        this.fail(Rcode.NOTIMP);
    }
  }

  private answerFromZone(): void {
    const { request } = this;
    switch (this.finder.find(request.name, request.qtype)) {
      case Finding.none:
        this.fail(Rcode.REFUSED, ExtendedError.notAuthoritative);
        return;
      case Finding.prohibited:
        this.fail(Rcode.REFUSED, ExtendedError.prohibited);
        return;
      case Finding.notLoaded:
        this.fail(Rcode.SERVFAIL, ExtendedError.notReady);
        return;
      default:
    }
    this.chooseSections();
    const image = this.presentImage();
    const found = this.walkTo(image);
    const { plain, walk, choice } = this;
    if (plain.write(this.writer, request, image, walk, found, choice.authority) && image.isCurrent()) {
      this.rcode = plain.rcode;
      if (plain.authoritative) this.flags |= HeaderFlag.aa;
      this.limitKey = this.limitKeyOf(image, walk.node);
      return;
    }
    this.answerAtLength(image, found);
  }

  private walkTo(image: ZoneImage): Found {
    const { name, qtype } = this.request;
    return this.walk.walk(image, name, qtype === RRType.DS);
  }

  /** What is limited is what was found: names of one wildcard or below one delegation count together. */
  private limitKeyOf(image: ZoneImage, node: number): number {
    return this.rcode === Rcode.NXDOMAIN ? image.originHash : node ^ image.originHash;
  }

  /** The image of the zone found, as it is now, or the one that has taken its place. */
  private presentImage(): ZoneImage {
    const { finder, request } = this;
    finder.image.begin();
    if (finder.image.isRetired) {
      this.onRetired();
      finder.begin(this.table, this.client, this.signed?.key);
      finder.find(request.name, request.qtype);
      finder.image.begin();
    }
    return finder.image;
  }

  private answerAtLength(present: ZoneImage, way: Found): void {
    const { request, authority, writer } = this;
    let image = present;
    let found = way;
    const originLabel = labelsInZone(image, request.name);
    writer.setZone(image.originOctets, originLabel);
    // A change may be swapped in while the answer is written, which then is of before and of after.
    for (let tries = 0; ; tries++) {
      writer.clearSections();
      authority.answer(request, this.choice, found);
      // A retired image changes no more: what a batch under way reads there is as of when it was retired.
      if (image.isCurrent() || image.isRetired || tries === limits.answerTriesMax) break;
      image = this.presentImage();
      found = this.walkTo(image);
    }
    this.rcode = authority.rcode;
    this.limitKey = this.limitKeyOf(image, authority.firstNode);
    this.extendedError = authority.extendedError;
    if (authority.authoritative) this.flags |= HeaderFlag.aa;
    if (authority.truncated) this.flags |= HeaderFlag.tc;
  }

  private chooseSections(): void {
    const { request, choice, settings } = this;
    const { minimalResponses } = settings;
    const recursionDesired = (request.flags & HeaderFlag.rd) !== 0;
    choice.additional = minimalResponses !== "yes";
    choice.authority =
      minimalResponses === "no" || (minimalResponses === "no-auth-recursive" && !recursionDesired);
    choice.minimalAny = false;
    switch (request.qtype) {
      case RRType.NS: // who asks for the servers wants their addresses
        choice.additional = choice.authority = true;
        break;
      case RRType.DS: // and these go to validators, which want nothing else
      case RRType.DNSKEY:
      case RRType.CDS:
      case RRType.CDNSKEY:
        choice.additional = choice.authority = false;
        break;
      case RRType.ANY:
        choice.additional = false;
        choice.minimalAny =
          settings.minimalAny && this.transport === Transport.udp && !this.edns.clientIsKnown(this.client);
        break;
      default:
    }
  }

  private answerChaos(): void {
    const text = this.chaos.answer(this.request);
    if (text === undefined) {
      this.fail(Rcode.REFUSED);
      return;
    }
    this.flags |= HeaderFlag.aa;
    const { writer, request } = this;
    writer.name(request.octets, request.name.at);
    writer.u16(RRType.TXT);
    writer.u16(RRClass.CH);
    writer.u32(0);
    writer.u16(text.length);
    writer.copy(text, 0, text.length);
    writer.count(Section.answer, 1);
  }

  private seconds(): number {
    return Math.floor(this.nowMs() / 1000) >>> 0;
  }

  private fail(rcode: number, extendedError: number = noExtendedError): void {
    this.rcode = rcode;
    this.extendedError = extendedError;
  }
}

function limiterOf(
  limit: RateLimit | undefined,
  before: ResponseRateLimiter | undefined,
): ResponseRateLimiter | undefined {
  if (limit === undefined) return undefined;
  const settings = rateLimitSettings(limit.config, limit.acls);
  if (settings === undefined) return undefined;
  if (before === undefined) return new ResponseRateLimiter(settings, limit.memory);
  before.configure(settings);
  return before;
}

function isKnownOpcode(opcode: number): boolean {
  return opcode === Opcode.QUERY || opcode === Opcode.NOTIFY || opcode === Opcode.UPDATE;
}

/** Types that are questions or parts of messages and never data. RFC 6895 §3.1: 128 to 255, and OPT. */
function isMetaType(type: number): boolean {
  return (type >= 128 && type < 255) || type === RRType.OPT;
}
