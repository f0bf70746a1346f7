/** What is counted from the start on: plain numbers, which the parts raise and `metrics.ts` reads. */

export interface DdnsCounters {
  /** Looks at the public address, by what came of them. */
  readonly looks: { same: number; changed: number; couldNotTell: number };
  /** Records that were sent to providers. */
  readonly updates: { changed: number; same: number; refused: number; failed: number; unconfirmed: number };
  readonly notices: { delivered: number; failed: number; dropped: number };
}

export function newDdnsCounters(): DdnsCounters {
  return {
    looks: { same: 0, changed: 0, couldNotTell: 0 },
    updates: { changed: 0, same: 0, refused: 0, failed: 0, unconfirmed: 0 },
    notices: { delivered: 0, failed: 0, dropped: 0 },
  };
}
