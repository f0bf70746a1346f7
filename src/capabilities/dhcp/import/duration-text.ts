/** Seconds as site.yaml has spans of time. */
import { limits } from "../limits.ts";

const units = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
  [1, "s"],
] as const;

/** `12h` of 43200: the largest unit that fits. */
export function durationText(seconds: number): string {
  for (const [size, unit] of units)
    if (seconds > 0 && seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}

/** A lease time within what site.yaml allows; other servers have longer ones, and endless ones. */
export function leaseTimeText(seconds: number): string {
  return durationText(Math.min(Math.max(seconds, limits.leaseSecondsMin), limits.leaseSecondsMax));
}

/** What a report says of a lease time that was out of bounds; empty: it was not. */
export function boundedNote(seconds: number): string {
  if (seconds > limits.leaseSecondsMax) return "; Homeport has no endless leases";
  return seconds < limits.leaseSecondsMin ? `; the shortest is ${limits.leaseSecondsMin}s` : "";
}
