/**
 * The answer to AXFR or IXFR, message after message, record after record: which form it has, whether it is
 * whole, and what it says. RFC 5936 §2.2, RFC 1995 §4.
 *
 *     up to date    SOA                                              with our serial number
 *     whole zone    SOA  record …  SOA                               the same at both ends
 *     differences   SOA  { SOA before  removed …  SOA since  added … } …  SOA
 */
import {
  lowerName,
  type Name,
  nameFromOctets,
  nameOctets,
  namesEqual,
  nameToText,
  readName,
} from "#protocols/dns/name.ts";
import { canonicalRdata } from "#protocols/dns/records/index.ts";
import { isMetaType, mnemonicOfClass, mnemonicOfType, RRClass, RRType } from "#protocols/dns/registry.ts";
import { isLaterSerial, serialOfSoa } from "#protocols/dns/serial.ts";
import { WireReader } from "#protocols/dns/wire.ts";
import type { ZoneRecord } from "../../zones/image.ts";
import { ZoneImageBuilder } from "../../zones/image-builder.ts";
import { limits } from "./limits.ts";
import { RecordCursor } from "./record-cursor.ts";
import { rcodeFault, TransferFault } from "./transfer-fault.ts";

export interface StreamPlan {
  readonly zone: Name;
  /** Of the request. */
  readonly id: number;
  readonly type: typeof RRType.AXFR | typeof RRType.IXFR;
  /** What we have; the answer must lead further. Undefined: anything is welcome. */
  readonly serial: number | undefined;
  /** Records that the zone may have: a guess that saves growing. */
  readonly expected: number;
  readonly octetsMax?: number;
}

export interface Difference {
  readonly from: number;
  readonly to: number;
  /** The SOA record of before comes first. */
  readonly removed: ZoneRecord[];
  /** The SOA record of since comes first. */
  readonly added: ZoneRecord[];
}

export type StreamOutcome =
  | { readonly form: "current"; readonly serial: number }
  | { readonly form: "zone"; readonly builder: ZoneImageBuilder }
  | { readonly form: "differences"; readonly differences: readonly Difference[]; readonly serial: number };

type Place = "start" | "second" | "zone" | "removed" | "added" | "end";

const headerOctets = 12;

export class TransferStream {
  messages = 0;
  records = 0;
  /** Of the records, their names whole. */
  octets = 0;
  /** Records whose names do not lie in the zone: left out, as BIND does. */
  outside = 0;
  outcome: StreamOutcome | undefined;
  private readonly plan: StreamPlan;
  private readonly origin: Uint8Array;
  private readonly cursor = new RecordCursor();
  private readonly octetsMax: number;
  private place: Place = "start";
  /** The SOA record that the stream began with, and must end with. */
  private target: ZoneRecord | undefined;
  private targetSerial = 0;
  private builder: ZoneImageBuilder | undefined;
  private readonly differences: Difference[] = [];

  constructor(plan: StreamPlan) {
    this.plan = plan;
    this.origin = nameOctets(lowerName(plan.zone));
    this.octetsMax = plan.octetsMax ?? limits.octetsMax;
  }

  /**
   * Takes the next message, without its signature. True when it was the last one.
   * @throws TransferFault, WireError
   */
  take(message: Uint8Array): boolean {
    this.messages++;
    if (this.messages > limits.messagesMax)
      throw new TransferFault("too-large", `sent more than ${limits.messagesMax} messages`);
    const { at: start, answers } = this.front(message);
    let at = start;
    for (let left = answers; left > 0; left--) {
      at = this.cursor.read(message, at);
      if (this.place === "end")
        throw new TransferFault("soa", "went on after the SOA record that ends the zone");
      this.record();
      if (this.outcome?.form === "current") return true;
    }
    return this.outcome !== undefined;
  }

  /** Header and question. */
  private front(message: Uint8Array): { readonly at: number; readonly answers: number } {
    const { id, zone, type } = this.plan;
    const reader = new WireReader(message);
    const isIncremental = type === RRType.IXFR;
    if (reader.u16("header.id") !== id) throw new TransferFault("mismatch", "answered with another id");
    const flags = reader.u16("header.flags");
    const questions = reader.u16("header.QDCOUNT");
    const answers = reader.u16("header.ANCOUNT");
    reader.take(4, "header");
    if ((flags & 0x8000) === 0) throw new TransferFault("mismatch", "sent a query instead of a response");
    if (((flags >>> 11) & 15) !== 0) throw new TransferFault("mismatch", "answered with another opcode");
    if ((flags & 15) !== 0) throw rcodeFault(flags & 15, isIncremental && this.messages === 1);
    // RFC 5936 §2.2.1 wants AA too; Knot 3.2 leaves it out, and the answer to the question for SOA had it
    // RFC 5936 §2.2.1: the first message repeats the question, later ones may
    if (questions > 1 || (questions === 0 && this.messages === 1))
      throw new TransferFault("mismatch", `repeated ${questions} questions instead of the one asked`);
    if (questions === 1) {
      const name = readName(reader, "question.name");
      const askedType = reader.u16("question.type");
      const askedClass = reader.u16("question.class");
      if (!namesEqual(name, zone) || askedType !== type || askedClass !== RRClass.IN)
        throw new TransferFault("mismatch", "answered another question");
    }
    if (answers === 0)
      throw new TransferFault("malformed", "sent a message without records", {
        incrementalOnly: isIncremental && this.messages === 1,
      });
    return { at: headerOctets === reader.at ? headerOctets : reader.at, answers };
  }

