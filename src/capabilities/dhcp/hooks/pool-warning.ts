/** When to warn that a pool runs dry: once on the way up, and again only after it had room. Pure. */
import type { PoolView } from "../control.ts";
import { limits } from "../limits.ts";

export interface PoolWarnings {
  /** Pools that the operator has been warned of: what to call this with the next time. */
  readonly low: ReadonlySet<string>;
  /** Those to warn of now. */
  readonly warn: readonly PoolView[];
}

/** How far a pool must fall below the mark before it counts as having room again, in per cent of its size. */
const room = 5;

export function poolWarnings(
  before: ReadonlySet<string>,
  pools: readonly PoolView[],
  percentMax: number = limits.poolWarningPercent,
): PoolWarnings {
  const low = new Set<string>();
  const warn: PoolView[] = [];
  for (const pool of pools) {
    if (pool.size === 0) continue;
    const wasLow = before.has(pool.range);
    const isFull = pool.free === 0; // which may be below the mark, where addresses are declined
    if (pool.percent < percentMax && !isFull && (!wasLow || pool.percent < percentMax - room)) continue;
    low.add(pool.range);
    if (!wasLow) warn.push(pool);
  }
  return { low, warn };
}

/** For the log and for people. */
export function poolWarningSentence({ range, subnet, used, size, free, percent }: PoolView): string {
  const left = free === 0 ? "none is left" : free === 1 ? "1 is left" : `${free} are left`;
  return `${used} of ${size} addresses of the pool ${range} in ${subnet} are in use (${Math.floor(percent)} %), ${left}; widen it, or shorten leaseTime`;
}
