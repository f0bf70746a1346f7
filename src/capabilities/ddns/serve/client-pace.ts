/** How often each client may do something: a token bucket for each, the one used least lately forgotten. */

/** So often in the long run, and so often at once. */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Says of each client whether it may go on. */
export class ClientPace {
  pace: Pace;
  readonly #clientsMax: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(pace: Pace, clientsMax: number) {
    this.pace = pace;
    this.#clientsMax = clientsMax;
  }

  /** Zero: go on. Else milliseconds after which the client may come again. */
  take(client: string, nowMs: number): number {
    const bucket = this.#bucketOf(client, nowMs);
    if (bucket.tokens >= 1) {
      bucket.tokens--;
      return 0;
    }
    return Math.max(1, Math.ceil(((1 - bucket.tokens) / this.pace.perSecond) * 1000));
  }

  /** What was taken was not used up after all. */
  giveBack(client: string): void {
    const bucket = this.#buckets.get(client);
    if (bucket !== undefined) bucket.tokens = Math.min(this.pace.burst, bucket.tokens + 1);
  }

  get clients(): number {
    return this.#buckets.size;
  }

  #bucketOf(client: string, nowMs: number): Bucket {
    const { burst, perSecond } = this.pace;
    const found = this.#buckets.get(client);
    const bucket = found ?? { tokens: burst, atMs: nowMs };
    if (found !== undefined) this.#buckets.delete(client); // and to the end, as the one used last
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > this.#clientsMax) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(nowMs - bucket.atMs, 0) / 1000) * perSecond);
    bucket.atMs = nowMs;
    return bucket;
  }
}
