/** Lease times of other servers as site.yaml has them. */
import { durationText } from "#platform/import/duration-text.ts";
import { limits } from "../limits.ts";

/** A lease time within what site.yaml allows; other servers have longer ones, and endless ones. */
export function leaseTimeText(seconds: number): string {
  return durationText(Math.min(Math.max(seconds, limits.leaseSecondsMin), limits.leaseSecondsMax));
}

/** What a report says of a lease time that was out of bounds; empty: it was not. */
export function boundedNote(seconds: number): string {
  if (seconds > limits.leaseSecondsMax) return "; Homeport has no endless leases";
  return seconds < limits.leaseSecondsMin ? `; the shortest is ${limits.leaseSecondsMin}s` : "";
}