  private record(): void {
    const { cursor } = this;
    this.records++;
    this.octets += cursor.ownerLength + cursor.rdataLength + 10;
    if (this.octets > this.octetsMax)
      throw new TransferFault("too-large", `sent more than ${this.octetsMax} octets of records`);
    if (cursor.rrClass !== RRClass.IN || isMetaType(cursor.type)) throw this.foreign();
    if (cursor.type === RRType.SOA) {
      if (!this.isApex()) throw new TransferFault("soa", `sent an SOA record of ${this.ownerText()}`);
      this.takeSoa();
    } else this.takeOther();
  }

  private takeSoa(): void {
    const serial = serialOfSoa(this.cursor.rdata, this.cursor.rdataLength);
    switch (this.place) {
      case "start":
        this.begin(serial);
        return;
      case "second":
        if (this.isTarget()) this.finishZone();
        else if (serial === this.plan.serial && this.plan.type === RRType.IXFR) this.openDifference(serial);
        else
          throw this.outOfStep(`differences from serial ${serial}, not from ${this.plan.serial ?? "ours"}`);
        return;
      case "zone":
        if (!this.isTarget())
          throw new TransferFault("soa", "ended the zone with another SOA record than it began with");
        this.finishZone();
        return;
      case "removed":
        this.closeRemoved(serial);
        return;
      case "added":
        this.closeAdded(serial);
        return;
      case "end":
    }
  }

  private takeOther(): void {
    switch (this.place) {
      case "start":
        throw new TransferFault(
          "soa",
          `began with a record of type ${mnemonicOfType(this.cursor.type)}, not SOA`,
        );
      case "second":
        this.beginZone();
        this.add();
        return;
      case "zone":
        this.add();
        return;
      case "removed":
        this.note(this.differences.at(-1)!.removed);
        return;
      case "added":
        this.note(this.differences.at(-1)!.added);
        return;
      case "end":
    }
  }

  private begin(serial: number): void {
    const { plan } = this;
    this.target = this.present();
    this.targetSerial = serial;
    this.place = "second";
    if (plan.serial === undefined || isLaterSerial(serial, plan.serial)) return;
    if (serial !== plan.serial)
      throw new TransferFault("serial", `has serial ${serial}, which is older than ours, ${plan.serial}`);
    // RFC 1995 §4: a single SOA record; whatever follows says nothing new
    this.outcome = { form: "current", serial };
    this.place = "end";
  }

  private beginZone(): void {
    const { zone, expected } = this.plan;
    this.place = "zone";
    this.builder = new ZoneImageBuilder(zone, expected);
    const { owner, ttl, rdata } = this.target!;
    const octets = nameOctets(owner);
    this.builder.add(octets, octets.length, RRType.SOA, ttl, rdata, rdata.length);
  }

  private finishZone(): void {
    if (this.builder === undefined) this.beginZone();
    this.outcome = { form: "zone", builder: this.builder! };
    this.place = "end";
  }

  private openDifference(from: number): void {
    this.differences.push({ from, to: from, removed: [this.present()], added: [] });
    this.place = "removed";
  }

  private closeRemoved(serial: number): void {
    const difference = this.differences.at(-1)!;
    if (!isLaterSerial(serial, difference.from))
      throw this.outOfStep(`differences from serial ${difference.from} back to ${serial}`);
    this.differences[this.differences.length - 1] = { ...difference, to: serial, added: [this.present()] };
    this.place = "added";
  }

  private closeAdded(serial: number): void {
    const { to } = this.differences.at(-1)!;
    if (to === this.targetSerial) {
      if (!this.isTarget()) throw this.outOfStep("differences that end with another SOA record");
      this.outcome = { form: "differences", differences: this.differences, serial };
      this.place = "end";
    } else if (serial === to) this.openDifference(serial);
    else throw this.outOfStep(`differences to serial ${to}, and then from ${serial}`);
  }

  private add(): void {
    const { cursor, builder } = this;
    const { owner, ownerLength, type, ttl, rdata, rdataLength } = cursor;
    if (!builder!.add(owner, ownerLength, type, ttl, rdata, rdataLength)) this.outside++;
  }

  private note(list: ZoneRecord[]): void {
    if (this.isInside()) list.push(this.present());
    else this.outside++;
  }

  private present(): ZoneRecord {
    const { owner, type, ttl, rdata, rdataLength } = this.cursor;
    return { owner: nameFromOctets(owner), type, ttl, rdata: rdata.slice(0, rdataLength) };
  }

  private isApex(): boolean {
    return this.cursor.ownerLength === this.origin.length && this.isInside();
  }

  private isInside(): boolean {
    const { owner, ownerLength } = this.cursor;
    const { origin } = this;
    const end = ownerLength - origin.length;
    let at = 0;
    while (at < end) at += 1 + owner[at]!;
    if (at !== end) return false;
    for (let i = 0; i < origin.length; i++) if (lowered(owner[end + i]!) !== origin[i]) return false;
    return true;
  }

  private isTarget(): boolean {
    const { rdata, rdataLength } = this.cursor;
    const one = canonicalRdata(RRType.SOA, rdata.slice(0, rdataLength));
    return Buffer.compare(one, canonicalRdata(RRType.SOA, this.target!.rdata)) === 0;
  }

  private ownerText(): string {
    return nameToText(nameFromOctets(this.cursor.owner));
  }

  private foreign(): TransferFault {
    const { type, rrClass } = this.cursor;
    const what = `${mnemonicOfClass(rrClass)} ${mnemonicOfType(type)}`;
    return new TransferFault("foreign", `sent a record ${this.ownerText()} ${what}, which no zone holds`);
  }

  private outOfStep(what: string): TransferFault {
    return new TransferFault("differences", `sent ${what}`, { incrementalOnly: true });
  }
}

function lowered(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}
