/**
 * What time it is for leases: a lease lasts as long as its client counts, whatever becomes of the wall clock.
 * When that is set, leases that this run has given are moved along with it.
 */
import { limits } from "../limits.ts";
import type { Lease } from "./lease.ts";

export interface ClockSource {
  /** Milliseconds since 1970. May jump. */
  readonly nowMs: () => number;
  /** Milliseconds since some moment. Never goes back. */
  readonly monotonicMs: () => number;
}

export interface ClockJump {
  readonly bySeconds: number;
  /** Leases renewed between these, in the time of before, are of this run. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export class LeaseClock {
  readonly #source: ClockSource;
  /** What the wall clock says when the other one says 0. */
  #offsetMs: number;
  #startSeconds: number;

  constructor(source: ClockSource) {
    this.#source = source;
    this.#offsetMs = source.nowMs() - source.monotonicMs();
    this.#startSeconds = this.nowSeconds();
  }

  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  nowMs(): number {
    return this.#offsetMs + this.#source.monotonicMs();
  }

  monotonicMs(): number {
    return this.#source.monotonicMs();
  }

  /** Follows the wall clock when it has been set, and says by how much. */
  follow(): ClockJump | undefined {
    const byMs = this.#source.nowMs() - this.nowMs();
    if (Math.abs(byMs) < limits.clockJumpMs) return undefined;
    const bySeconds = Math.round(byMs / 1000);
    const jump = { bySeconds, fromSeconds: this.#startSeconds, toSeconds: this.nowSeconds() };
    this.#offsetMs += bySeconds * 1000;
    this.#startSeconds += bySeconds;
    return jump;
  }
}

/** This run gave or renewed it, in the time of before the jump. */
export function isOfRun({ renewedAt }: Lease, { fromSeconds, toSeconds }: ClockJump): boolean {
  return renewedAt >= fromSeconds && renewedAt <= toSeconds;
}

export function movedAlong(lease: Lease, { bySeconds, fromSeconds }: ClockJump): Lease {
  const { since, renewedAt, expiresAt } = lease;
  return {
    ...lease,
    since: since >= fromSeconds ? since + bySeconds : since,
    renewedAt: renewedAt + bySeconds,
    expiresAt: expiresAt + bySeconds,
  };
}
