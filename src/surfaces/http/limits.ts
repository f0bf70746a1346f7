/**
 * Bounds of the API on the Unix socket: its users are the owner's own programs, so these only stop mistakes.
 */
export const limits = {
  /** A zone file of 10,000 records is half of it. */
  bodyOctetsMax: 1024 * 1024,
  /** A terminal, a web page and some scripts at once. */
  connectionsMax: 64,
  headerMsMax: 10_000,
  requestMsMax: 30_000,
  idleMsMax: 5_000,
  /** What is under way may end within this when the program stops. */
  drainMsMax: 2_000,
} as const;
