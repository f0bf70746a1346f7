/** Bounds of the process's life. */
export const limits = {
  /** Octets of a Unix socket's path without its closing zero: sun_path of unix(7) holds 108. */
  socketPathOctetsMax: 107,
  /** Everything must have let go by then; systemd's own patience (TimeoutStopSec) is 90 s. */
  stopMsMax: 10_000,
  /** And what the platform still holds after that is left behind. */
  lingerMsMax: 1_000,
  /** How often a program that npm started looks whether npm is still there. */
  parentWatchMs: 1000,
} as const;
