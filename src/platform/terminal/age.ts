/** How long something has been, or will be, in the one unit that people would say. */

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** Such as `3 min`. Negative and less than a second are `0 s`. */
export function age(milliseconds: number): string {
  for (const [unit, size] of units) {
    if (milliseconds >= size) return `${Math.floor(milliseconds / size)} ${unit}`;
  }
  return "0 s";
}

/** `in 11 h`, `3 d ago`. */
export function timeWords(moment: string | null, nowMs: number): string {
  if (moment === null) return "-";
  const leftMs = Date.parse(moment) - nowMs;
  return leftMs > 0 ? `in ${age(leftMs)}` : `${age(-leftMs)} ago`;
}
