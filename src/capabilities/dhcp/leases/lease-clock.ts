/**
 * What time it is for leases: a lease lasts as long as its client counts, whatever becomes of the wall clock.
 * When that is set, leases are moved along with it.
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

/**
 * What this run gave moves along. What an earlier one gave was given by the clock of now, or by a right one:
 * it ends when the later of both says, lest its address becomes another's while its client counts on it.
 */
export function movesAlong(lease: Lease, { bySeconds, fromSeconds, toSeconds }: ClockJump): boolean {
  const { state, renewedAt, expiresAt } = lease;
  // By a clock ahead of ours, which began in 1970 perhaps.
  if (renewedAt > toSeconds) return false;
  if (renewedAt >= fromSeconds) return true;
  const counts = (state === "bound" || state === "declined") && expiresAt > toSeconds;
  // One that would be over by a clock that was right had been given by the wrong one.
  return counts && (bySeconds > 0 || -bySeconds >= expiresAt - renewedAt);
}

export function movedAlong(lease: Lease, { bySeconds, fromSeconds }: ClockJump): Lease {
  const { since, expiresAt } = lease;
  const renewedAt = lease.renewedAt + bySeconds;
  return {
    ...lease,
    since: Math.min(since >= fromSeconds ? since + bySeconds : since, renewedAt),
    renewedAt,
    expiresAt: expiresAt + bySeconds,
  };
}
