/** For tests: a DHCP server without sockets, over a store that can fail and a clock that is stepped. */
import { setImmediate } from "node:timers/promises";
import type { BootOffer } from "#contracts/boot-offer.ts";
import type { LeaseEvent } from "#contracts/lease-events.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { messageTypeName, OptionCode } from "#protocols/dhcp4/codes.ts";
import { type Dhcp4Message, readDhcp4 } from "#protocols/dhcp4/message.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { DhcpConfig } from "../config.ts";
import { newDhcpCounters } from "../counters.ts";
import { AddressTurns } from "../leases/address-turns.ts";
import { type Lease, publishedName } from "../leases/lease.ts";
import { LeaseClock } from "../leases/lease-clock.ts";
import { LeaseEventHub } from "../leases/lease-event-hub.ts";
import { LeaseLife } from "../leases/lease-life.ts";
import { LeaseTable } from "../leases/lease-table.ts";
import { leaseKey, leaseName } from "../leases/lease-value.ts";
import { LeaseWriter } from "../leases/lease-writer.ts";
import { FakeRegistry } from "../names/fake-registry.testing.ts";
import { NameKeeper } from "../names/name-keeper.ts";
import { type Plan, planOf } from "../network/plan.ts";
import { InUse } from "../probe/in-use.ts";
import { Answers } from "./answers.ts";
import type { Destination } from "./destination.ts";
import { Exchanges } from "./exchanges.ts";
import { Grants } from "./grants.ts";
import { NewClientLimit } from "./new-client-limit.ts";
import type { Request } from "./request.ts";
import { readRequest } from "./request.ts";
import { arrivalOf, octetsOf, type Said, serverAddress } from "./said.testing.ts";

export const startSeconds = 1_800_000_000;

/** A `dhcp` section: one network with a pool of ten at eth1, unless it says otherwise. */
export function sectionOf(section: Readonly<Record<string, unknown>> = {}): DhcpConfig {
  const subnets = [{ subnet: "192.0.2.0/24", interface: "eth1", pools: ["192.0.2.100-192.0.2.109"] }];
  return DhcpConfig.parse({ probe: "off", subnets, ...section });
}

export interface LabOptions {
  readonly section?: Readonly<Record<string, unknown>>;
  /** Where names go; default: there are none. */
  readonly domain?: string;
  readonly bootOffer?: BootOffer;
  /** Default: one in memory. */
  readonly store?: Store;
  /** What the wall clock says, in milliseconds. */
  readonly wallMs?: number;
}

/** One answer, for assertions. */
export interface Answer {
  readonly type: string;
  /** In text, as the others. */
  readonly address: string;
  readonly server: string;
  readonly leaseSeconds: number | undefined;
  /** Of a NAK. */
  readonly sentence: string | undefined;
  readonly to: Destination;
  readonly message: Dhcp4Message;
}

export class ServerLab {
  readonly wall: { ms: number };
  monotonicMs = 5_000;
  readonly counters = newDhcpCounters();
  readonly store: Store;
  /** What the disk says to each transaction; undefined: it takes it. */
  failure: StoreError | undefined;
  /** Transactions wait while this is set. */
  gate: Promise<void> | undefined;
  transactions = 0;
  readonly registry: FakeRegistry;
  readonly clock: LeaseClock;
  readonly table: LeaseTable;
  readonly turns = new AddressTurns();
  readonly writer: LeaseWriter;
  readonly events: LeaseEventHub;
  readonly told: LeaseEvent[] = [];
  readonly life: LeaseLife;
  readonly names: NameKeeper;
  readonly newClients: NewClientLimit;
  readonly inUse: InUse;
  readonly exchanges: Exchanges;
  /** Who answers probes of an address. */
  readonly users = new Map<string, Uint8Array>();
  readonly probed: string[] = [];
  readonly lines;
  readonly #domain: string | undefined;
  readonly #sent: Answer[] = [];

  constructor({ section, domain, bootOffer, store, wallMs = startSeconds * 1_000 }: LabOptions = {}) {
    this.wall = { ms: wallMs };
    const { log, lines } = collectLog();
    this.lines = lines;
    this.#domain = domain;
    this.store = this.#storeThatMayFail(store ?? openMemoryStore({ nowMs: () => this.wall.ms }));
    this.registry = new FakeRegistry(this.store, `${domain ?? "lan.example"}.`);
    this.clock = new LeaseClock({ nowMs: () => this.wall.ms, monotonicMs: () => this.monotonicMs });
    this.table = new LeaseTable(planOf(sectionOf(section), domain), this.clock.nowSeconds());
    const { table, clock, counters, turns } = this;
    this.writer = new LeaseWriter(this.store, counters);
    this.events = new LeaseEventHub({ table, clock, counters, log });
    this.events.subscribe((event) => this.told.push(event));
    this.names = this.#nameKeeper();
    this.newClients = new NewClientLimit(table.plan.config.newClients);
    const parts = { table, clock, counters, turns, writer: this.writer, events: this.events, log };
    const endName = this.names.end.bind(this.names);
    this.life = new LeaseLife({ ...parts, endName });
    this.inUse = this.#inUse();
    const answers = new Answers({
      table,
      counters,
      bootOffer: () => bootOffer,
      send: (_, to, __, octets, length) => void this.#sent.push(answerOf(to, octets.slice(0, length))),
    });
    const grants = new Grants({
      ...parts,
      answers,
      commitNamed: (change) => this.names.commit(change),
      endName,
      ignore: (why) => counters.ignored[why]++,
    });
    const { life, inUse, newClients } = this;
    this.exchanges = new Exchanges({ ...parts, life, inUse, newClients, answers, grants });
  }

