/** Bounds of the reader of dnsmasq.conf. */
export const dnsmasqConfLimits = {
  /** Ours: 100,000 hosts of 100 octets each are 10 MB. */
  fileOctetsMax: 64 * 1024 * 1024,
  /** dnsmasq itself reads 1,025 octets of a line (MAXDNAME). */
  lineOctetsMax: 8_192,
} as const;
