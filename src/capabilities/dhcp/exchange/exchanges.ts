/** Takes the messages of clients and relays, and has done with each what is decided. */
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import { messageTypeName, OptionCode } from "#protocols/dhcp4/codes.ts";
import { readDhcp4 } from "#protocols/dhcp4/message.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { WireError } from "#protocols/dns/wire.ts";
import type { DhcpCounters } from "../counters.ts";
import type { AddressTurns } from "../leases/address-turns.ts";
import { isActive } from "../leases/lease.ts";
import type { LeaseClock } from "../leases/lease-clock.ts";
import type { LeaseLife } from "../leases/lease-life.ts";
import type { LeaseTable } from "../leases/lease-table.ts";
import { limits } from "../limits.ts";
import { subnetOf } from "../network/plan.ts";
import type { InUse } from "../probe/in-use.ts";
import type { Answers } from "./answers.ts";
import { hostNameIn } from "./client-names.ts";
import { type Decision, decide } from "./decide.ts";
import type { Grants } from "./grants.ts";
import type { NewClientLimit } from "./new-client-limit.ts";
import { type Arrival, type IgnoreReason, type Request, readRequest } from "./request.ts";

export interface ExchangePorts {
  readonly table: LeaseTable;
  readonly clock: LeaseClock;
  readonly counters: DhcpCounters;
  readonly turns: AddressTurns;
  readonly life: LeaseLife;
  readonly inUse: InUse;
  readonly newClients: NewClientLimit;
  readonly answers: Answers;
  readonly grants: Pick<Grants, "grant">;
  readonly log: Log;
}

/** An offer, or with rapid commit a lease. */
type Proposal = Extract<Decision, { do: "offer" | "grant" }>;
type Received = keyof DhcpCounters["received"];

export class Exchanges {
  readonly #ports: ExchangePorts;

  constructor(ports: ExchangePorts) {
    this.#ports = ports;
  }

  /** @param octets of one message, to be kept */
  take(octets: Uint8Array, arrival: Arrival): void {
    try {
      const message = readDhcp4(octets);
      const type = messageTypeName(message.options.get(OptionCode.messageType)?.[0] ?? 0);
      const { received } = this.#ports.counters;
      received[type in received ? (type as Received) : "other"]++;
      const request = readRequest(message, arrival, this.#ports.table);
      if (typeof request === "string") this.#ignore(request);
      else this.#answer(request);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#ignore("malformed");
    }
  }

  #answer(request: Request): void {
    const { life, answers, grants } = this.#ports;
    const decision = this.#decide(request);
    switch (decision.do) {
      case "ignore":
        this.#ignore(decision.why);
        break;
      case "offer":
        this.#propose(request, decision, 1);
        break;
      case "grant":
        if (isUnasked(request, decision)) this.#propose(request, decision, 1);
        else grants.grant(request, decision);
        break;
      case "refuse":
        answers.refuse(request, decision.why);
        break;
      case "decline":
        this.#inBackground(life.decline(decision.address, machineOf(request)));
        break;
      case "release":
        this.#inBackground(life.release(decision.lease));
        break;
      case "inform":
        answers.inform(request);
    }
  }

