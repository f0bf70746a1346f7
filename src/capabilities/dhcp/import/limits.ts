/** Bounds of the imports of other DHCP servers' configs and leases. */
export const importLimits = {
  /** Ours: a file for each host of a large network. */
  includedFilesMax: 10_000,
  /** Ours: a config that a person keeps includes two or three deep. */
  includeDepthMax: 20,
  /** Ours: alternatives that one condition may have; a class for each. */
  alternativesMax: 256,
  /** Ours: each round takes out what the section does not allow; the next meets what that brings to light. */
  settleRoundsMax: 16,
  /** Ours: the longest line of a lease file, far above what servers write. */
  leaseLineOctetsMax: 64 * 1024,
  /** Ours: lines of one lease of dhcpd, with its vendor's variables and actions. */
  leaseOctetsMax: 256 * 1024,
  /** Ours: addresses of which the last entry is remembered, some 300 octets each. */
  leasesMax: 1_000_000,
  /** RFC 2132 §3.14: an option's length is one octet. */
  hostNameLengthMax: 255,
  /** RFC 2131 §2: chaddr. */
  hardwareOctetsMax: 16,
  /** What the API takes at once. */
  leasesPerRequest: 1_000,
  /** Ours: enough to see what kind of mistake it is. */
  brokenLinesShownMax: 100,
} as const;
