/** Bounds of editing zones, with where each number comes from. */
export const editLimits = {
  /** Lines of a difference in one answer: more is no longer read, and `zone export` has all of it. */
  diffLinesMax: 2_000,
  /** Conflicts and problems told in one answer, as many as a zone check tells. */
  findingsMax: 100,
  /** Entries of a history in one answer; the rest follows with `before`. */
  historyPageMax: 1_000,
  historyPageDefault: 50,
  /** Of a text that is sent: it is read between two queries, and kept in one value of the store (1 MiB). */
  textOctetsMax: 1_000_000,
  /** Records that a revert, or a text against an older zone, may have to undo: some 200 MB of them. */
  undoneRecordsMax: 1_000_000,
  /** A zone that changes while its edit is worked out is looked at anew so often, in milliseconds each. */
  triesMax: 20,
  /** Changes since an edit began that a refusal names. */
  changesNamedMax: 5,
} as const;