  get plan(): Plan {
    return this.table.plan;
  }

  /** Another site file. */
  use(section: Readonly<Record<string, unknown>>): void {
    this.table.usePlan(planOf(sectionOf(section), this.#domain));
  }

  /** A message as the exchanges take it. */
  heard(said: Said): Parameters<Exchanges["take"]> {
    return [octetsOf(said), arrivalOf(said)];
  }

  /** Hears a message, and gives what it answers once all that it began has ended. */
  async hear(said: Said): Promise<readonly Answer[]> {
    this.exchanges.take(...this.heard(said));
    await this.settle();
    return this.sent();
  }

  /** The answer, when there is exactly one. */
  async ask(said: Said): Promise<Answer | undefined> {
    const answers = await this.hear(said);
    if (answers.length > 1) throw new Error(`${answers.length} answers to one message`);
    return answers[0];
  }

  /** DISCOVER and REQUEST: the address that a client gets. */
  async join(said: Omit<Said, "type">): Promise<string> {
    const offer = await this.ask({ ...said, type: "DISCOVER" });
    if (offer?.type !== "OFFER") throw new Error(`no offer for ${said.mac}: ${offer?.type}`);
    const answer = await this.ask({
      ...said,
      type: "REQUEST",
      requested: offer.address,
      server: offer.server,
    });
    if (answer?.type !== "ACK") throw new Error(`no ACK for ${said.mac}: ${answer?.type}`);
    return answer.address;
  }

  /** What has been sent since it was asked for last. */
  sent(): readonly Answer[] {
    return this.#sent.splice(0);
  }

  /** What a message says, to whom the parts are given alone. */
  request(said: Said): Request {
    const request = readRequest(readDhcp4(octetsOf(said)), arrivalOf(said), this.table);
    if (typeof request === "string") throw new Error(`not answered: ${request}`);
    return request;
  }

  get moment() {
    return { nowSeconds: this.clock.nowSeconds(), monotonicMs: this.clock.monotonicMs() };
  }

  leaseAt(address: string): Lease | undefined {
    return this.table.at(parseIpv4(address));
  }

  async stored(address: string): Promise<unknown> {
    return (await leaseKey.get(this.store, leaseName(parseIpv4(address))))?.value;
  }

  /** Time passes, and what falls due is done. */
  async pass(seconds: number): Promise<void> {
    this.wall.ms += seconds * 1000;
    this.monotonicMs += seconds * 1000;
    await this.tick();
  }

  /** What the server does each second. */
  async tick(): Promise<void> {
    const jump = this.clock.follow();
    const followed = jump === undefined ? undefined : this.life.follow(jump);
    this.life.endDue();
    await followed;
    await this.settle();
  }

  async settle(): Promise<void> {
    do await setImmediate();
    while (this.turns.size > 0 || this.writer.waiting > 0 || this.inUse.underWay > 0);
    await setImmediate();
  }

  /** The disk takes nothing until `recover`. */
  fill(): void {
    this.failure = new StoreError("HP_STORE_FULL", "no space is left");
  }

  recover(): void {
    this.failure = undefined;
  }

  /** Transactions wait till the function that it gives is called. */
  holdBack(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return () => {
      this.gate = undefined;
      resolve();
    };
  }

  #storeThatMayFail(store: Store): Store {
    const transact: Store["transact"] = async (compares, operations) => {
      this.transactions++;
      await this.gate;
      if (this.failure !== undefined) throw this.failure;
      return store.transact(compares, operations);
    };
    return new Proxy(store, {
      get: (target, field: keyof Store) => (field === "transact" ? transact : target[field].bind(target)),
    });
  }

  #nameKeeper(): NameKeeper {
    return new NameKeeper({
      registry: () => (this.#domain === undefined ? undefined : this.registry),
      write: (operations) => this.writer.written(operations),
      remote: () => undefined,
      guard: () => "none",
      holder: (address, name) => {
        const lease = this.leaseAt(address);
        return publishedName(lease) === name ? lease : undefined;
      },
    });
  }

  #inUse(): InUse {
    const probe = async (address: number): Promise<Uint8Array | undefined> => {
      const text = ipv4ToText(address);
      this.probed.push(text);
      await setImmediate();
      return this.users.get(text);
    };
    const closed = { counters: {} as never, [Symbol.asyncDispose]: async () => {} };
    return new InUse({
      counters: this.counters,
      arp: () => ({ ...closed, probe }),
      icmp: () => ({ ...closed, probe: async (address) => ((await probe(address)) ? true : undefined) }),
      monotonicMs: () => this.monotonicMs,
    });
  }
}

function answerOf(to: Destination, octets: Uint8Array): Answer {
  const message = readDhcp4(octets);
  const { options, yourAddress } = message;
  const number = (code: number): number | undefined => {
    const data = options.get(code);
    return data && Buffer.from(data).readUInt32BE();
  };
  const sentence = options.get(OptionCode.message);
  return {
    type: messageTypeName(options.get(OptionCode.messageType)![0]!),
    address: ipv4ToText(yourAddress),
    server: ipv4ToText(number(OptionCode.serverIdentifier) ?? parseIpv4(serverAddress)),
    leaseSeconds: number(OptionCode.leaseTime),
    sentence: sentence && new TextDecoder().decode(sentence),
    to,
    message,
  };
}
