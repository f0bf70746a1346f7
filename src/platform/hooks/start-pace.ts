/**
 * How often programs may be started. To start one costs the thread that answers clients some milliseconds, so
 * that after each it rests for a multiple of them: a burst of leases slows the hooks down and not the server.
 */
import { hookLimits } from "./limits.ts";

export interface PaceClock {
  readonly monotonicMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

export class StartPace {
  readonly #clock: PaceClock;
  #restUntilMs = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(clock: PaceClock) {
    this.#clock = clock;
  }

  /** Calls `start` when it may be, after those that have asked before. */
  start<Result>(start: () => Result): Promise<Awaited<Result>> {
    const turn = this.#last.then(() => this.#rest()).then(() => this.#measured(start));
    this.#last = turn.catch(() => undefined); // who asked is told
    return turn.then(({ result }) => result) as Promise<Awaited<Result>>;
  }

  async #rest(): Promise<void> {
    const leftMs = this.#restUntilMs - this.#clock.monotonicMs();
    if (leftMs > 0) await this.#clock.wait(leftMs);
  }

  /** In an object, so that the next does not wait for what this one has started. */
  #measured<Result>(start: () => Result): { readonly result: Result } {
    const beginMs = this.#clock.monotonicMs();
    try {
      return { result: start() };
    } finally {
      const endMs = this.#clock.monotonicMs();
      this.#restUntilMs = endMs + (endMs - beginMs) * hookLimits.restsPerStart;
    }
  }
}
