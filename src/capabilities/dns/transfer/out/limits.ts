/** Bounds of transfers to others, with where each number comes from. */
export const transferLimits = {
  /** Transfers at once. BIND's transfers-out. */
  transfersMax: 10,
  /** Of these, to one address (or IPv6 /64), so that one secondary does not keep all others waiting. */
  transfersPerClientMax: 8,
  /**
   * Requests that wait for others to end, where BIND answers SERVFAIL at once. A secondary of a thousand
   * zones asks for all of them when it starts, and most take a millisecond.
   */
  waitingMax: 1000,
  /** Of these, from one client: two full connections of them. `unansweredMax` of streams. */
  waitingPerClientMax: 200,
  /** Then SERVFAIL: secondaries give up on an answer after 10 s (NSD) to 30 s (named), and try again. */
  waitingMs: 10_000,
  /**
   * How long a reader may take for one message, 64 KiB at most: 1 KB/s. BIND waits 60 minutes for a reader
   * that takes nothing at all (max-transfer-idle-out), which lets ten of them stop all transfers for as long.
   */
  idleMs: 60_000,
  /**
   * How long a transfer may take, for which the memory of its moment is held; BIND has 120 minutes.
   * 10,000,000 records, 300 MB, take 40 over a line of 1 Mbit/s.
   */
  transferMs: 60 * 60_000,
  /** How late it is noticed that a time is over. */
  sweepMs: 1_000,
  /** Versions of nodes that are looked at in one turn before a transfer begins: below 2 ms. Measured. */
  surveyNodesPerTurn: 5_000,
  /**
   * Octets of differences that are held while it is found out whether they are more than the zone. More are
   * read twice.
   */
  differencesOctetsMax: 4 * 1024 * 1024,
} as const;

export type TransferLimits = { readonly [Bound in keyof typeof transferLimits]: number };
