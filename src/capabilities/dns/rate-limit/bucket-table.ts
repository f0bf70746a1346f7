/**
 * The buckets of the rate limiter: a table of fixed size in memory that all threads share.
 *
 * A bucket holds what may still be sent, in thousandths of a response, from one second's worth down to a
 * debt of a window's worth. Its place is one of eight that its hash gives; a look-up reads those and no
 * more. When none of them is free, the one goes that lacks the least: one that lacks nothing says no more
 * than one that is not there, and one in debt stays. So strangers without number push out neither each other
 * wrongly (a new bucket is full) nor the ones that are being held back.
 *
 * Threads read and write without locks. Where two meet in one bucket, a charge may be lost: the limit is
 * then late by as many responses as there are threads, and nothing else can happen.
 */
import { randomBytes } from "node:crypto";
import { limits } from "../limits.ts";

/** A response, in the unit of balances. */
const response = 1000;
const ways = limits.rateLimitBucketsPerSet;
const headOctets = 8;
const bucketOctets = 13;

/** Memory of a table, with a random key; hand it to every thread. `buckets`: 8 times a power of two. */
export function rateLimitMemory(buckets: number = limits.rateLimitBuckets): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(headOctets + buckets * bucketOctets);
  new Uint8Array(memory).set(randomBytes(headOctets));
  return memory;
}

export class BucketTable {
  readonly size: number;
  private readonly setMask: number;
  /** Two random words. */
  readonly key: Int32Array;
  /** Hash and category of the bucket's key; 0: nobody's. */
  readonly tags: Int32Array;
  private readonly balances: Int32Array;
  private readonly stampsMs: Int32Array;
  private readonly slips: Uint8Array;
  private windowSeconds = 1;
  /** Responses a second, by category. */
  private rates: Int32Array = new Int32Array(0);

  /** `watch` lets a test see each tag that is read. */
  constructor(memory: SharedArrayBuffer, watch: (tags: Int32Array) => Int32Array = (tags) => tags) {
    const size = (memory.byteLength - headOctets) / bucketOctets;
    this.size = size;
    this.setMask = size / ways - 1;
    this.key = new Int32Array(memory, 0, 2);
    this.tags = watch(new Int32Array(memory, headOctets, size));
    this.balances = new Int32Array(memory, headOctets + size * 4, size);
    this.stampsMs = new Int32Array(memory, headOctets + size * 8, size);
    this.slips = new Uint8Array(memory, headOctets + size * 12, size);
  }

  configure(rates: Int32Array, windowSeconds: number): void {
    this.rates = rates;
    this.windowSeconds = windowSeconds;
  }

  /** The bucket of a hash and category; a full one when there was none. */
  take(hash: Int32Array, category: number, nowMs: number): number {
    const tag = (hash[0]! & ~7) | (category + 1);
    const { tags } = this;
    const first = (hash[1]! & this.setMask) * ways;
    for (let bucket = first; bucket < first + ways; bucket++) if (tags[bucket] === tag) return bucket;
    let taken = first;
    let least = Number.MAX_SAFE_INTEGER;
    for (let bucket = first; bucket < first + ways && least > 0; bucket++) {
      const lack = this.lack(bucket, nowMs);
      if (lack >= least) continue;
      least = lack;
      taken = bucket;
    }
    tags[taken] = tag;
    this.balances[taken] = this.rates[category]! * response;
    this.stampsMs[taken] = nowMs;
    this.slips[taken] = 0;
    return taken;
  }

  /** Takes one response from a bucket; false when it may not be sent. */
  charge(bucket: number, category: number, nowMs: number): boolean {
    const rate = this.rates[category]!;
    const left =
      Math.min(this.balances[bucket]! + this.earned(bucket, rate, nowMs), rate * response) - response;
    this.balances[bucket] = Math.max(left, -this.windowSeconds * rate * response);
    this.stampsMs[bucket] = nowMs;
    return left >= 0;
  }

  /** True for the first and then every `every`th response that a bucket holds back, as BIND; 0 is never. */
  isSlip(bucket: number, every: number): boolean {
    const count = this.slips[bucket]!;
    this.slips[bucket] = count + 1 >= every ? 0 : count + 1;
    return every !== 0 && count === 0;
  }

  /** True when a bucket is another's by now, or has all that it can have. */
  isFull(bucket: number, tag: number, nowMs: number): boolean {
    return this.tags[bucket] !== tag || this.lack(bucket, nowMs) <= 0;
  }

  /** What a bucket is short of. */
  private lack(bucket: number, nowMs: number): number {
    const tag = this.tags[bucket]!;
    if (tag === 0) return 0;
    const rate = this.rates[(tag & 7) - 1]!;
    return rate * response - this.balances[bucket]! - this.earned(bucket, rate, nowMs);
  }

  /** A clock that was set back earns nothing; one that leapt ahead no more than fills the bucket. */
  private earned(bucket: number, rate: number, nowMs: number): number {
    const passedMs = (nowMs - this.stampsMs[bucket]!) | 0;
    return Math.min(Math.max(passedMs, 0), (this.windowSeconds + 1) * 1000) * rate;
  }
}
