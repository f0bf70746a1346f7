/** One worker as control sees it: started, watched, replaced when it dies or hangs, ended. */
import { Worker } from "node:worker_threads";
import type { Log } from "#contracts/log.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { isToldFault } from "#platform/datagram/fault-log.ts";
import { countersMemory } from "../counters/worker-counters.ts";
import { limits } from "../limits.ts";
import { logRateLimitEvent } from "../rate-limit/limit-journal.ts";
import {
  type HandedOver,
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
  /** Answers, now or later. */
  readonly onHandedOver: (query: HandedOver) => Promise<void>;
}

/** For `homeport status`. */
export interface WorkerStatus {
  readonly worker: number;
  readonly state: "answering" | "starting" | "dead";
  /** Times that it died; each time another took its place. */
  readonly deaths: number;
  readonly lastDeath: string | undefined;
  /** Queries that wait for control, and those for which too many did. */
  readonly handedOver: number;
  readonly handOversRefused: number;
}

export class WorkerThread {
  readonly index: number;
  /** Of `WorkerCounters`. */
  readonly counters = countersMemory();
  private readonly words = new Int32Array(new SharedArrayBuffer(workerWords * 4));
  private readonly options: WorkerThreadOptions;
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private watch: Disposable | undefined;
  private startedAtMs = 0;
  private deaths = 0;
  private lastDeath: string | undefined;
  /** Deaths soon after the start, one after the other. */
  private quickDeaths = 0;
  private lastBeats = 0;
  private looksWithoutBeat = 0;
  /** Queries of this worker and those before it that control has not answered yet. */
  private underWay = 0;
  /** Of these, those of which the answer failed. */
  private faults = 0;
  /** Of the worker that runs now; `ready` is of the first that ever was. */
  private isReady = false;
  private wasReady = false;
  private readonly ready = Promise.withResolvers<void>();
  private ended: PromiseWithResolvers<void> | undefined;

  constructor(options: WorkerThreadOptions) {
    this.index = options.index;
    this.options = options;
  }

  /** Resolves when it answers. Rejects when it cannot start at all. */
  start(): Promise<void> {
    this.watch = this.options.clock.every(limits.workerLookMs, () => this.lookAfter());
    this.run();
    return this.ready.promise;
  }

  get status(): WorkerStatus {
    const { words, index, worker, isReady, deaths, lastDeath } = this;
    return {
      worker: index + 1,
      state: worker === undefined ? "dead" : isReady ? "answering" : "starting",
      deaths,
      lastDeath,
      handedOver: Atomics.load(words, WorkerWord.handedOver),
      handOversRefused: words[WorkerWord.handOversRefused]!,
    };
  }

  /** It dies again and again, and now or lately did not answer. */
  get isTroubled(): boolean {
    if (this.quickDeaths < limits.workerQuickDeathsShown) return false;
    return !this.isReady || this.lastedMs() < limits.workerSteadyMs;
  }

  /** The caller raises the generation afterwards. */
  post(message: MessageToWorker): void {
    this.worker?.postMessage(message);
  }

  /** Resolves when it no longer uses what it had before a generation. */
  async hasSeen(generation: number): Promise<void> {
    const { words } = this;
    while (this.worker !== undefined) {
      const seen = Atomics.load(words, WorkerWord.seen);
      if (((seen - generation) | 0) >= 0) return;
      const waiting = Atomics.waitAsync(words, WorkerWord.seen, seen, limits.workerWaitMs);
      if (waiting.async) await waiting.value;
    }
  }

  /** Has it answer what has arrived, for so long at most. Resolves when it has ended. */
  async end(drainMs: number): Promise<void> {
    if (this.ended === undefined) {
      this.ended = Promise.withResolvers();
      this.watch?.[Symbol.dispose]();
      clearTimeout(this.restart);
      Atomics.store(this.words, WorkerWord.stop, drainMs);
      const { worker } = this;
      if (worker === undefined) this.ended.resolve();
      // It answers nothing yet, and what it is about to read may be gone.
      else if (!this.isReady) void worker.terminate();
      else setTimeout(() => void worker.terminate(), drainMs + limits.workerStopMs).unref();
    }
    await this.ended.promise;
  }

