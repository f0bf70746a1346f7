/**
 * Response rate limiting, so that queries with a forged source do not turn this server on others.
 *
 * What is counted is not queries but responses of one kind to one network: an answer about one name, a
 * denial from one zone, an error. A resolver asks each of those once per TTL; only a flood repeats them. Of
 * what is held back, every `slip`th response goes out truncated and empty, so that a client whose address
 * was forged is answered over TCP. Ask `decide` for UDP only, and not for a client that showed a good
 * cookie: neither has a forged source.
 */

import type { AddressMatch } from "../address-match.ts";
import { BucketTable } from "./bucket-table.ts";
import { LimitJournal, type RateLimitEvent } from "./limit-journal.ts";
import { PrefixHash } from "./prefix-hash.ts";

/** What kind of response it is. */
export const ResponseCategory = {
  /** NOERROR. Its key is the name asked for, of a wildcard or a delegation the name of that. */
  answer: 0,
  /** NXDOMAIN. Its key is the zone, since there is no end of names in it that do not exist. */
  nxdomain: 1,
  /** Any other response code. All of them are one. */
  error: 2,
} as const;
export type ResponseCategory = (typeof ResponseCategory)[keyof typeof ResponseCategory];

/** All responses to a network that no other limit held back. */
export const categoryAll = 3;

export const Verdict = {
  pass: 0,
  /** Send nothing. */
  drop: 1,
  /** Send it truncated, without records. An error has none and goes as it is. */
  slip: 2,
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

export interface RateLimitSettings {
  /** 0 in any of these four: no such limit. */
  readonly responsesPerSecond: number;
  readonly nxdomainsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly allPerSecond: number;
  readonly windowSeconds: number;
  /** 0: never. */
  readonly slip: number;
  readonly ipv4PrefixLength: number;
  readonly ipv6PrefixLength: number;
  readonly exempt: AddressMatch;
}

export class ResponseRateLimiter {
  readonly counters = { dropped: 0, slipped: 0 };
  private settings!: RateLimitSettings;
  private readonly table: BucketTable;
  private readonly hash: PrefixHash;
  private readonly journal: LimitJournal;
  private readonly rates = new Int32Array(categoryAll + 1);
  private readonly masks = new Int32Array(5);
  /** The client's network, then what of it is counted. */
  private readonly words = new Int32Array(6);
  private prefixWords = 0;

  /** `memory`: of `rateLimitMemory`; limiters with the same memory count together. */
  constructor(settings: RateLimitSettings, memory: SharedArrayBuffer) {
    this.table = new BucketTable(memory);
    this.hash = new PrefixHash(this.table.key);
    this.journal = new LimitJournal(this.table);
    this.configure(settings);
  }

  /** Who has no limit. */
  get exempt(): AddressMatch {
    return this.settings.exempt;
  }

  /** Takes new settings for the next response on; what was counted stays. */
  configure(settings: RateLimitSettings): void {
    this.settings = settings;
    this.rates[ResponseCategory.answer] = settings.responsesPerSecond;
    this.rates[ResponseCategory.nxdomain] = settings.nxdomainsPerSecond;
    this.rates[ResponseCategory.error] = settings.errorsPerSecond;
    this.rates[categoryAll] = settings.allPerSecond;
    this.table.configure(this.rates, settings.windowSeconds);
    for (let word = 0; word < 4; word++) this.masks[word] = maskOf(settings.ipv6PrefixLength - word * 32);
    this.masks[4] = maskOf(settings.ipv4PrefixLength);
  }

  /** This machine itself, and whom the settings say. */
  isExempt(client: Uint8Array): boolean {
    return isLoopback(client) || this.settings.exempt.allows(client);
  }

  /** Some network is held back, or was and that has not been told. */
  get isLimiting(): boolean {
    return this.journal.isOpen;
  }

  /**
   * Does not ask whether the client is exempt.
   * @param client 4 or 16 octets
   * @param nameHash of the name that the category says; any number, and without meaning for errors
   * @param nowMs of any clock; it may jump
   */
  decide(client: Uint8Array, category: ResponseCategory, nameHash: number, nowMs: number): Verdict {
    this.readPrefix(client);
    const name = category === ResponseCategory.error ? 0 : nameHash;
    const verdict = this.count(client, category, name, nowMs | 0);
    if (verdict !== Verdict.pass) return verdict;
    return this.count(client, categoryAll, 0, nowMs | 0);
  }

  /** What began and ended since the last call, for the log. Call it once in a while, such as each second. */
  events(nowMs: number): readonly RateLimitEvent[] {
    return this.journal.events(nowMs | 0);
  }

  private count(client: Uint8Array, category: number, name: number, nowMs: number): Verdict {
    if (this.rates[category] === 0) return Verdict.pass;
    const { table, words, hash, settings } = this;
    const end = this.prefixWords;
    words[end] = client.length * 8 + category;
    words[end + 1] = name;
    hash.hash(words, end + 2);
    const bucket = table.take(hash.outcome, category, nowMs);
    if (table.charge(bucket, category, nowMs)) return Verdict.pass;
    const isSlip = table.isSlip(bucket, settings.slip);
    if (isSlip) this.counters.slipped++;
    else this.counters.dropped++;
    const length = client.length === 4 ? settings.ipv4PrefixLength : settings.ipv6PrefixLength;
    this.journal.note(bucket, client, length, category, isSlip, nowMs);
    return isSlip ? Verdict.slip : Verdict.drop;
  }

  private readPrefix(client: Uint8Array): void {
    const { words, masks } = this;
    if (client.length === 4) {
      words[0] = wordAt(client, 0) & masks[4]!;
      this.prefixWords = 1;
      return;
    }
    for (let word = 0; word < 4; word++) words[word] = wordAt(client, word * 4) & masks[word]!;
    this.prefixWords = 4;
  }
}

function wordAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
}

/** A word whose first `bits` bits are set; fewer than 0 count as 0, more than 32 as 32. */
function maskOf(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : -1 << (32 - bits);
}

/** 127.0.0.0/8, ::1: RFC 6890 §2.2.2, §2.2.3. Such a packet has not left the machine. */
function isLoopback(client: Uint8Array): boolean {
  if (client.length === 4) return client[0] === 127;
  if (client[15] !== 1) return false;
  for (let i = 0; i < 15; i++) if (client[i] !== 0) return false;
  return true;
}
