/**
 * Clients that want an address: so many exchanges under way at a time, DISCOVER, OFFER, REQUEST and ACK each,
 * and the next client as soon as one is done. Who was told what is noted. No socket and no clock here.
 */
import { messageType, type ServerMessage, writeClientMessage } from "./client-message.ts";

/** Answers with an address, in the order in which they came. */
export interface Told {
  readonly client: number;
  readonly address: number;
}

export interface LeaseClientsOrder {
  readonly relay: number;
  readonly inFlight: number;
  /** The next client that asks; undefined: there is none left. */
  readonly nextClient: () => number | undefined;
  readonly send: (octets: Buffer) => void;
  readonly nowMs: () => number;
}

/** After which a message counts as lost and the exchange begins anew. */
export const patienceMs = 2_000;
/** Exchanges that a client begins before it gives up. */
const attemptsMax = 4;

/** Slots stand in the low bits of a transaction identifier. */
const slotBits = 12;

interface Slot {
  readonly index: number;
  client: number;
  awaits: number;
  transaction: number;
  attempts: number;
  beganMs: number;
  sentMs: number;
}

export class LeaseClients {
  readonly told: Told[] = [];
  /** Of each exchange that was completed, from its first message on. */
  readonly latenciesMs: number[] = [];
  /** Clients that got nothing although they tried again. */
  unserved = 0;
  refused = 0;
  /** Messages without an answer in time. */
  unanswered = 0;
  private readonly order: LeaseClientsOrder;
  private readonly slots: Slot[];
  private readonly finished = Promise.withResolvers<void>();
  private active: number;
  private generation = 0;

  constructor(order: LeaseClientsOrder) {
    if (order.inFlight > 1 << slotBits) throw new RangeError(`at most ${1 << slotBits} exchanges at a time`);
    this.order = order;
    this.active = order.inFlight;
    const empty = { client: 0, awaits: 0, transaction: 0, attempts: 0, beganMs: 0, sentMs: 0 };
    this.slots = Array.from({ length: order.inFlight }, (_, index) => ({ index, ...empty }));
  }

  /** Resolves when no client is left and nothing is under way. */
  get done(): Promise<void> {
    return this.finished.promise;
  }

  start(): void {
    for (const slot of this.slots) this.next(slot);
  }

  take(message: ServerMessage): void {
    const slot = this.slots[message.transaction & ((1 << slotBits) - 1)];
    if (slot === undefined || slot.transaction !== message.transaction) return;
    if (slot.client !== message.client) return;
    if (message.type === slot.awaits && message.type === messageType.offer) {
      this.request(slot, message);
    } else if (message.type === slot.awaits && message.type === messageType.acknowledgement) {
      this.told.push({ client: slot.client, address: message.address });
      this.latenciesMs.push(this.order.nowMs() - slot.beganMs);
      this.next(slot);
    } else if (message.type === messageType.refusal) {
      this.refused++;
      this.again(slot);
    }
  }

  /** To be called now and then: what has waited for too long begins anew. */
  look(): void {
    const beforeMs = this.order.nowMs() - patienceMs;
    for (const slot of this.slots) {
      if (slot.awaits === 0 || slot.sentMs > beforeMs) continue;
      this.unanswered++;
      this.again(slot);
    }
  }

  /** What is under way is given up. */
  finish(): void {
    for (const slot of this.slots) if (slot.awaits !== 0) this.end(slot);
  }

  private next(slot: Slot): void {
    const client = this.order.nextClient();
    if (client === undefined) {
      this.end(slot);
      return;
    }
    slot.client = client;
    slot.attempts = 0;
    slot.beganMs = this.order.nowMs();
    this.discover(slot);
  }

  private again(slot: Slot): void {
    if (slot.attempts < attemptsMax) {
      this.discover(slot);
      return;
    }
    this.unserved++;
    this.next(slot);
  }

  private discover(slot: Slot): void {
    slot.attempts++;
    this.generation++;
    slot.transaction = ((this.generation << slotBits) | slot.index) >>> 0;
    this.send(slot, messageType.offer, { type: messageType.discover });
  }

  private request(slot: Slot, offer: ServerMessage): void {
    const requested = { requested: offer.address, server: offer.server };
    this.send(slot, messageType.acknowledgement, { type: messageType.request, ...requested });
  }

  private send(
    slot: Slot,
    awaits: number,
    message: { type: number; requested?: number; server?: number },
  ): void {
    slot.awaits = awaits;
    slot.sentMs = this.order.nowMs();
    const { client, transaction } = slot;
    this.order.send(writeClientMessage({ ...message, client, transaction, relay: this.order.relay }));
  }

  private end(slot: Slot): void {
    slot.awaits = 0;
    slot.transaction = 0;
    if (--this.active === 0) this.finished.resolve();
  }
}
