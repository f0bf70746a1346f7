/** How often an account may be asked in an hour: a bucket that fills evenly, so that bursts are short. */

const hourMs = 3_600_000;

export class RequestBudget {
  readonly #monotonicMs: () => number;
  readonly perHourMax: number;
  #used = 0;
  #atMs: number;

  constructor(perHourMax: number, monotonicMs: () => number) {
    this.perHourMax = perHourMax;
    this.#monotonicMs = monotonicMs;
    this.#atMs = monotonicMs();
  }

  /** Requests that are not forgotten yet. */
  get used(): number {
    this.#forget();
    return Math.ceil(this.#used);
  }

  /** 0: one request is taken. Else after how long there is room for one, and none is taken. */
  take(): number {
    this.#forget();
    if (this.#used + 1 <= this.perHourMax) {
      this.#used++;
      return 0;
    }
    return Math.ceil(((this.#used + 1 - this.perHourMax) / this.perHourMax) * hourMs);
  }

  #forget(): void {
    const nowMs = this.#monotonicMs();
    this.#used = Math.max(0, this.#used - ((nowMs - this.#atMs) / hourMs) * this.perHourMax);
    this.#atMs = nowMs;
  }
}
