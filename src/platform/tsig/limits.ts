/** Every bound of keys and what they sign, with where the number comes from. */
export const limits = {
  /** Seconds that a clock may be off from ours, in what we sign. RFC 8945 §10. */
  fudgeSeconds: 300,
  /** Messages of a stream between two that are signed. RFC 8945 §5.3.1. */
  unsignedInARowMax: 99,
  /** A file with a key has some 100 octets; an rndc.conf with several some thousands. */
  keyFileOctetsMax: 65_536,
} as const;