  private run(): void {
    const start: WorkerStart = {
      pool: this.options.pool,
      words: this.words.buffer as SharedArrayBuffer,
      counters: this.counters,
    };
    // What the one before handed over and control did not get is lost with it.
    Atomics.store(this.words, WorkerWord.handedOver, this.underWay);
    const worker = new Worker(new URL("./dns-worker.ts", import.meta.url), {
      name: `dns ${this.index + 1}`,
      workerData: start,
    });
    this.worker = worker;
    this.isReady = false;
    this.looksWithoutBeat = 0;
    this.startedAtMs = this.options.clock.monotonicMs();
    for (const message of this.options.firstMessages()) worker.postMessage(message);
    worker.on("message", (message: MessageFromWorker) => this.take(message));
    // Some errors come alone, and after most there is an exit.
    worker.on("error", (error: unknown) => this.died(worker, messageOf(error)));
    worker.on("exit", (code) => this.died(worker, `it ended with code ${code}`));
  }

  private take(message: MessageFromWorker): void {
    switch (message.kind) {
      case "ready":
        this.isReady = this.wasReady = true;
        this.looksWithoutBeat = 0;
        this.ready.resolve();
        break;
      case "rate-limit":
        logRateLimitEvent(this.options.log, message.event);
        break;
      case "log":
        this.options.log[message.level]({ worker: this.index + 1, ...message.facts }, message.sentence);
        break;
      case "handed-over":
        for (const query of message.queries) void this.answer(query);
        break;
    }
  }

  private async answer(query: HandedOver): Promise<void> {
    this.underWay++;
    try {
      await this.options.onHandedOver(query);
    } catch (error) {
      const count = ++this.faults;
      // A message that trips us can be sent at line rate.
      if (isToldFault(count))
        this.options.log.error({ err: error, count }, "answering what a worker handed over failed");
    } finally {
      this.underWay--;
      Atomics.sub(this.words, WorkerWord.handedOver, 1);
    }
  }

  private died(worker: Worker, why: string): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.isReady = false;
    if (this.ended !== undefined) {
      this.ended.resolve();
      return;
    }
    this.deaths++;
    this.lastDeath = why;
    this.quickDeaths = this.lastedMs() < limits.workerSteadyMs ? this.quickDeaths + 1 : 1;
    if (this.deaths >= limits.workerStartsMax) this.ready.reject(new Error(why)); // unless it once was ready
    const waitMs = restartAfterMs(this.quickDeaths);
    // Whoever waits for its first start is told in another way.
    this.options.log[this.wasReady ? "error" : "debug"](
      { worker: this.index + 1, deaths: this.deaths, why, waitMs },
      `DNS worker ${this.index + 1} died; another takes its place`,
    );
    this.restart = setTimeout(() => this.run(), waitMs);
  }

  private lastedMs(): number {
    return this.options.clock.monotonicMs() - this.startedAtMs;
  }

  /**
   * Ends a worker that does not look up from its work; its exit then brings the next. Looks are counted, not
   * time: where the whole machine stood still, nobody is stuck.
   */
  private lookAfter(): void {
    const { worker } = this;
    if (worker === undefined) return;
    const beats = Atomics.load(this.words, WorkerWord.beats);
    this.looksWithoutBeat = beats === this.lastBeats ? this.looksWithoutBeat + 1 : 0;
    this.lastBeats = beats;
    const allowedMs = this.isReady ? limits.workerStuckMs : limits.workerStartMs;
    if (this.looksWithoutBeat * limits.workerLookMs !== allowedMs) return;
    this.options.log.error({ worker: this.index + 1 }, `DNS worker ${this.index + 1} is stuck`);
    void worker.terminate();
  }
}

/** At once the first time, then after 100 ms, 200 ms and so on. */
function restartAfterMs(quickDeaths: number): number {
  return quickDeaths <= 1 ? 0 : Math.min(limits.workerRestartMsMax, 50 * 2 ** (quickDeaths - 1));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
