/**
 * What control and a worker say to each other. Small facts that change often stand in shared memory; the rest
 * are messages, which the worker takes when the generation says that there are some.
 */
import type { DatagramPeer } from "#platform/datagram/datagram.ts";
import type { Descriptor } from "#platform/datagram/descriptor.ts";
import type { EngineSettings } from "../engine/engine-settings.ts";
import type { RateLimitEvent } from "../rate-limit/limit-journal.ts";
import type { ZoneTableMessage } from "../zones/zone-table-messages.ts";

/** Words (i32) that all workers of a pool share. */
export const PoolWord = {
  /** Goes up when there are messages for the workers. */
  generation: 0,
} as const;
export const poolWords = 1;

/** Words (i32) of one worker. A worker that takes over from a dead one gets the same. */
export const WorkerWord = {
  /** The generation whose messages the worker has taken, and no longer uses what it had before. */
  seen: 0,
  /** Goes up with every batch and every wait: the worker is alive. */
  beats: 1,
  /** Queries handed over to control and not answered by it yet. */
  handedOver: 2,
  /** Queries not handed over, since too many were already. */
  handOversRefused: 3,
  /** Other than 0: to answer what has arrived, for so many milliseconds at most, and end. */
  stop: 4,
} as const;
export const workerWords = 5;

export interface WorkerStart {
  readonly pool: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
  /** Of `WorkerCounters`. */
  readonly counters: SharedArrayBuffer;
}

export interface WorkerSocket {
  /** Names it in messages: unlike the descriptor's number it is never given again. */
  readonly id: number;
  readonly descriptor: Descriptor;
  /** Of `SharedDatagramCounters`. */
  readonly counters: SharedArrayBuffer;
}

/** What a worker may be told to do as a defect of ours would: for tests of what then happens. */
export type Defect =
  /** An exception that nobody catches. */
  | "throw"
  /** An exception while the next query is answered. */
  | "throw in a query"
  | "loop for ever";

export type MessageToWorker =
  | { readonly kind: "settings"; readonly settings: EngineSettings }
  | { readonly kind: "zones"; readonly message: ZoneTableMessage }
  | { readonly kind: "sockets"; readonly sockets: readonly WorkerSocket[] }
  /** The machine has others, which `localhost` and `localnets` stand for. */
  | { readonly kind: "addresses" }
  | { readonly kind: "fail"; readonly how: Defect };

/** A query that only control answers. */
export interface HandedOver {
  /** `WorkerSocket.id` */
  readonly socket: number;
  readonly peer: DatagramPeer;
  readonly query: Uint8Array;
}

export type MessageFromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "rate-limit"; readonly event: RateLimitEvent }
  | {
      readonly kind: "log";
      readonly level: "info" | "warn" | "error";
      readonly facts: object;
      readonly sentence: string;
    }
  | { readonly kind: "handed-over"; readonly queries: readonly HandedOver[] };
