/** Every bound of signed messages, with where the number comes from. */
export const limits = {
  /** Seconds that a clock may be off from ours, in what we sign. RFC 8945 §10. */
  fudgeSeconds: 300,
  /** Messages of a stream between two that are signed. RFC 8945 §5.3.1. */
  unsignedInARowMax: 99,
  /** A file with a key has some 100 octets; an rndc.conf with several some thousands. */
  keyFileOctetsMax: 65_536,
  /**
   * Answers to updates that are kept for a message which comes again. While updates are fewer than 200 a
   * second, none is forgotten before its message is too old (5 minutes); beyond that the oldest are. Some 30
   * MB.
   */
  replayEntriesMax: 65_536,
  /** Octets of these answers: an answer to an update has some 100. */
  replayOctetsMax: 16 * 1024 * 1024,
} as const;
