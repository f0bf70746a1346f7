/** Bounds of services that are data, with where the numbers come from. */
export const limits = {
  /** Of an answer; the longest documented one, a page of ddnss.de, says what it has to say within 1 KiB. */
  answerReadMax: 4_096,
  /** Larger answers are a fault of the connection: a login page must not fill the memory. */
  answerOctetsMax: 65_536,
  /** For a pattern of the site file on one answer; a good one takes microseconds. */
  patternMsMax: 50,
  /** help.dyn.com: "up to 20 hostnames". */
  dyndns2NamesMax: 20,
} as const;
