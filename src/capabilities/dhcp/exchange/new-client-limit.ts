/**
 * How many new clients each port of the network may bring: a token bucket for each, the least used
 * forgotten.
 */
import { limits } from "../limits.ts";

interface Bucket {
  tokens: number;
  atMs: number;
  /** Held back since it was last said. */
  refused: number;
  saidAtMs: number;
}

export interface NewClientRate {
  readonly perSecond: number;
  readonly burst: number;
}

export class NewClientLimit {
  rate: NewClientRate;
  readonly #buckets = new Map<string, Bucket>();
  /** The last time that somebody came. */
  #nowMs = 0;

  constructor(rate: NewClientRate) {
    this.rate = rate;
  }

  /** False: this port has brought too many. */
  allows(port: string, nowMs: number): boolean {
    const { perSecond, burst } = this.rate;
    const found = this.#buckets.get(port);
    const bucket = found ?? { tokens: burst, atMs: nowMs, refused: 0, saidAtMs: Number.NEGATIVE_INFINITY };
    this.#nowMs = nowMs;
    if (found !== undefined) this.#buckets.delete(port); // and to the end, as the one used last
    this.#buckets.set(port, bucket);
    if (this.#buckets.size > limits.portsMax) this.#forgetOne();
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) {
      bucket.refused++;
      return false;
    }
    bucket.tokens--;
    return true;
  }

  /**
   * Ports that were limited, and how often since that was last said: each at once, and then once in a while.
   */
  takeRefused(): readonly { readonly port: string; readonly count: number }[] {
    const isDue = ({ refused, saidAtMs }: Bucket): boolean =>
      refused > 0 && saidAtMs + limits.newClientsSaidMs <= this.#nowMs;
    const due = [...this.#buckets].filter(([, bucket]) => isDue(bucket)).slice(0, limits.portsSaidMax);
    return due.map(([port, bucket]) => {
      const count = bucket.refused;
      bucket.refused = 0;
      bucket.saidAtMs = this.#nowMs;
      return { port, count };
    });
  }

  #forgetOne(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
