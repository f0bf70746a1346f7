/** Time spans as people write them in site.yaml. */
import { limits } from "../limits.ts";

const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
] as const;

/** `5m` for 300: the largest unit of which it is a whole number. */
export function durationText(seconds: number): string {
  for (const [unit, scale] of units) if (seconds % scale === 0) return `${seconds / scale}${unit}`;
  return `${seconds}s`;
}

/** A period as `every` takes it. */
export function periodText(seconds: number): string {
  return durationText(Math.min(Math.max(seconds, limits.everySecondsMin), limits.everySecondsMax));
}
