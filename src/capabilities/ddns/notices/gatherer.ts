/** Keeps events for a while, so that what happens together is told together. */
import type { Clock } from "#platform/clock/clock.ts";
import { noticeLimits } from "./limits.ts";
import { isOfRecord, type TimedNotice } from "./notice-event.ts";

export interface GathererParts {
  readonly clock: Clock;
  /** True: a message went out for them. */
  readonly onDue: (events: readonly TimedNotice[]) => boolean;
}

export class Gatherer implements Disposable {
  readonly #parts: GathererParts;
  #events: TimedNotice[] = [];
  #timer: Disposable | undefined;
  #dueMs = Infinity;
  #lastMessageMs = -Infinity;
  /** How often messages came close together. */
  #level = 0;

  constructor(parts: GathererParts) {
    this.#parts = parts;
  }

  add(event: TimedNotice): void {
    if (this.#events.length >= noticeLimits.gatheredMax) this.#events.shift();
    this.#events.push(event);
    const nowMs = this.#parts.clock.monotonicMs();
    const dueMs = nowMs + this.#waitMs(event, nowMs);
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.every(dueMs - nowMs, () => this.flush());
  }

  /** Passes on what is there. */
  flush(): void {
    this[Symbol.dispose]();
    const events = this.#events;
    this.#events = [];
    if (events.length === 0 || !this.#parts.onDue(events)) return;
    const nowMs = this.#parts.clock.monotonicMs();
    this.#level = this.#isCalm(nowMs) ? 1 : this.#level + 1;
    this.#lastMessageMs = nowMs;
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#dueMs = Infinity;
  }

  #waitMs(event: TimedNotice, nowMs: number): number {
    const { gatherMs, addressGatherMsMax } = noticeLimits;
    const level = this.#isCalm(nowMs) ? 0 : Math.min(this.#level, gatherMs.length - 1);
    return isOfRecord(event) ? gatherMs[level]! : Math.min(gatherMs[level]!, addressGatherMsMax);
  }

  #isCalm(nowMs: number): boolean {
    return nowMs - this.#lastMessageMs > noticeLimits.calmMs;
  }
}
