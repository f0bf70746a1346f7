/**
 * Receives, answers and sends datagrams in batches: one system call for up to 64 of them, and nothing
 * allocated for any.
 */
import { WireError } from "#protocols/dns/wire.ts";
import { type DatagramCounters, type DatagramResponder, noDatagramsYet } from "./datagram.ts";
import { type Descriptor, OptionCalls } from "./descriptor.ts";
import { type Libc, systemError } from "./libc.ts";
import { limits } from "./limits.ts";
import { errno, level, messageFlag, option, pollEvent, pollOctets } from "./linux.ts";
import { MessageRoom, MessageSlots } from "./message-slots.ts";

/** As any responder, and told which socket the datagram came by. */
export type BatchedResponder = (...datagram: [...Parameters<DatagramResponder>, BatchedSocket]) => number;

export interface BatchedSocketOptions {
  readonly libc: Libc;
  readonly descriptor: Descriptor;
  /** Of one thread, and shared only with sockets that take turns. */
  readonly room?: MessageRoom;
  /** Where to count; else in an object of its own. */
  readonly counters?: DatagramCounters;
  /** The responder threw something that is not the peer's fault; `count` of them till now. */
  readonly onFault: (error: unknown, count: number) => void;
}

export class BatchedSocket {
  readonly descriptor: Descriptor;
  readonly counters: DatagramCounters;
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #slots: MessageSlots;
  readonly #onFault: BatchedSocketOptions["onFault"];
  readonly #poll = new Int32Array(new ArrayBuffer(pollOctets));
  readonly #pollAddress: bigint;
  #received = 0;
  #queued = 0;

  constructor(options: BatchedSocketOptions) {
    const { libc, descriptor } = options;
    this.descriptor = descriptor;
    this.counters = options.counters ?? noDatagramsYet();
    this.#libc = libc;
    this.#fd = descriptor.fd;
    this.#onFault = options.onFault;
    const room = options.room ?? messageRoom();
    this.#slots = new MessageSlots(libc, descriptor.local.family, descriptor.tellsAsked, room);
    this.#poll[0] = descriptor.fd;
    this.#poll[1] = pollEvent.writable; // `events` is the lower half of the word
    this.#pollAddress = libc.addressOf(this.#poll.buffer);
  }

  /** Most messages in one batch. */
  get batchMessages(): number {
    return this.#slots.room.messages;
  }

  /** How long `receive` waits when told to. Holds for the descriptor, whoever serves it. */
  waitAtMost(waitMs: number): void {
    const calls = new OptionCalls(this.#libc, this.#fd);
    calls.set(level.socket, option.receiveTimeout, Math.floor(waitMs / 1000), 0, (waitMs % 1000) * 1000, 0);
  }

  /**
   * Receives what is there, and returns how many messages that is.
   * @param waits for a first one, as long as `waitAtMost` said; else does not wait at all
   */
  receive(waits: boolean): number {
    this.#slots.resetReceived(this.#received);
    const flags = waits ? messageFlag.waitForOne : messageFlag.doNotWait;
    const received = this.#libc.recvmmsg(this.#fd, this.#slots.receiveAddress, this.batchMessages, flags, 0n);
    this.#received = Math.max(0, received);
    this.counters.received += this.#received;
    if (received < 0) this.#explain(this.#libc.errno());
    return this.#received;
  }

  /** Has the responder answer every message received. The answers leave with `flush`. */
  answerAll(responder: BatchedResponder): void {
    const slots = this.#slots;
    for (let message = 0; message < this.#received; message++) {
      if ((slots.flagsOf(message) & messageFlag.truncated) !== 0) {
        this.counters.malformed++;
        continue;
      }
      const octets = this.#answer(responder, message);
      if (octets > 0) slots.queue(this.#queued++, message, octets);
    }
  }

  /** Gives the answers to the kernel. One that it refuses does not hold up the others. */
  flush(): void {
    const queued = this.#queued;
    this.#queued = 0;
    let given = 0;
    while (given < queued) {
      const address = this.#slots.sendAddresses[given]!;
      const sent = this.#libc.sendmmsg(this.#fd, address, queued - given, messageFlag.doNotWait);
      if (sent > 0) {
        // Fewer than asked: the call after this one says why.
        this.counters.answered += sent;
        given += sent;
        continue;
      }
      const why = this.#libc.errno();
      if (why === errno.EINTR) continue;
      if (why === errno.EAGAIN) {
        if (this.#waitForRoom()) continue;
        this.counters.dropped += queued - given;
        return;
      }
      this.counters.sendErrors++;
      given++;
    }
  }

  #answer(responder: BatchedResponder, message: number): number {
    const { requests, replies } = this.#slots.room;
    const reply = replies[message]!;
    try {
      const length = this.#slots.lengthOf(message);
      const octets = responder(requests[message]!, length, this.#slots.peers[message]!, reply, this);
      if (octets > reply.length) throw new RangeError(`${octets} octets in a room of ${reply.length}`);
      return octets;
    } catch (error) {
      if (error instanceof WireError) this.counters.malformed++;
      else this.#onFault(error, ++this.counters.faults);
      return 0;
    }
  }

  /** False: the send buffer is still full. */
  #waitForRoom(): boolean {
    return this.#libc.poll(this.#pollAddress, 1, limits.sendWaitMs) > 0;
  }

  #explain(why: number): void {
    if (why === errno.EAGAIN || why === errno.EINTR) return;
    // An ICMP error for an earlier answer, or a kernel short of memory. The next datagram is not concerned.
    if (passing.has(why)) this.counters.sendErrors++;
    else throw systemError("recvmmsg", why);
  }
}

const passing: ReadonlySet<number> = new Set([
  errno.ECONNREFUSED,
  errno.EHOSTUNREACH,
  errno.ENETUNREACH,
  errno.ENETDOWN,
  errno.EPROTO,
  errno.EMSGSIZE,
  errno.EPERM,
  errno.ENOBUFS,
  errno.ENOMEM,
]);

export function messageRoom(replyOctetsMax: number = limits.replyOctetsMax): MessageRoom {
  const { batchMessages, requestOctetsMax } = limits;
  return new MessageRoom({ messages: batchMessages, requestOctetsMax, replyOctetsMax });
}
