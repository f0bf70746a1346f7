/** Writes the messages that answer a request, and sends them where they belong. */
import type { BootOffer } from "#contracts/boot-offer.ts";
import { type ClientFqdn, writeClientFqdn } from "#protocols/dhcp4/client-fqdn.ts";
import { MessageType } from "#protocols/dhcp4/codes.ts";
import { type Dhcp4Reply, writeDhcp4 } from "#protocols/dhcp4/message.ts";
import type { DhcpCounters } from "../counters.ts";
import type { Lease } from "../leases/lease.ts";
import type { LeaseTable } from "../leases/lease-table.ts";
import { limits } from "../limits.ts";
import { answerFqdn } from "../names/name-choice.ts";
import type { Subnet } from "../network/plan.ts";
import { bootOf } from "./boot.ts";
import { fqdnIn, nameFor } from "./client-names.ts";
import { type Destination, destinationOf } from "./destination.ts";
import { informReply, leaseReply, leaseSecondsFor, refusal } from "./reply.ts";
import { asOf, type Request } from "./request.ts";

export interface AnswerPorts {
  readonly table: LeaseTable;
  readonly counters: DhcpCounters;
  readonly bootOffer: () => BootOffer | undefined;
  /** Copies, and sends soon. `from` is what this server calls itself. */
  readonly send: (
    interfaceName: string,
    to: Destination,
    from: number,
    octets: Uint8Array,
    length: number,
  ) => void;
}

/** What an ACK says beside the lease. */
export interface Given {
  readonly subnet: Subnet;
  readonly leaseSeconds: number;
  readonly rapid: boolean;
}

const sentName = {
  [MessageType.OFFER]: "OFFER",
  [MessageType.ACK]: "ACK",
  [MessageType.NAK]: "NAK",
} as const;

export class Answers {
  readonly #ports: AnswerPorts;
  readonly #reply = new Uint8Array(limits.replyOctetsMax);

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  offer(asking: Request, subnet: Subnet, address: number): void {
    const request = asOf(asking, subnet);
    const leaseSeconds = leaseSecondsFor(request, subnet.times);
    const fqdn = fqdnIn(request) && nameFor(request, subnet, address, this.#plan).fqdnReply;
    const terms = this.#terms(request, address, { subnet, leaseSeconds, rapid: false }, fqdn);
    this.#send(
      request,
      MessageType.OFFER,
      leaseReply(MessageType.OFFER, request, terms, this.#plan),
      address,
    );
  }

  acknowledge(asking: Request, lease: Lease, given: Given): void {
    const request = asOf(asking, given.subnet);
    const { address, name } = lease;
    const asked = fqdnIn(request);
    const fqdn = asked && answerFqdn(asked, { name, isPublished: name !== undefined });
    const terms = this.#terms(request, address, given, fqdn);
    this.#send(request, MessageType.ACK, leaseReply(MessageType.ACK, request, terms, this.#plan), address);
  }

  refuse(request: Request, sentence: string): void {
    this.#send(request, MessageType.NAK, refusal(request, sentence), 0);
  }

  inform(request: Request): void {
    const { clientAddress } = request.message;
    const boot = bootOf(request, request.subnet, clientAddress, this.#plan, this.#ports.bootOffer());
    this.#send(request, MessageType.ACK, informReply(request, { boot }, this.#plan), 0);
  }

  get #plan() {
    return this.#ports.table.plan;
  }

  #terms(request: Request, address: number, given: Given, fqdn: ClientFqdn | undefined) {
    const boot = bootOf(request, given.subnet, address, this.#plan, this.#ports.bootOffer());
    return { ...given, address, boot, fqdn: fqdn && writeClientFqdn(fqdn) };
  }

  #send(request: Request, type: keyof typeof sentName, reply: Dhcp4Reply, yourAddress: number): void {
    const { counters, send } = this.#ports;
    const { octets, left } = writeDhcp4(reply, this.#reply);
    counters.optionsLeftOut += left.length;
    counters.sent[sentName[type]]++;
    const to = destinationOf(request, type, yourAddress);
    send(request.arrival.interface, to, request.server, this.#reply, octets);
  }
}
