/**
 * The threads that answer over UDP, and the descriptors they serve. The descriptors belong to control: a
 * worker that dies loses nothing but the batch in its hands, since what arrives waits for its successor.
 */
import type { Log } from "#contracts/log.ts";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import type { DatagramCounters, DatagramPeer } from "#platform/datagram/datagram.ts";
import type { Libc } from "#platform/datagram/libc.ts";
import { DatagramSender } from "#platform/datagram/sender.ts";
import type { Endpoint } from "#platform/listen/endpoint.ts";
import type { EngineSettings } from "../engine/engine-settings.ts";
import { limits } from "../limits.ts";
import type { ZoneTable } from "../zones/zone-table.ts";
import { type ZoneTableLists, zoneTableMessages } from "../zones/zone-table-messages.ts";
import { ServedEndpoint } from "./served-endpoint.ts";
import {
  type Defect,
  type HandedOver,
  type MessageToWorker,
  PoolWord,
  poolWords,
  type WorkerSocket,
} from "./worker-protocol.ts";
import { type WorkerStatus, WorkerThread } from "./worker-thread.ts";

/** Answers what a worker does not: octets of the response, or undefined for none. */
export type AnswerHandedOver = (
  query: Uint8Array,
  peer: DatagramPeer,
) => Uint8Array | undefined | Promise<Uint8Array | undefined>;

export interface WorkerPoolOptions {
  readonly libc: Libc;
  readonly log: Log;
  readonly answer: AnswerHandedOver;
  readonly clock?: Clock;
}

/** An endpoint that all workers answer on. Disposal ends that. */
export interface ServedAddress extends AsyncDisposable {
  readonly local: Endpoint;
  readonly counters: DatagramCounters;
}

/** Another number of workers, ready to be taken or left. */
export interface PreparedSize {
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** What workers answer from. */
export interface WorkerState {
  readonly settings: EngineSettings;
  readonly table: ZoneTable;
  readonly lists: ZoneTableLists;
}

export class WorkerPool implements AsyncDisposable {
  private readonly options: WorkerPoolOptions;
  private readonly words = new Int32Array(new SharedArrayBuffer(poolWords * 4));
  private readonly sender: DatagramSender;
  private readonly served = new Set<ServedEndpoint>();
  /** Each by its index. */
  private threads: readonly WorkerThread[] = [];
  /** Counters of workers that are no longer wanted. */
  private readonly past: SharedArrayBuffer[] = [];
  /** While it lasts, workers that are no longer wanted use descriptors of endpoints. */
  private shrinking: Promise<unknown> = Promise.resolve();
  private state: WorkerState | undefined;
  private closing: Promise<void> | undefined;

  private constructor(options: WorkerPoolOptions) {
    this.options = options;
    this.sender = new DatagramSender(options.libc);
    this.words[PoolWord.generation] = 1;
  }

  /** Throws when a worker does not start. */
  static async start(options: WorkerPoolOptions, count: number): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    await pool.grow(count);
    return pool;
  }

  get size(): number {
    return this.threads.length;
  }

  get workers(): readonly WorkerStatus[] {
    return this.threads.map(({ status }) => status);
  }

  /** Those that die again and again. */
  get troubled(): readonly WorkerStatus[] {
    return this.threads.filter(({ isTroubled }) => isTroubled).map(({ status }) => status);
  }

  /** Of `WorkerCounters`, also of workers that were. */
  get counterMemories(): readonly SharedArrayBuffer[] {
    return [...this.past, ...this.threads.map(({ counters }) => counters)];
  }

  /** Who asks from now on gets answers of this state. */
  publish(state: WorkerState): void {
    const messages = stateMessages(state, this.state?.table);
    this.state = state;
    for (const thread of this.threads) for (const message of messages) thread.post(message);
    this.announce();
  }

  /**
   * The zone at an index of the published table has another image, which who asks from now on gets. A merge
   * ends so.
   */
  replaceImage(zone: number, memory: ArrayBufferLike | undefined): void {
    this.state?.table.replaceImage(zone, memory);
    for (const thread of this.threads)
      thread.post({ kind: "zones", message: { part: "image", zone, memory } });
    this.announce();
  }

  /** The machine has other addresses than before. */
  refreshAddresses(): void {
    for (const thread of this.threads) thread.post({ kind: "addresses" });
    this.announce();
  }

  /** For tests. */
  fail(index: number, how: Defect): void {
    this.threads[index]!.post({ kind: "fail", how });
    this.announce();
  }

  /** Throws ConfigError when the address cannot be used. */
  open(endpoint: Endpoint): ServedAddress {
    const { libc, log } = this.options;
    const served = new ServedEndpoint(libc, log, endpoint, this.size);
    this.served.add(served);
    this.tellSockets();
    return {
      local: served.local,
      get counters() {
        return served.counters;
      },
      [Symbol.asyncDispose]: () => this.close(served),
    };
  }

