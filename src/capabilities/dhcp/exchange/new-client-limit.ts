/** How many new clients each port of the network may bring: a token bucket for each, the least used forgotten. */
import { limits } from "../limits.ts";

interface Bucket {
  tokens: number;
  atMs: number;
  /** Held back since it was last said. */
  refused: number;
}

export interface NewClientRate {
  readonly perSecond: number;
  readonly burst: number;
}

export class NewClientLimit {
  rate: NewClientRate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: NewClientRate) {
    this.rate = rate;
  }

  /** False: this port has brought too many. */
  allows(port: string, nowMs: number): boolean {
    const { perSecond, burst } = this.rate;
    const found = this.#buckets.get(port);
    const bucket = found ?? { tokens: burst, atMs: nowMs, refused: 0 };
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

  /** Ports that were limited since the last call, and how often. */
  takeRefused(): readonly { readonly port: string; readonly count: number }[] {
    const refused = [...this.#buckets].filter(([, bucket]) => bucket.refused > 0);
    return refused.map(([port, bucket]) => {
      const count = bucket.refused;
      bucket.refused = 0;
      return { port, count };
    });
  }

  #forgetOne(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
