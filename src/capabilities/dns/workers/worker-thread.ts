/** One worker as control sees it: started, watched, replaced when it dies or hangs, ended. */
import { Worker } from "node:worker_threads";
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { limits } from "../limits.ts";
import {
  type MessageFromWorker,
  type MessageToWorker,
  type WorkerStart,
  WorkerWord,
  workerWords,
} from "./worker-protocol.ts";

export interface WorkerThreadOptions {
  readonly index: number;
  readonly pool: SharedArrayBuffer;
  readonly log: Log;
  readonly clock: Clock;
  /** What a worker that starts anew has to know, in order. */
  readonly firstMessages: () => readonly MessageToWorker[];
  readonly onHandedOver: (
    message: Extract<MessageFromWorker, { kind: "handed-over" }>,
    done: () => void,
  ) => void;
}

export class WorkerThread {
  readonly index: number;
  readonly words = new Int32Array(new SharedArrayBuffer(workerWords * 4));
  /** Times that it died and was replaced. */
  deaths = 0;
  /** Why it died last. */
  lastDeath: string | undefined;
  private readonly options: WorkerThreadOptions;
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private watch: Disposable | undefined;
  private startedAtMs = 0;
  private quickDeaths = 0;
  private lastBeats = 0;
  private lastBeatAtMs = 0;
  /** Of the worker that runs now; `ready` is of the first that ever was. */
  private isReady = false;
  private ready = Promise.withResolvers<void>();
  private ending: PromiseWithResolvers<void> | undefined;

  constructor(options: WorkerThreadOptions) {
    this.index = options.index;
    this.options = options;
  }

  /** Resolves when it answers. Rejects when it cannot start at all. */
  start(): Promise<void> {
    this.watch = this.options.clock.every(limits.workerStuckMs / 5, () => this.lookAfter());
    this.run();
    return this.ready.promise;
  }

  get alive(): boolean {
    return this.worker !== undefined;
  }

  /** The caller raises the generation afterwards. */
  post(message: MessageToWorker): void {
    this.worker?.postMessage(message);
  }

  /** Resolves when it no longer uses what it had before a generation. */
  async hasSeen(generation: number): Promise<void> {
    const { words } = this;
    while (this.alive) {
      const seen = Atomics.load(words, WorkerWord.seen);
      if (((seen - generation) | 0) >= 0) return;
      const waiting = Atomics.waitAsync(words, WorkerWord.seen, seen, limits.workerWaitMs);
      if (waiting.async) await waiting.value;
    }
  }

  /** Waits for a worker that was told to stop, and ends one that does not. */
  async end(): Promise<void> {
    this.watch?.[Symbol.dispose]();
    clearTimeout(this.restart);
    const { worker } = this;
    this.ending = Promise.withResolvers();
    if (worker === undefined) return;
    const late = setTimeout(() => void worker.terminate(), limits.workerStopMs);
    await this.ending.promise;
    clearTimeout(late);
  }

  private run(): void {
    const { index, pool, firstMessages } = this.options;
    const start: WorkerStart = {
      index,
      pool,
      words: this.words.buffer as SharedArrayBuffer,
      waitMs: limits.workerWaitMs,
    };
    // What a dead one had handed over was either answered or is lost with its client's patience.
    Atomics.store(this.words, WorkerWord.handedOver, 0);
    const worker = new Worker(new URL("./dns-worker.ts", import.meta.url), {
      name: `dns ${index + 1}`,
      workerData: start,
    });
    this.worker = worker;
    this.isReady = false;
    this.startedAtMs = this.lastBeatAtMs = this.options.clock.monotonicMs();
    for (const message of firstMessages()) worker.postMessage(message);
    worker.on("message", (message: MessageFromWorker) => this.take(message));
    worker.on("error", (error: unknown) =>
      this.died(worker, error instanceof Error ? error.message : String(error)),
    );
    worker.on("exit", (code) => this.died(worker, `it ended with code ${code}`));
  }

  private take(message: MessageFromWorker): void {
    switch (message.kind) {
      case "ready":
        this.isReady = true;
        this.ready.resolve();
        break;
      case "log":
        this.options.log[message.level]({ worker: this.index + 1, ...message.facts }, message.sentence);
        break;
      case "handed-over":
        this.options.onHandedOver(message, () => void Atomics.sub(this.words, WorkerWord.handedOver, 1));
        break;
    }
  }

  private died(worker: Worker, why: string): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    if (this.ending !== undefined) {
      this.ending.resolve();
      return;
    }
    const { log, clock } = this.options;
    const lastedMs = clock.monotonicMs() - this.startedAtMs;
    this.deaths++;
    this.lastDeath = why;
    this.quickDeaths = lastedMs < limits.workerRestartMsMax ? this.quickDeaths + 1 : 0;
    if (!this.isReady && this.deaths >= limits.workerStartsMax) this.ready.reject(new Error(why));
    const waitMs = restartAfterMs(this.quickDeaths);
    log.error(
      { worker: this.index + 1, deaths: this.deaths, why },
      `DNS worker ${this.index + 1} died; another takes its place`,
    );
    this.restart = setTimeout(() => this.run(), waitMs);
  }

  /** Ends a worker that has not looked up from its work for long; then another takes its place. */
  private lookAfter(): void {
    const { worker, options } = this;
    if (worker === undefined) return;
    const beats = Atomics.load(this.words, WorkerWord.beats);
    const nowMs = options.clock.monotonicMs();
    if (beats !== this.lastBeats) {
      this.lastBeats = beats;
      this.lastBeatAtMs = nowMs;
      return;
    }
    const allowedMs = this.isReady ? limits.workerStuckMs : limits.workerStartMs;
    if (nowMs - this.lastBeatAtMs < allowedMs) return;
    void worker.terminate();
    this.died(worker, `it was stuck for ${allowedMs / 1000} s`);
  }
}

/** At once the first time, then after 100 ms, 200 ms and so on. */
function restartAfterMs(quickDeaths: number): number {
  return quickDeaths <= 1 ? 0 : Math.min(limits.workerRestartMsMax, 50 * 2 ** (quickDeaths - 1));
}
