/** Logs what a responder throws though no peer should be able to make it. */
import type { Log } from "#contracts/log.ts";

/** The 1st, 2nd, 4th, 8th …: a datagram that trips us can be sent at line rate. */
export function isToldFault(count: number): boolean {
  return (count & (count - 1)) === 0;
}

export function logFault(log: Log, error: unknown, count: number): void {
  if (isToldFault(count)) log.error({ err: error, count }, "answering a datagram failed");
}
