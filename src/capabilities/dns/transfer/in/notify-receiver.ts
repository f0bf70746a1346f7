/**
 * NOTIFY from primaries: "the zone has changed". RFC 1996 §3. Answered as BIND does; who may not say so is
 * refused, and costs no more than the answer.
 */

import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { decodeMessage, encodeMessage, type Message } from "#protocols/dns/message.ts";
import { lowerName, type Name, namesEqual } from "#protocols/dns/name.ts";
import { Opcode, Rcode, RRClass, RRType } from "#protocols/dns/registry.ts";
import { serialOfSoa } from "#protocols/dns/serial.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { Client } from "../../client.ts";
import { zoneText } from "../../zones/zone-set.ts";
import { limits } from "./limits.ts";
import type { SecondaryZone } from "./secondaries.ts";

export interface NotifyPorts {
  readonly secondaries: {
    zone(name: Name): SecondaryZone | undefined;
    notified(name: Name, primary: number, serial: number | undefined): boolean;
  };
  /** True for zones that this server is primary of: a NOTIFY of them means nothing, as in BIND. */
  readonly isServed: (zone: Name) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface NotifyCounters {
  /** Led to a look at the primary, or will. */
  taken: number;
  /** From somebody who has no say. */
  refused: number;
  /** Of zones that are not ours. */
  unknown: number;
  malformed: number;
}

export class NotifyReceiver {
  readonly counters: NotifyCounters = { taken: 0, refused: 0, unknown: 0, malformed: 0 };
  private readonly ports: NotifyPorts;
  /** Octets of the addresses of primaries, for each zone as it is configured. */
  private readonly addresses = new WeakMap<SecondaryZone, readonly Uint8Array[]>();
  private toldMs = Number.NEGATIVE_INFINITY;
  private untold = 0;

  constructor(ports: NotifyPorts) {
    this.ports = ports;
  }

  /**
   * The response, without signature; undefined for what is no request. `message`: verified, its signature
   * taken off.
   */
  receive(message: Uint8Array, client: Client): Uint8Array | undefined {
    if (message.length < 12 || (message[2]! & 0x80) !== 0) return undefined;
    if (message.length > limits.notifyOctetsMax) return this.malformed(message);
    try {
      const notify = decodeMessage(message);
      if (notify.opcode !== Opcode.NOTIFY) return this.malformed(message);
      return response(notify, this.verdict(notify, client));
    } catch (error) {
      if (error instanceof WireError) return this.malformed(message);
      throw error;
    }
  }

  private verdict(notify: Message, client: Client): number {
    const [question] = notify.questions;
    // RFC 1996 §3.7: one question, whose type says what has changed; BIND knows of SOA only
    if (question === undefined || notify.questions.length > 1 || question.type !== RRType.SOA) {
      this.counters.malformed++;
      return Rcode.FORMERR;
    }
    if (question.class === RRClass.CH) return Rcode.NOTIMP; // as BIND: nothing of that class changes
    const zone = question.class === RRClass.IN ? this.ports.secondaries.zone(question.name) : undefined;
    if (zone === undefined) {
      if (question.class === RRClass.IN && this.ports.isServed(question.name)) return Rcode.NOERROR;
      this.counters.unknown++;
      return Rcode.NOTAUTH;
    }
    const primary = this.primaryOf(zone, client.address);
    if (primary === -1 && !zone.allowNotify.allows(client.address, client.key)) {
      this.refuse(zone, client);
      return Rcode.REFUSED; // RFC 1996 §3.10
    }
    this.counters.taken++;
    this.ports.secondaries.notified(zone.name, primary, serialIn(notify, zone.name));
    return Rcode.NOERROR;
  }

  private primaryOf(zone: SecondaryZone, address: Uint8Array): number {
    let addresses = this.addresses.get(zone);
    if (addresses === undefined) {
      addresses = zone.primaries.map((server) => addressOctets(server.address));
      this.addresses.set(zone, addresses);
    }
    return addresses.findIndex((octets) => Buffer.compare(octets, address) === 0);
  }

  private refuse(zone: SecondaryZone, client: Client): void {
    this.counters.refused++;
    this.untold++;
    const nowMs = this.ports.clock.monotonicMs();
    if (nowMs - this.toldMs < limits.notifyTellMs) return;
    const facts = { zone: zoneText(lowerName(zone.name)), from: client.text, refused: this.untold };
    this.ports.log.warn(facts, "refused a NOTIFY: its sender is no primary of the zone, nor in allowNotify");
    this.toldMs = nowMs;
    this.untold = 0;
  }

  private malformed(message: Uint8Array): Uint8Array {
    this.counters.malformed++;
    const refusal = new Uint8Array(12);
    refusal.set(message.subarray(0, 3));
    refusal[2] = (message[2]! & 0x78) | 0x80;
    refusal[3] = Rcode.FORMERR;
    return refusal;
  }
}

/** A hint: what the primary says its serial number is now. RFC 1996 §3.7. */
function serialIn({ answers }: Message, zone: Name): number | undefined {
  const soa = answers.find(({ name, type }) => type === RRType.SOA && namesEqual(name, zone));
  return soa === undefined || soa.rdata.length < 22 ? undefined : serialOfSoa(soa.rdata);
}

/** RFC 1996 §4.7: the question again. */
function response(notify: Message, rcode: number): Uint8Array {
  const { edns, ...rest } = notify;
  // RFC 6891 §6.1.1: who speaks EDNS is answered with it
  const own = edns === undefined ? {} : { edns: { udpSize: 1232, version: 0, dnssecOk: false, options: [] } };
  return encodeMessage({
    ...rest,
    ...own,
    isResponse: true,
    isAuthoritative: rcode === Rcode.NOERROR, // as BIND
    rcode,
    answers: [],
    authorities: [],
    additionals: [],
  });
}
