/** Every bound of signed requests, with where the number comes from. */
export const limits = {
  /**
   * Answers to updates that are kept for a message which comes again. While updates are fewer than 200 a
   * second, none is forgotten before its message is too old (5 minutes); beyond that the oldest are. Some 30
   * MB.
   */
  replayEntriesMax: 65_536,
  /** Octets of these answers: an answer to an update has some 100. */
  replayOctetsMax: 16 * 1024 * 1024,
} as const;
