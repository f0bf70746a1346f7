/** What the site says about answering, as the engines of all threads need it. */
import type { AddressLists } from "../address-match.ts";
import type { RateLimitConfig } from "../rate-limit/config.ts";
import type { ChaosTexts } from "./chaos.ts";

/** Plain data: it is handed to other threads as it is. */
export interface EngineSettings {
  readonly minimalResponses: "yes" | "no" | "no-auth" | "no-auth-recursive";
  /** ANY over UDP is answered with one record set. RFC 8482 §4.1. */
  readonly minimalAny: boolean;
  /** Largest answer over UDP, octets. */
  readonly udpPayloadOctets: number;
  /** Octets of the NSID option, or undefined for none. RFC 5001. */
  readonly nsid: Uint8Array | undefined;
  /** 16 octets, or undefined for no cookies. */
  readonly cookieSecret: Uint8Array | undefined;
  readonly chaos: ChaosTexts;
  /** Undefined: responses are not limited. */
  readonly rateLimit: RateLimit | undefined;
  /** Each query is told of. */
  readonly queryLog: boolean;
  /** How long a TCP connection may rest, in units of 100 ms. RFC 7828 §3.1. */
  readonly tcpKeepaliveTenths: number;
}

/** Limits of responses over UDP, which the threads of a process count together. */
export interface RateLimit {
  readonly config: RateLimitConfig;
  readonly acls: AddressLists;
  /** Of `rateLimitMemory`. */
  readonly memory: SharedArrayBuffer;
}
