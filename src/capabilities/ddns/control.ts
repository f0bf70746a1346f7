/** What the API, the command line and the numbers ask of the running capability. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { AddressType } from "./providers/provider.ts";

export interface FamilyView {
  readonly family: AddressFamily;
  /** Ways to find it are configured. */
  readonly isWatched: boolean;
  /** The last one known. */
  readonly address: string | undefined;
  readonly sinceMs: number | undefined;
  readonly lastSeenMs: number | undefined;
  /** IPv6: the prefix of machines behind the site, `2001:db8:1::/64`. */
  readonly prefix: string | undefined;
  readonly lastLook: LookView | undefined;
  readonly nextLookMs: number | undefined;
}

/** One look at the address: whom it asked and what came of it. */
export interface LookView {
  readonly atMs: number;
  readonly family: AddressFamily;
  readonly outcome: "same" | "changed" | "could-not-tell";
  readonly address: string | undefined;
  /** For people, when it could not tell. */
  readonly sentence: string | undefined;
  readonly witnesses: readonly {
    readonly title: string;
    readonly address: string | undefined;
    /** Why not, when there is no address. */
    readonly why: string | undefined;
  }[];
}

export const recordStates = [
  /** As wanted. */
  "current",
  /** About to be sent. */
  "pending",
  /** It failed and is tried again at `nextTryMs`. */
  "failed",
  /** Until a person has looked at it. */
  "stopped",
  /** No address of its family is known. */
  "waiting",
  /** It was sent; it cannot be told whether the provider has it. */
  "unconfirmed",
] as const;
export type RecordState = (typeof recordStates)[number];

export interface RecordView {
  /** `home.example.net/A/cloudflare`: what else names it. */
  readonly id: string;
  readonly name: string;
  readonly type: AddressType;
  readonly provider: string;
  readonly state: RecordState;
  /** What the provider took last. */
  readonly current: string | undefined;
  readonly wanted: string | undefined;
  readonly changedAtMs: number | undefined;
  readonly checkedAtMs: number | undefined;
  readonly nextTryMs: number | undefined;
  /** Since the last success. */
  readonly failures: number;
  readonly error: { readonly code: string; readonly sentence: string; readonly atMs: number } | undefined;
  /** What its authoritative servers say: of the last time that they were asked about `current`. */
  readonly confirmation: {
    readonly outcome: "yes" | "no" | "could-not-confirm" | "not-asked";
    readonly sentence: string | undefined;
    readonly atMs: number | undefined;
  };
}

export interface PastAddressView {
  readonly family: AddressFamily;
  readonly address: string;
  /** Undefined: it was imported, and nobody knows. */
  readonly fromMs: number | undefined;
  /** Undefined: it still is, or nobody knows. */
  readonly untilMs: number | undefined;
  /** When it was last seen; between that and the next nobody can tell. */
  readonly lastSeenMs: number | undefined;
  /** It is the site's address now, as far as is known. */
  readonly isPresent: boolean;
  /** Titles of those who said so at first. */
  readonly seenBy: readonly string[];
}

export interface ProviderView {
  readonly name: string;
  readonly type: string;
  readonly title: string;
  readonly records: number;
  /** Why all of its records are stopped. */
  readonly stopped: string | undefined;
  readonly requestsThisHour: number;
  readonly requestsPerHourMax: number;
}

export interface DdnsControl {
  families(): readonly FamilyView[];
  records(): readonly RecordView[];
  providers(): readonly ProviderView[];
  /** Newest first; both families or one; at a moment: what it was then. */
  history(question: {
    readonly family?: AddressFamily;
    readonly atMs?: number;
    readonly limit?: number;
  }): Promise<readonly PastAddressView[]>;
  /** Addresses of an earlier program, the oldest first. Resolves with how many were new. */
  importHistory(
    addresses: readonly {
      readonly family: AddressFamily;
      readonly address: string;
      readonly fromMs?: number | undefined;
      readonly untilMs?: number | undefined;
    }[],
    from: string,
  ): Promise<number>;
  /** Looks now, asking every witness that may be asked, and publishes what has changed. */
  check(): Promise<readonly LookView[]>;
  /** Sends the records of a name now, whether they differ or not. Undefined: there is no such name. */
  update(name: string): Promise<readonly RecordView[] | undefined>;
  /** Ends stops and waits: of one name, or of all. Undefined: there is no such name. */
  retry(name?: string): Promise<readonly RecordView[] | undefined>;
}
