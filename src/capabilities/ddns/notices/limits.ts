/** Bounds of notices. */
export const noticeLimits = {
  /**
   * How long news is gathered before a message goes out: the first within an hour quickly, those that follow
   * later and later. An outage at a provider lasts, and its records fail one after the other.
   */
  gatherMs: [5_000, 60_000, 300_000, 900_000, 3_600_000],
  /** After so long without a message the next goes out quickly again. */
  calmMs: 3_600_000,
  /** News of the address itself waits no longer. */
  addressGatherMsMax: 60_000,
  /** Records that a message names; of the others it says how many they are. */
  namedRecordsMax: 10,
  /** Events that are gathered; of more, the oldest are left out. As many as a site has records. */
  gatheredMax: 20_000,
  /** Subjects of which it is known what was told last. */
  subjectsMax: 20_000,
  /** Between the tries of a mail or a message: a server that restarts, a greylist of some minutes. */
  messageWaitsMs: [5_000, 30_000, 120_000, 600_000],
  /** ntfy makes an attachment of what is longer than 4,096 octets. */
  ntfyOctetsMax: 4_000,
  /** A subject in one line of a mail program; RFC 5322 §2.1.1 has 998 octets for a line. */
  titleLengthMax: 200,
  /** An answer of an SMTP server. RFC 5321 §4.5.3.1.5: 512 octets a line; an EHLO has a few dozen. */
  smtpAnswerOctetsMax: 65_536,
} as const;
