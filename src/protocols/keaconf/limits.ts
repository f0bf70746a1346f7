/** Bounds of the reader of Kea's configs. */
export const keaConfLimits = {
  /** Ours: 100,000 reservations of 300 octets each are 30 MB. */
  fileOctetsMax: 64 * 1024 * 1024,
  /** Ours: options of a pool of a subnet of a shared network lie 10 deep. */
  depthMax: 64,
  /** Ours: a test that a person understands has a handful. */
  expressionDepthMax: 32,
} as const;
