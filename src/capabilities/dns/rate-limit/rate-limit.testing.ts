/** For tests: a limiter with small numbers, and clients by text. */
import { addressOctets } from "#platform/listen/address-octets.ts";
import { matchNone } from "../address-match.ts";
import { rateLimitMemory } from "./bucket-table.ts";
import {
  type RateLimitSettings,
  ResponseCategory,
  ResponseRateLimiter,
  Verdict,
} from "./response-rate-limiter.ts";

export const plainLimits: RateLimitSettings = {
  responsesPerSecond: 5,
  nxdomainsPerSecond: 3,
  errorsPerSecond: 2,
  allPerSecond: 0,
  windowSeconds: 4,
  slip: 0,
  ipv4PrefixLength: 24,
  ipv6PrefixLength: 56,
  exempt: matchNone,
};

export class LimiterRig {
  readonly limiter: ResponseRateLimiter;
  nowMs = 1_700_000_000_000;

  constructor(settings: Partial<RateLimitSettings> = {}, memory: SharedArrayBuffer = rateLimitMemory()) {
    this.limiter = new ResponseRateLimiter({ ...plainLimits, ...settings }, memory);
  }

  /** The verdicts of `count` responses, such as "pass pass drop". */
  ask(count: number, client: string, category: ResponseCategory = ResponseCategory.answer, name = 1): string {
    const octets = addressOctets(client);
    return Array.from(
      { length: count },
      () => ["pass", "drop", "slip"][this.verdict(octets, category, name)]!,
    ).join(" ");
  }

  private verdict(octets: Uint8Array, category: ResponseCategory, name: number): Verdict {
    if (this.limiter.isExempt(octets)) return Verdict.pass;
    return this.limiter.decide(octets, category, name, this.nowMs);
  }

  passes(
    count: number,
    client: string,
    category: ResponseCategory = ResponseCategory.answer,
    name = 1,
  ): number {
    return this.ask(count, client, category, name).match(/pass/g)?.length ?? 0;
  }
}
