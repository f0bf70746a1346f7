/** Bounds of zones' histories, with where each number comes from. */
export const journalLimits = {
  /** Changes that wait for their turn; each is a client's who waits. BIND's update-quota is 100 a zone. */
  changesWaitingMax: 10_000,
  /**
   * Changes that share one transaction of the store: keeps the first of them from waiting for a batch without
   * end.
   */
  changesPerCommitMax: 256,
  /**
   * Zones that one change may touch: each takes two operations of the store's 128, its page and its record.
   */
  zonesPerChangeMax: 48,
  /** Operations, such as leases, that go along with one change. The store takes 128 in one transaction. */
  alongsidePerChangeMax: 16,
  /** JSON that a transaction has before it is full: with one more set of 350,000, below the store's 1 MiB. */
  commitCharactersMax: 400_000,
  /** Octets of records in one value of the store; a larger set is kept in parts. In base64 350,000. */
  pageOctetsMax: 262_144,
  /**
   * Octets of records in one set that is kept: as large as a zone of a million names. Larger ones are only
   * told of.
   */
  setOctetsMax: 67_108_864,
  /** Pages read from the store at once. */
  pagesPerReadMax: 64,
  /**
   * A snapshot is written after so many sets, or octets of them: what a start reads again takes about a
   * second.
   */
  setsPerSnapshotMax: 20_000,
  octetsPerSnapshotMax: 16_777_216,
  /** Sets, octets and days that a zone's journal keeps. Knot keeps 100 MB. */
  setsKeptMax: 100_000,
  octetsKeptMax: 100_000_000,
  daysKeptMax: 365,
  /** Pages forgotten in one transaction. */
  pagesForgottenMax: 100,
  /** Times that a comparison is made anew since its zone has changed meanwhile; then others wait for it. */
  comparisonsMax: 3,
  /** Images up to this are compared in a few milliseconds, less than it takes to start a thread. */
  smallImageOctetsMax: 524_288,
  /** A snapshot file larger than this is not ours. */
  snapshotOctetsMax: 4_294_967_296,
} as const;
