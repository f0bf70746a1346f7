/**
 * Time as a port: what waits for something takes a `Clock`, so that its tests step the time instead of
 * sleeping.
 */

export interface Clock {
  /** Milliseconds since 1970, for records that people read. May jump. */
  nowMs(): number;
  /** Milliseconds since some moment, for deadlines. Never goes back. */
  monotonicMs(): number;
  /** Calls `action` every `periodMs` until disposed. Does not keep the process alive. */
  every(periodMs: number, action: () => void): Disposable;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  every(periodMs, action) {
    const timer = setInterval(action, periodMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

interface Repeated {
  readonly periodMs: number;
  dueMs: number;
  readonly action: () => void;
}

/** A clock that stands still until `advance` is called. */
export class SteppedClock implements Clock {
  #atMs: number;
  readonly #repeated = new Set<Repeated>();

  constructor(startMs = 1_700_000_000_000) {
    this.#atMs = startMs;
  }

  nowMs(): number {
    return this.#atMs;
  }

  monotonicMs(): number {
    return this.#atMs;
  }

  every(periodMs: number, action: () => void): Disposable {
    const entry = { periodMs, dueMs: this.#atMs + periodMs, action };
    this.#repeated.add(entry);
    return { [Symbol.dispose]: () => void this.#repeated.delete(entry) };
  }

  /** Moves time forward and runs what falls due on the way, in order. */
  advance(byMs: number): void {
    const untilMs = this.#atMs + byMs;
    for (;;) {
      const next = this.#nextDue();
      if (next === undefined || next.dueMs > untilMs) break;
      this.#atMs = next.dueMs;
      next.dueMs += next.periodMs;
      next.action();
    }
    this.#atMs = untilMs;
  }

  /** Of those due at once the first that was added. */
  #nextDue(): Repeated | undefined {
    let next: Repeated | undefined;
    for (const one of this.#repeated) if (next === undefined || one.dueMs < next.dueMs) next = one;
    return next;
  }
}
