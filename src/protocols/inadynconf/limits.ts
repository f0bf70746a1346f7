/** Bounds of the reader of inadyn.conf. */
export const inadynConfLimits = {
  /** Ours: thousands of sections of 300 octets each. */
  fileOctetsMax: 4 * 1024 * 1024,
} as const;
