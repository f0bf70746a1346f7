/** How often an account may be asked in an hour: a bucket that fills evenly, so that bursts are short. */

const hourMs = 3_600_000;
/** Requests of a call: one that begins with room for a single one would read, and never come to write. */
const roomMin = 10;
const roomShare = 0.1;

export class RequestBudget {
  readonly #monotonicMs: () => number;
  readonly perHourMax: number;
  #used: number;
  #atMs: number;
  /** It was used up, and rests until there is room for some. */
  #isResting = false;

  /** @param used before the program started, as far as it is not forgotten yet */
  constructor(perHourMax: number, monotonicMs: () => number, used = 0) {
    this.perHourMax = perHourMax;
    this.#monotonicMs = monotonicMs;
    this.#used = Math.min(used, perHourMax);
    this.#atMs = monotonicMs();
  }

  /** Requests that are not forgotten yet. */
  get used(): number {
    this.#forget();
    return Math.ceil(this.#used);
  }

  /** After how long a request may be made; 0: now. */
  get waitMs(): number {
    this.#forget();
    const room = this.#isResting
      ? Math.min(this.perHourMax, Math.max(roomMin, this.perHourMax * roomShare))
      : 1;
    const missing = this.#used + room - this.perHourMax;
    if (missing > 0) return Math.ceil((missing / this.perHourMax) * hourMs);
    this.#isResting = false;
    return 0;
  }

  /** 0: one request is taken. Else after how long there is room again, and none is taken. */
  take(): number {
    if (this.waitMs > 0) {
      this.#isResting = true;
      return this.waitMs;
    }
    this.#used++;
    return 0;
  }

  #forget(): void {
    const nowMs = this.#monotonicMs();
    this.#used = Math.max(0, this.#used - ((nowMs - this.#atMs) / hourMs) * this.perHourMax);
    this.#atMs = nowMs;
  }
}