  /**
   * Starts the workers that are missing, which answer at once; those that are too many end at `commit`.
   * Throws when a worker does not start, ConfigError when it gets no descriptor, and then has as many as
   * before.
   */
  async prepareSize(count: number): Promise<PreparedSize> {
    const before = this.size;
    await this.grow(count);
    return { commit: () => this.shrink(count), discard: () => this.shrink(before) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async grow(count: number): Promise<void> {
    const fresh: WorkerThread[] = [];
    for (let index = this.size; index < count; index++) fresh.push(this.threadFor(index));
    try {
      await Promise.all(fresh.map((thread) => thread.start()));
      if (this.closing !== undefined) throw new Error("the workers are being ended");
      for (const served of this.served) served.widen(count);
    } catch (error) {
      for (const served of this.served) served.narrow(this.size);
      await Promise.all(fresh.map((thread) => thread.end(limits.workerDrainMs)));
      throw error;
    }
    this.threads = [...this.threads, ...fresh];
    for (const thread of fresh) for (const message of this.messagesFor(thread.index)) thread.post(message);
    this.announce();
  }

  /**
   * What had arrived for a worker that ends is answered by it: its descriptors get nothing new, it answers
   * what they hold, then they are closed.
   */
  private shrink(count: number): Promise<void> {
    const surplus = this.threads.slice(count);
    this.threads = this.threads.slice(0, count);
    for (const served of this.served) served.stepAside(count);
    const endpoints = [...this.served];
    const ended = Promise.all(surplus.map((thread) => thread.end(limits.surplusWorkerDrainMs))).then(() => {
      for (const served of endpoints) served.narrow(count);
      this.past.push(...surplus.map(({ counters }) => counters));
    });
    this.shrinking = Promise.all([this.shrinking, ended]);
    return ended;
  }

  /** The workers leave the descriptors first: a closed one's number may soon be another file's. */
  private async close(served: ServedEndpoint): Promise<void> {
    if (!this.served.delete(served)) return;
    const generation = this.tellSockets();
    await Promise.all([this.shrinking, ...this.threads.map((thread) => thread.hasSeen(generation))]);
    served.narrow(0);
  }

  private async end(): Promise<void> {
    await Promise.all([this.shrinking, ...this.threads.map((thread) => thread.end(limits.workerDrainMs))]);
    for (const served of this.served) served.narrow(0);
    this.served.clear();
  }

  private threadFor(index: number): WorkerThread {
    const { log, clock = systemClock } = this.options;
    return new WorkerThread({
      index,
      pool: this.words.buffer as SharedArrayBuffer,
      log,
      clock,
      firstMessages: () => this.messagesFor(index),
      onHandedOver: (query) => this.answerHandedOver(query),
    });
  }

  /** Nothing yet for one that is to join. */
  private messagesFor(index: number): readonly MessageToWorker[] {
    if (index >= this.size) return [];
    return [...(this.state === undefined ? [] : stateMessages(this.state)), this.socketsOf(index)];
  }

  private tellSockets(): number {
    for (const thread of this.threads) thread.post(this.socketsOf(thread.index));
    return this.announce();
  }

  private announce(): number {
    return Atomics.add(this.words, PoolWord.generation, 1) + 1;
  }

  private socketsOf(index: number): MessageToWorker {
    const sockets = Array.from(this.served, (served): WorkerSocket => {
      const { id, descriptor, counters } = served.lane(index);
      return { id, descriptor, counters: counters.memory };
    });
    return { kind: "sockets", sockets };
  }

  private async answerHandedOver({ query, peer, socket }: HandedOver): Promise<void> {
    const answer = this.options.answer(query, peer);
    // What is there at once may stand in a buffer that the next message is answered in: it goes out in this
    // turn.
    const response = answer instanceof Promise ? await answer : answer;
    if (response === undefined) return;
    for (const served of this.served) {
      const lane = served.laneById(socket);
      if (lane === undefined) continue;
      const outcome = this.sender.send(lane.descriptor, peer, response);
      if (outcome === "sent") served.late.answered++;
      else if (outcome === "refused") served.late.sendErrors++;
      else served.late.dropped++;
    }
  }
}

/** `before`: the table that those who are told already have. */
function stateMessages({ settings, table, lists }: WorkerState, before?: ZoneTable): MessageToWorker[] {
  const zones = zoneTableMessages(table, lists, before);
  return [
    ...zones.map((message): MessageToWorker => ({ kind: "zones", message })),
    { kind: "settings", settings },
  ];
}
