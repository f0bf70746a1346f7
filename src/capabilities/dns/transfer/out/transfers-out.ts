/**
 * Gives zones to those who may copy them: AXFR (RFC 5936) and IXFR (RFC 1995), over TCP and TLS (RFC 9103,
 * where the messages are the same), and what there is to say to either over UDP. Each transfer is the zone of
 * one moment, whatever changes while it lasts. Between two messages others get their turn.
 */
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { addressGroup } from "#platform/stream/address-group.ts";
import { messageOctetsMax } from "#platform/stream/limits.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import { Rcode } from "#protocols/dns/registry.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import type { ZoneHistory } from "../../journal/zone-writer.ts";
import { limits as dnsLimits } from "../../limits.ts";
import type { ZoneImage, ZoneRecord } from "../../zones/image.ts";
import { ZoneCursor } from "../../zones/zone-moment.ts";
import { newTransferCounters, type TransferCounters } from "./counters.ts";
import { type IxfrPlan, planIxfr } from "./ixfr.ts";
import { type TransferLimits, transferLimits } from "./limits.ts";
import { beginMessage, Outgoing, signed, type TransferAsked } from "./outgoing.ts";
import { addDifferences, sendDifferences, sendZone, soaOf } from "./send-records.ts";
import {
  type Decision,
  decideTransfer,
  type TransferredZone,
  tooManyTransfers,
} from "./transfer-decision.ts";
import { TransferQuota } from "./transfer-quota.ts";
import { TransferReport } from "./transfer-report.ts";
import { readTransferRequest, type TransferRequest } from "./transfer-request.ts";
import { TransferWriter } from "./transfer-writer.ts";
import { Turns } from "./turns.ts";

export interface TransfersOutPorts {
  /** By the name in lower case. */
  zoneOf(name: Name): TransferredZone | undefined;
  readonly history: ZoneHistory;
  readonly clock: Clock;
  readonly log: Log;
  /** Octets that a response over UDP may have at most. */
  udpPayloadOctets(): number;
  readonly limits?: Partial<TransferLimits>;
}

/** The least that a record takes: a pointer and ten octets. */
const recordOctetsMin = 12;

export class TransfersOut implements Disposable {
  readonly counters: TransferCounters = newTransferCounters();
  private readonly ports: TransfersOutPorts;
  private readonly limits: TransferLimits;
  private readonly quota: TransferQuota;
  private readonly turns = new Turns();
  private readonly running = new Set<Outgoing>();
  /** Not in use; as many as there were transfers at once. */
  private readonly writers: TransferWriter[] = [];
  private readonly sweeping: Disposable;
  private isClosed = false;

  constructor(ports: TransfersOutPorts) {
    this.ports = ports;
    this.limits = { ...transferLimits, ...ports.limits };
    this.quota = new TransferQuota(this.limits);
    this.sweeping = ports.clock.every(this.limits.sweepMs, () => this.sweep());
  }

  /** Transfers under way. */
  get runningCount(): number {
    return this.running.size;
  }

  /**
   * Answers a request that came over a stream. Settles when its last message is handed over, or when there is
   * no use in going on; many may be under way on one connection. Nothing that a client does makes it reject.
   */
  async serve(asked: TransferAsked): Promise<void> {
    const request = readTransferRequest(asked.body);
    if (request === undefined) return;
    const first = this.decide(request, asked);
    if (first.kind !== "granted") {
      await this.answerShort(asked, request, first);
      return;
    }
    const group = addressGroup(asked.client.text);
    if (!(await this.quota.enter(group, this.ports.clock.monotonicMs()))) {
      await this.answerShort(asked, request, tooManyTransfers);
      return;
    }
    try {
      // The zone may have changed, or gone, while the request waited for its turn.
      const decision = this.decide(request, asked);
      if (decision.kind === "granted") await this.transfer(asked, request, decision.image);
      else await this.answerShort(asked, request, decision);
    } finally {
      this.quota.leave(group);
    }
  }

  /**
   * The answer to a request that came in a datagram; undefined: none. Differences that fit are sent, and for
   * anything else one SOA record, upon which the client asks again by TCP. RFC 1995 §2.
   */
  async answerUdp(asked: Pick<TransferAsked, "body" | "client" | "signer">): Promise<Uint8Array | undefined> {
    const request = readTransferRequest(asked.body);
    if (request === undefined) return undefined;
    const decision = this.decide(request, asked);
    const room = Math.min(request.edns?.udpSize ?? 0, this.ports.udpPayloadOctets());
    const octetsMax = Math.max(room, dnsLimits.udpPayloadOctetsMin) - (asked.signer?.octets ?? 0);
    const differences =
      decision.kind === "granted" ? await this.differencesFor(request, decision.image, octetsMax) : undefined;
    const writer = this.takeWriter();
    beginMessage(writer, request, { isFirst: true, octetsMax });
    if (differences !== undefined && addDifferences(writer, differences.sets, differences.soa))
      this.counters.ixfr++;
    else this.writeShort(writer, request, decision, octetsMax);
    const response = signed(writer.finish(), asked.signer, this.ports.clock.nowMs()).slice();
    this.writers.push(writer);
    return response;
  }

  /** Breaks off what is under way, and begins nothing more. */
  [Symbol.dispose](): void {
    this.isClosed = true;
    this.sweeping[Symbol.dispose]();
    this.quota.close();
    for (const outgoing of this.running) outgoing.interrupt("closed");
  }

  private decide(request: TransferRequest, { client }: Pick<TransferAsked, "client">): Decision {
    return decideTransfer(request, client, (name) => this.ports.zoneOf(name));
  }

