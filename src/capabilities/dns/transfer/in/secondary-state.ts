/** What is known of a zone that is copied, what may happen to it, and what is done then. */
import type { SoaTimers } from "./soa-timers.ts";
import type { TransferFailure } from "./transfer-request.ts";

export interface ZoneError {
  readonly atMs: number;
  /** Number of the primary. */
  readonly primary: number;
  readonly code: string;
  /** Follows the name of the primary. */
  readonly sentence: string;
}

export interface WantedRound {
  /** The primary to ask first; -1 for the usual order. */
  readonly primary: number;
  readonly whole: boolean;
}

export interface SecondaryState {
  readonly phase: "resting" | "asking" | "transferring" | "taking";
  /** Of the content that is served; undefined: there is none. */
  readonly timers: SoaTimers | undefined;
  /** The content was given up. */
  readonly isExpired: boolean;
  /** When to look next. */
  readonly dueMs: number;
  /** When the content is given up; Infinity without one. */
  readonly expiresMs: number;
  /** When a primary last said that the content is its own. */
  readonly confirmedMs: number | undefined;
  /** When the last check began. */
  readonly checkedMs: number | undefined;
  readonly primaries: number;
  /** Being asked now. */
  readonly primary: number;
  /** To be asked in this round if that comes to nothing. */
  readonly left: readonly number[];
  /** Rounds after one another in which no primary gave what was wanted. */
  readonly failures: number;
  /** The round has met content that would be refused again. */
  readonly metBadContent: boolean;
  /** A round that is to follow soon. */
  readonly wanted: WantedRound | undefined;
  /** This round fetches all of the zone, whatever its serial number. */
  readonly whole: boolean;
  /** This transfer asks for what changed. */
  readonly incremental: boolean;
  /** Primaries that do not do IXFR, and until when that is taken for granted. */
  readonly noIncremental: ReadonlyMap<number, number>;
  /** What was refused of each primary, and when it may be fetched again. */
  readonly refused: ReadonlyMap<number, { readonly serial: number; readonly untilMs: number }>;
  /** What the primary that is asked now says it has. */
  readonly offered: number | undefined;
  readonly error: ZoneError | undefined;
}

export type SecondaryEvent =
  /** Time has passed. */
  | { readonly on: "tick" }
  /** Somebody wants it to be looked now. */
  | { readonly on: "refresh" }
  | { readonly on: "retransfer" }
  /** A primary, or -1 for somebody else who may, says that there is a new version. */
  | { readonly on: "notify"; readonly primary: number; readonly serial: number | undefined }
  | { readonly on: "serial"; readonly serial: number }
  /** A question for the serial number, or the whole zone, came to nothing. */
  | { readonly on: "failed"; readonly failure: TransferFailure }
  | { readonly on: "current" }
  | { readonly on: "arrived" }
  /** The host serves it. */
  | { readonly on: "taken"; readonly timers: SoaTimers };

export type SecondaryEffect =
  | { readonly do: "ask"; readonly primary: number; readonly urgent: boolean }
  | {
      readonly do: "transfer";
      readonly primary: number;
      readonly incremental: boolean;
      readonly anySerial: boolean;
    }
  | { readonly do: "expire" }
  /** A primary confirmed the content: its time begins anew. */
  | { readonly do: "confirm" }
  | { readonly do: "tell-failure"; readonly error: ZoneError }
  /** What changed could not be had, and the whole zone is asked for. */
  | { readonly do: "tell-whole"; readonly error: ZoneError };

export interface Step {
  readonly state: SecondaryState;
  readonly effects: readonly SecondaryEffect[];
}

export interface Moment {
  readonly nowMs: number;
  /** From 0 up to 1. */
  readonly random: number;
}
