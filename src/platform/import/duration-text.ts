/** Seconds as site.yaml has spans of time. */

const units = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "m"],
] as const;

/** `12h` of 43200: the largest unit of which it is a whole number. */
export function durationText(seconds: number): string {
  for (const [size, unit] of units)
    if (seconds > 0 && seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}