  private async transfer(asked: TransferAsked, request: TransferRequest, image: ZoneImage): Promise<void> {
    const writer = this.takeWriter();
    const outgoing = new Outgoing(asked, request, writer, { clock: this.ports.clock, turns: this.turns });
    this.running.add(outgoing);
    if (this.isClosed) outgoing.interrupt("closed");
    try {
      await this.run(asked, request, image, outgoing);
    } finally {
      this.running.delete(outgoing);
      this.writers.push(writer);
      this.counters.messages += outgoing.messages;
      this.counters.records += outgoing.records;
      this.counters.octets += outgoing.octets;
    }
  }

  private async run(
    asked: TransferAsked,
    request: TransferRequest,
    image: ZoneImage,
    outgoing: Outgoing,
  ): Promise<void> {
    // Taken before anything is awaited: meanwhile the zone may change.
    const soa = soaOf(image);
    const served = image.serial();
    const plan = await this.plan(request, image);
    const cursor = plan.kind === "whole" ? new ZoneCursor(image) : undefined;
    this.count(request, plan);
    const report = new TransferReport(this.ports.log, {
      client: asked.client,
      request,
      serial: cursor?.serial ?? served,
      why: plan.kind === "whole" ? plan.why : undefined,
    });
    report.started();
    let failure: unknown;
    try {
      if (cursor !== undefined) await sendZone(outgoing, cursor);
      else if (plan.kind === "differences") await sendDifferences(outgoing, plan.pages, soa);
    } catch (error) {
      failure = error;
    }
    report.ended(outgoing, (this.ports.clock.monotonicMs() - outgoing.startedMs) / 1000, failure);
    if (failure !== undefined) await this.fail(asked, request, outgoing);
    else if (outgoing.interruption === "gone") this.counters.gone++;
    else if (outgoing.interruption !== undefined) {
      this.counters.cut++;
      asked.close();
    }
  }

  /** A response code tells the client that what it has is not all. RFC 5936 §2.2. */
  private async fail(asked: TransferAsked, request: TransferRequest, outgoing: Outgoing): Promise<void> {
    this.counters.failed++;
    const octetsMax = messageOctetsMax - (asked.signer?.octets ?? 0);
    const isFirst = outgoing.messages === 0;
    beginMessage(outgoing.writer, request, { isFirst, octetsMax, rcode: Rcode.SERVFAIL });
    await outgoing.send();
    asked.close();
  }

  private async plan(
    request: TransferRequest,
    image: ZoneImage,
    recordsMax = Number.POSITIVE_INFINITY,
  ): Promise<IxfrPlan> {
    const { serial: from } = request;
    if (from === undefined) return { kind: "whole" };
    const question = {
      zone: lowerName(request.zone),
      from,
      to: image.serial(),
      // More than the zone has are not sent: BIND's max-ixfr-ratio, 100 %.
      recordsMax: Math.min(recordsMax, image.recordCount),
      octetsMax: this.limits.differencesOctetsMax,
    };
    try {
      return await planIxfr(this.ports.history, question);
    } catch (error) {
      const facts = { zone: nameToText(request.zone), err: error };
      this.ports.log.warn(facts, "the differences of a zone cannot be read; sending all of it");
      return { kind: "whole", why: "the differences cannot be read" };
    }
  }

  /** Differences that may fit into a datagram. */
  private async differencesFor(
    request: TransferRequest,
    image: ZoneImage,
    octetsMax: number,
  ): Promise<{ readonly soa: ZoneRecord; readonly sets: readonly ChangeSet[] } | undefined> {
    const soa = soaOf(image); // before anything is awaited: meanwhile the zone may change
    const plan = await this.plan(request, image, Math.floor(octetsMax / recordOctetsMin));
    return plan.kind === "differences" && plan.held !== undefined ? { soa, sets: plan.held } : undefined;
  }

  private count({ type }: TransferRequest, { kind }: IxfrPlan): void {
    if (kind === "differences") this.counters.ixfr++;
    else if (type === "AXFR") this.counters.axfr++;
    else this.counters.ixfrWhole++;
  }

  private takeWriter(): TransferWriter {
    return this.writers.pop() ?? new TransferWriter();
  }

  /** An answer that is one message: an error, or the SOA record for who has the zone already. */
  private async answerShort(
    asked: TransferAsked,
    request: TransferRequest,
    decision: Decision,
  ): Promise<void> {
    const writer = this.takeWriter();
    this.writeShort(writer, request, decision, messageOctetsMax - (asked.signer?.octets ?? 0));
    const sent = asked.send(signed(writer.finish(), asked.signer, this.ports.clock.nowMs()));
    this.writers.push(writer); // `send` has copied the message
    await sent;
  }

  private writeShort(
    writer: TransferWriter,
    request: TransferRequest,
    decision: Decision,
    octetsMax: number,
  ): void {
    if (decision.kind === "refused") {
      const { rcode, extendedError, counter } = decision.refusal;
      this.counters[counter]++;
      beginMessage(writer, request, { isFirst: true, octetsMax, rcode, extendedError });
      return;
    }
    this.counters.upToDate++;
    beginMessage(writer, request, { isFirst: true, octetsMax });
    writer.add(soaOf(decision.image));
  }

  private sweep(): void {
    const nowMs = this.ports.clock.monotonicMs();
    this.quota.sweep(nowMs);
    for (const outgoing of this.running) {
      const { startedMs, waitingSinceMs } = outgoing;
      if (nowMs - startedMs >= this.limits.transferMs) outgoing.interrupt("slow");
      else if (waitingSinceMs !== undefined && nowMs - waitingSinceMs >= this.limits.idleMs)
        outgoing.interrupt("idle");
    }
  }
}
