/** A deadline on a clock that tests can step. */
import type { Clock } from "./clock.ts";

export interface Deadline extends Disposable {
  /** Ends with the deadline, or with `others`. */
  readonly signal: AbortSignal;
}

/** Dispose it when it is no longer needed. */
export function abortAfter(clock: Clock, afterMs: number, others?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = clock.every(afterMs, () => {
    timer[Symbol.dispose]();
    controller.abort();
  });
  const signal = others === undefined ? controller.signal : AbortSignal.any([controller.signal, others]);
  return { signal, [Symbol.dispose]: () => timer[Symbol.dispose]() };
}
