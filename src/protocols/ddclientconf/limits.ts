/** Bounds of the reader of ddclient.conf and its cache. */
export const ddclientConfLimits = {
  /** Ours: 20,000 hosts of 200 octets each are 4 MB. */
  fileOctetsMax: 16 * 1024 * 1024,
  /** Ours: one line with its continuations; a hundred hosts with all that can be said of them. */
  lineOctetsMax: 64 * 1024,
} as const;
