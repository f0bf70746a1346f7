/** What is said of several measurements of one thing. All of them throw nothing and give NaN for nothing. */

/** The middle one; between two middle ones, their mean. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(half)]!;
  return sorted.length === 0 ? Number.NaN : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The smallest number that `share` (0 to 1) of all are not above: the nearest-rank percentile. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted.length === 0 ? Number.NaN : sorted[rank - 1]!;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  if (numbers.length === 0) return { median: Number.NaN, least: Number.NaN, most: Number.NaN };
  return { median: median(numbers), least: Math.min(...numbers), most: Math.max(...numbers) };
}
