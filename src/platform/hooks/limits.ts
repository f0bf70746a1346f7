/** Bounds of the hooks. */
export const hookLimits = {
  /** Events that wait for one hook; the oldest of more are dropped. At 300 octets each: 300 kB. */
  queueMax: 1_024,
  /** Requests or programs of one hook at once: enough for a slow one, little for a small machine. */
  runningMax: 2,
  /**
   * To start a program takes 6 ms of the thread that answers clients (200 MB in use, 2 cores). After it come
   * so many times as long without a start: a tenth of the time at most.
   */
  restsPerStart: 9,
  /** Between the tries of a request: a receiver that restarts is back within them. */
  retryWaitsMs: [1_000, 5_000],
  /** What a failing program says on standard error, as far as it is logged. */
  saidOctetsMax: 2_048,
  lastWordsMsMax: 100,
  /** How long those under way may take when the program ends; then they are ended. */
  drainMsMax: 2_000,
} as const;
