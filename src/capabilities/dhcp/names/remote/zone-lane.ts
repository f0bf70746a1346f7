/**
 * The way to a zone at another server: how much is asked of it at once, and when again after it has failed.
 */
import { remoteLimits } from "./limits.ts";

export class ZoneLane {
  /** Why it is left alone; undefined: it does what it is asked. */
  problem: string | undefined;
  /** Since when it has not, on the wall clock. */
  problemSinceMs = 0;
  #underWay = 0;
  #failures = 0;
  #refusals = 0;
  #resumeAtMs = 0;
  readonly #waiting: (() => void)[] = [];

  /** How long nothing is to be asked of it; 0: now. */
  pauseMs(nowMs: number): number {
    return Math.max(0, this.#resumeAtMs - nowMs);
  }

  /** Waits for a turn; whoever has it must tell how it went. It may have failed meanwhile. */
  async enter(): Promise<void> {
    // A zone that has failed is tried with one name
    const most = this.#failures > 0 ? 1 : remoteLimits.namesAtOnce;
    if (this.#underWay >= most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#underWay++;
  }

  /** It was not asked after all. */
  leave(): void {
    this.#underWay--;
    this.#waiting.shift()?.();
  }

  /** Returns true when it had failed before. */
  succeed(): boolean {
    const isNews = this.problem !== undefined;
    this.#failures = 0;
    this.#refusals = 0;
    this.problem = undefined;
    this.leave();
    return isNews;
  }

  /** It did not answer. Returns true when that is new. */
  fail(problem: string, now: { readonly monotonicMs: number; readonly wallMs: number }): boolean {
    const isNews = this.problem === undefined;
    if (isNews) this.problemSinceMs = now.wallMs;
    this.problem = problem;
    // Of those under way at once only the first counts
    if (this.#resumeAtMs <= now.monotonicMs) {
      const { pauseMsMin, pauseMsMax } = remoteLimits;
      this.#resumeAtMs = now.monotonicMs + Math.min(pauseMsMin * 2 ** this.#failures, pauseMsMax);
      this.#failures++;
    }
    this.leave();
    return isNews;
  }

  /** It answered that it does not do it: for this name or, when that goes on, for any. */
  refuse(problem: string, now: { readonly monotonicMs: number; readonly wallMs: number }): boolean {
    this.#refusals++;
    if (this.#refusals >= remoteLimits.refusalsInARowMax) return this.fail(problem, now);
    this.leave();
    return false;
  }
}
