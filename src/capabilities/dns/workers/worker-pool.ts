/**
 * The threads that answer over UDP, and the descriptors they serve. The descriptors belong to control: a worker
 * that dies loses nothing but the batch in its hands, since what arrives waits for its successor.
 */
import { availableParallelism } from "node:os";
import type { Log } from "#contracts/log.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import type { DatagramCounters, DatagramPeer } from "#platform/datagram/datagram.ts";
import {
  closeDescriptor,
  type Descriptor,
  openDescriptors,
  overflowOf,
} from "#platform/datagram/descriptor.ts";
import type { Libc } from "#platform/datagram/libc.ts";
import { DatagramSender } from "#platform/datagram/sender.ts";
import { SharedDatagramCounters, sumDatagramCounters } from "#platform/datagram/shared-counters.ts";
import type { Endpoint } from "#platform/listen/endpoint.ts";
import { limits } from "../limits.ts";
import { type MessageFromWorker, type MessageToWorker, PoolWord, poolWords } from "./worker-protocol.ts";
import { WorkerThread } from "./worker-thread.ts";

/** Answers what a worker does not: octets of the response, or undefined for none. */
export type AnswerHandedOver = (query: Uint8Array, peer: DatagramPeer) => Uint8Array | undefined;

export interface WorkerPoolOptions {
  readonly libc: Libc;
  readonly count: number;
  readonly log: Log;
  readonly answer: AnswerHandedOver;
  readonly clock?: Clock;
}

/** One address and port that all workers answer on. Disposal ends that. */
export interface ServedEndpoint extends AsyncDisposable {
  readonly local: Endpoint;
  readonly counters: DatagramCounters;
}

type State = Extract<MessageToWorker, { kind: "state" }>;

/** Of one endpoint: a descriptor for each worker. */
interface Served {
  readonly descriptors: readonly Descriptor[];
  readonly counters: readonly SharedDatagramCounters[];
}

export class WorkerPool implements AsyncDisposable {
  private readonly options: WorkerPoolOptions;
  private readonly words = new Int32Array(new SharedArrayBuffer(poolWords * 4));
  private readonly threads: readonly WorkerThread[];
  private readonly sender: DatagramSender;
  private readonly served = new Set<Served>();
  private state: State | undefined;
  private closing: Promise<void> | undefined;

  private constructor(options: WorkerPoolOptions) {
    const { log, clock = systemClock, count } = options;
    this.options = options;
    this.sender = new DatagramSender(options.libc);
    this.words[PoolWord.generation] = 1;
    this.threads = Array.from(
      { length: count },
      (_, index) =>
        new WorkerThread({
          index,
          pool: this.words.buffer as SharedArrayBuffer,
          log,
          clock,
          firstMessages: () => this.messagesFor(index),
          onHandedOver: (message, done) => this.answerHandedOver(message, done),
        }),
    );
  }

  /** Throws when a worker does not start. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(pool.threads.map((thread) => thread.start()));
      return pool;
    } catch (error) {
      await pool[Symbol.asyncDispose]();
      throw error;
    }
  }

  get size(): number {
    return this.threads.length;
  }

  get workers(): readonly WorkerThread[] {
    return this.threads;
  }

  /** Who asks from now on gets answers of this state. */
  publish(state: Omit<State, "kind">): void {
    this.state = { kind: "state", ...state };
    for (const thread of this.threads) thread.post(this.state);
    this.announce();
  }

  /** Opens an endpoint; throws ConfigError when that cannot be. */
  open(endpoint: Endpoint): ServedEndpoint {
    const { libc, log } = this.options;
    const { address, port } = endpoint;
    const descriptors = openDescriptors({ libc, address, port, log }, this.threads.length);
    const served: Served = { descriptors, counters: descriptors.map(() => new SharedDatagramCounters()) };
    this.served.add(served);
    this.tellSockets();
    return {
      local: descriptors[0]!.local,
      get counters() {
        const overflowed = descriptors.reduce((sum, descriptor) => sum + overflowOf(libc, descriptor), 0);
        return { ...sumDatagramCounters(served.counters), overflowed };
      },
      [Symbol.asyncDispose]: () => this.close(served),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** The workers leave the descriptors first: a closed one's number may soon be another file's. */
  private async close(served: Served): Promise<void> {
    if (!this.served.delete(served)) return;
    const generation = this.tellSockets();
    await Promise.all(this.threads.map((thread) => thread.hasSeen(generation)));
    for (const descriptor of served.descriptors) closeDescriptor(this.options.libc, descriptor);
  }

  private async end(): Promise<void> {
    Atomics.store(this.words, PoolWord.stop, 1);
    await Promise.all(this.threads.map((thread) => thread.end()));
    for (const { descriptors } of this.served) {
      for (const descriptor of descriptors) closeDescriptor(this.options.libc, descriptor);
    }
    this.served.clear();
  }

  private tellSockets(): number {
    for (const thread of this.threads) thread.post(this.socketsOf(thread.index));
    return this.announce();
  }

  private announce(): number {
    return Atomics.add(this.words, PoolWord.generation, 1) + 1;
  }

  private messagesFor(index: number): readonly MessageToWorker[] {
    return [...(this.state === undefined ? [] : [this.state]), this.socketsOf(index)];
  }

  private socketsOf(index: number): MessageToWorker {
    const sockets = [...this.served].map(({ descriptors, counters }) => ({
      descriptor: descriptors[index]!,
      counters: counters[index]!.memory,
    }));
    return { kind: "sockets", sockets };
  }

  private answerHandedOver(
    message: Extract<MessageFromWorker, { kind: "handed-over" }>,
    done: () => void,
  ): void {
    try {
      const descriptor = this.descriptorOf(message.fd);
      const response = this.options.answer(message.query, message.peer);
      if (response !== undefined && descriptor !== undefined) {
        this.sender.send(descriptor, message.peer, response);
      }
    } finally {
      done();
    }
  }

  private descriptorOf(fd: number): Descriptor | undefined {
    for (const { descriptors } of this.served) {
      for (const descriptor of descriptors) if (descriptor.fd === fd) return descriptor;
    }
    return undefined;
  }
}

/** How many workers `auto` stands for: a processor is left to control and to the machine. */
export function automaticWorkers(processors = availableParallelism()): number {
  return Math.max(1, Math.min(limits.workersAutoMax, processors - 1));
}
