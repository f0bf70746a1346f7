/** Bounds of the store. */
export const limits = {
  /** Long enough for two DNS names in a key. */
  keyOctetsMax: 1_024,
  /** Operations of one transaction: etcd's default --max-txn-ops, so that a transaction fits there too. */
  operationsMax: 128,
  comparesMax: 128,
  /** JSON of all values of one transaction: below etcd's default --max-request-bytes of 1.5 MiB. */
  transactionOctetsMax: 1024 * 1024,
  /** Calls that wait for the store's thread. */
  pendingMax: 100_000,
  /** Transactions that share one commit: keeps the first of them from waiting for a batch without end. */
  transactionsPerCommitMax: 1_024,
  /** Size of the database file unless the opener says otherwise. */
  databaseOctetsMax: 4 * 1024 * 1024 * 1024,
  /**
   * A larger file is not looked through at the start: that reads all of it, measured at 2.5 ms a megabyte.
   */
  checkedOctetsMax: 16 * 1024 * 1024,
  /** Changes that a watcher fetches at once, and so the most that it holds. */
  watchPageChanges: 256,
  /** Changes that one step of compaction removes, between which callers are served. */
  compactionStepChanges: 1_000,
  /** Age is looked at this often. */
  compactionPeriodMs: 3_600_000,
  /** Restarts of the store's thread in a row, each without one answered call between. */
  restartsMax: 5,
} as const;

/** How much of the past is kept under a prefix; of several rules, the one with the longest prefix counts. */
export interface HistoryRule {
  readonly prefix: string;
  /** Changes of all its keys together. 0: none is ever written, and nobody can watch them. */
  readonly changesMax: number;
  readonly ageMaxMs: number;
}

const dayMs = 86_400_000;

/** A change a minute for two months, or 90 days of a calmer site: about 20 MB. */
export const defaultHistory: readonly HistoryRule[] = [
  { prefix: "", changesMax: 100_000, ageMaxMs: 90 * dayMs },
  // Journals are a history themselves, of up to 350 kB an entry: kept once more, they would fill the disk.
  { prefix: "dns/journal", changesMax: 0, ageMaxMs: 0 },
  // What hosts publish stands in the journals of their zones, with whose it was.
  { prefix: "dns/registry/", changesMax: 0, ageMaxMs: 0 },
  // Leases keep their past themselves, one entry for each, however often it was renewed.
  { prefix: "dhcp/", changesMax: 0, ageMaxMs: 0 },
  // Addresses of the site keep their past themselves; what was tried at providers is written often.
  { prefix: "ddns/", changesMax: 0, ageMaxMs: 0 },
];