  #decide(request: Request): Decision {
    const { table, clock, turns, newClients } = this.#ports;
    const moment = { nowSeconds: clock.nowSeconds(), monotonicMs: clock.monotonicMs() };
    const decision = decide(request, table, moment);
    const address = addressOf(decision);
    // What is on its way to the disk is answered when it is there; the client asks again.
    if (address !== undefined && turns.isBusy(address)) return { do: "ignore", why: "underWay" };
    const isNew = (decision.do === "offer" || decision.do === "grant") && decision.isNew;
    const wasOffered = table.offers.of(request.client) !== undefined;
    if (isNew && !wasOffered && !newClients.allows(request.port, moment.monotonicMs))
      return { do: "ignore", why: "newClientsLimited" };
    return decision;
  }

  /** Keeps the address for the client, and gives it once nobody else is found at it. */
  #propose(request: Request, proposal: Proposal, tryNumber: number): void {
    const { table, clock, inUse } = this.#ports;
    const { address } = proposal;
    const mustProbe = this.#mustProbe(request, address);
    if (mustProbe && inUse.underWay >= limits.probesUnderWayMax) {
      this.#ignore("probesWaiting");
      return;
    }
    // A lease keeps its address for its client without that.
    if (!this.#hasFor(request, address, limits.offerHoldMs / 1_000))
      table.offer({ ...machineOf(request), address, madeAtMs: clock.monotonicMs() });
    if (mustProbe) this.#inBackground(this.#probe(request, proposal, tryNumber));
    else this.#give(request, proposal);
  }

  /**
   * Not of an address that the client itself uses, or another network card of its host, nor of one that was
   * free a moment ago.
   */
  #mustProbe(request: Request, address: number): boolean {
    const { table, clock, inUse } = this.#ports;
    if (table.plan.config.probe === "off" || inUse.isKnownFree(address)) return false;
    const lease = table.at(address);
    const isOfHost = request.host !== undefined && table.plan.hosts.at(address) === request.host;
    if (isOfHost && lease !== undefined && isActive(lease, clock.nowSeconds())) return false;
    return !this.#hasFor(request, address, 0);
  }

  /** The client has the address, and will have it for so long. */
  #hasFor({ client }: Request, address: number, seconds: number): boolean {
    const { table, clock } = this.#ports;
    const lease = table.at(address);
    return lease?.client === client && isActive(lease, clock.nowSeconds() + seconds);
  }

  async #probe(request: Request, proposal: Proposal, tryNumber: number): Promise<void> {
    const { table, inUse, life, answers, log } = this.#ports;
    const { address } = proposal;
    const { probe, probeWaitMs } = table.plan.config;
    const { message, arrival } = request;
    const user = await inUse.findUser({
      address,
      interface: arrival.interface,
      isRelayed: message.relayAddress !== 0,
      isClient: (found) => isMachineOf(request, found),
      method: probe === "off" ? "auto" : probe,
      waitMs: probeWaitMs,
    });
    // It may have asked for something else meanwhile.
    if (table.offers.at(address)?.client !== request.client) return;
    if (user === undefined) {
      this.#give(request, proposal);
      return;
    }
    const hardware = user.length === 0 ? "" : `01${user.toHex()}`;
    await life.decline(address, { client: `00${hardware}`, hardware, hostName: undefined });
    if (tryNumber >= limits.probeTriesMax) {
      const sentence = "several addresses in a row are in use by machines without a lease";
      log.warn({ address: ipv4ToText(address) }, sentence);
      return;
    }
    const decision = this.#decide(request);
    if (decision.do === "offer" || decision.do === "grant") this.#propose(request, decision, tryNumber + 1);
    else if (decision.do === "refuse") answers.refuse(request, decision.why);
    else if (decision.do === "ignore") this.#ignore(decision.why);
  }

  #give(request: Request, proposal: Proposal): void {
    const { table, answers, grants } = this.#ports;
    const subnet = subnetOf(table.plan, proposal.address);
    if (subnet === undefined) return; // the site file has lost it meanwhile
    if (proposal.do === "offer") answers.offer(request, subnet, proposal.address);
    else grants.grant(request, proposal);
  }

  #ignore(why: IgnoreReason): void {
    this.#ports.counters.ignored[why]++;
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      this.#ignore("commitFailed");
    });
  }
}

function addressOf(decision: Decision): number | undefined {
  if (decision.do === "release") return decision.lease.address;
  return "address" in decision ? decision.address : undefined;
}

/**
 * No offer has asked whether the address is in use: rapid commit, or a client that is not known and remembers
 * an address (INIT-REBOOT). One that renews uses it itself.
 */
function isUnasked(request: Request, { rapid, isNew }: Extract<Decision, { do: "grant" }>): boolean {
  return rapid || (isNew && request.serverIdentifier === undefined && request.message.clientAddress === 0);
}

/** The client, or another network card of its host. */
function isMachineOf({ message, host }: Request, hardwareAddress: Uint8Array): boolean {
  const found = hardwareAddress.toHex();
  return found === message.hardwareAddress.toHex() || (host?.macs.includes(`01${found}`) ?? false);
}

function machineOf(request: Request) {
  return { client: request.client, hardware: request.hardware, hostName: hostNameIn(request) };
}
