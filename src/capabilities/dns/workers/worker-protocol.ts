/**
 * What control and a worker say to each other. Small facts that change often stand in shared memory; the rest
 * are messages, which the worker takes when the generation says that there are some.
 */
import type { DatagramPeer } from "#platform/datagram/datagram.ts";
import type { Descriptor } from "#platform/datagram/descriptor.ts";
import type { EngineSettings } from "../engine/engine.ts";
import type { ZonesForWorkers } from "./zones-for-workers.ts";

/** Words (i32) that all workers of a pool share. */
export const PoolWord = {
  /** Goes up when there are messages for the workers. */
  generation: 0,
  /** 1: answer what has arrived, and end. */
  stop: 1,
} as const;
export const poolWords = 2;

/** Words (i32) of one worker. A worker that takes over from a dead one gets the same. */
export const WorkerWord = {
  /** The generation whose messages the worker has taken. */
  seen: 0,
  /** Goes up with every batch and every wait: the worker is alive. */
  beats: 1,
  /** Queries handed over to control and not answered by it yet. */
  handedOver: 2,
  /** Queries not handed over, since too many were already. */
  handOversRefused: 3,
} as const;
export const workerWords = 4;

export interface WorkerStart {
  readonly index: number;
  readonly pool: SharedArrayBuffer;
  readonly words: SharedArrayBuffer;
  readonly waitMs: number;
}

export interface WorkerSocket {
  readonly descriptor: Descriptor;
  /** Of `SharedDatagramCounters`. */
  readonly counters: SharedArrayBuffer;
}

export type MessageToWorker =
  | { readonly kind: "state"; readonly settings: EngineSettings; readonly zones: ZonesForWorkers }
  | { readonly kind: "sockets"; readonly sockets: readonly WorkerSocket[] }
  /** Ends the worker as a defect of ours would: for tests of what then happens. */
  | { readonly kind: "fail" };

export type MessageFromWorker =
  | { readonly kind: "ready" }
  | {
      readonly kind: "log";
      readonly level: "info" | "warn" | "error";
      readonly facts: object;
      readonly sentence: string;
    }
  | {
      readonly kind: "handed-over";
      readonly fd: number;
      readonly peer: DatagramPeer;
      readonly query: Uint8Array;
    };
