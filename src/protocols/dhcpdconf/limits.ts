/** Bounds of the reader of dhcpd.conf. What a person or a tool wrote stays far below each. */
export const dhcpConfLimits = {
  /** Ours: 100,000 hosts of 300 octets each are 30 MB. */
  fileOctetsMax: 64 * 1024 * 1024,
  /** Ours: group in group in shared-network, subnet, pool and if need 8. */
  depthMax: 64,
  /** Ours: a condition that a person understands has a handful. */
  expressionDepthMax: 32,
} as const;
