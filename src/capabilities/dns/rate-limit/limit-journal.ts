/**
 * Which networks are being held back, for the log: when it begins and when it has ended, never per packet,
 * and no more than a few of them each minute, however many there are.
 */
import type { Log } from "#contracts/log.ts";
import { ipv4ToText, ipv6ToText } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../limits.ts";
import type { BucketTable } from "./bucket-table.ts";

/** Plain data, so that a worker can pass it on. */
export interface RateLimitEvent {
  readonly kind: "began" | "ended";
  /** Such as 192.0.2.0/24. */
  readonly prefix: string;
  readonly category: "answers" | "name errors" | "errors" | "all responses";
  readonly dropped: number;
  readonly slipped: number;
  readonly seconds: number;
}

const categories = ["answers", "name errors", "errors", "all responses"] as const;
const slots = limits.rateLimitLinesPerMinute;
const none: readonly RateLimitEvent[] = [];

export class LimitJournal {
  private readonly table: BucketTable;
  /** For each bucket its slot, counted from 1; 0: none. */
  private readonly slotOf: Uint8Array;
  private readonly buckets = new Int32Array(slots).fill(-1);
  private readonly tags = new Int32Array(slots);
  private readonly octets = new Uint8Array(slots * 16);
  private readonly octetCounts = new Uint8Array(slots);
  private readonly prefixLengths = new Uint8Array(slots);
  private readonly categories = new Uint8Array(slots);
  private readonly isNew = new Uint8Array(slots);
  private readonly sinceMs = new Int32Array(slots);
  private readonly dropped = new Float64Array(slots);
  private readonly slipped = new Float64Array(slots);
  private used = 0;
  private begun = 0;
  private minuteMs = 0;

  constructor(table: BucketTable) {
    this.table = table;
    this.slotOf = new Uint8Array(table.size);
  }

  /** Something has begun and its end was not told yet. */
  get isOpen(): boolean {
    return this.used > 0;
  }

  /** A response from this bucket was held back. */
  note(
    bucket: number,
    client: Uint8Array,
    prefixLength: number,
    category: number,
    isSlip: boolean,
    nowMs: number,
  ): void {
    let slot = this.slotOf[bucket]! - 1;
    if (slot === -1 || this.tags[slot] !== this.table.tags[bucket]) {
      if (slot !== -1 || !this.mayBegin(nowMs)) return; // another's slot is given up by `events`
      slot = this.buckets.indexOf(-1);
      this.open(slot, bucket, client, prefixLength, category, nowMs);
    }
    if (isSlip) this.slipped[slot]!++;
    else this.dropped[slot]!++;
  }

  events(nowMs: number): readonly RateLimitEvent[] {
    if (this.used === 0) return none;
    const events: RateLimitEvent[] = [];
    for (let slot = 0; slot < slots; slot++) {
      const bucket = this.buckets[slot]!;
      if (bucket === -1) continue;
      if (this.isNew[slot] === 1) events.push(this.event("began", slot, nowMs));
      this.isNew[slot] = 0;
      if (!this.table.isFull(bucket, this.tags[slot]!, nowMs)) continue;
      events.push(this.event("ended", slot, nowMs));
      this.slotOf[bucket] = 0;
      this.buckets[slot] = -1;
      this.used--;
    }
    return events;
  }

  private mayBegin(nowMs: number): boolean {
    const passedMs = (nowMs - this.minuteMs) | 0;
    if (passedMs >= 60_000 || passedMs < 0) {
      this.minuteMs = nowMs;
      this.begun = 0;
    }
    return this.begun < slots && this.used < slots;
  }

  private open(
    slot: number,
    bucket: number,
    client: Uint8Array,
    prefixLength: number,
    category: number,
    nowMs: number,
  ): void {
    this.used++;
    this.begun++;
    this.slotOf[bucket] = slot + 1;
    this.buckets[slot] = bucket;
    this.tags[slot] = this.table.tags[bucket]!;
    this.octetCounts[slot] = client.length;
    for (let i = 0; i < client.length; i++) {
      const bits = Math.min(Math.max(prefixLength - i * 8, 0), 8);
      this.octets[slot * 16 + i] = client[i]! & (0xff00 >>> bits);
    }
    this.prefixLengths[slot] = prefixLength;
    this.categories[slot] = category;
    this.isNew[slot] = 1;
    this.sinceMs[slot] = nowMs;
    this.dropped[slot] = 0;
    this.slipped[slot] = 0;
  }

  private event(kind: RateLimitEvent["kind"], slot: number, nowMs: number): RateLimitEvent {
    const octets = this.octets.slice(slot * 16, slot * 16 + this.octetCounts[slot]!);
    const address =
      octets.length === 4 ? ipv4ToText(new DataView(octets.buffer).getUint32(0)) : ipv6ToText(octets);
    return {
      kind,
      prefix: `${address}/${this.prefixLengths[slot]}`,
      category: categories[this.categories[slot]!]!,
      dropped: this.dropped[slot]!,
      slipped: this.slipped[slot]!,
      seconds: Math.max(0, Math.round(((nowMs - this.sinceMs[slot]!) | 0) / 1000)),
    };
  }
}

export function logRateLimitEvent(log: Log, event: RateLimitEvent): void {
  const { kind, prefix, category, dropped, slipped, seconds } = event;
  if (kind === "began")
    log.warn({ prefix, category }, `${category} to ${prefix} are too many and are limited`);
  else {
    const sum = `${dropped} dropped and ${slipped} truncated in ${seconds} s`;
    log.info({ ...event }, `${category} to ${prefix} are limited no longer: ${sum}`);
  }
}
