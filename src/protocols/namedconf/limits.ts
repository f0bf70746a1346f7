/**
 * Bounds of the reader of named.conf. A config that a person or a tool wrote stays far below each of them.
 */
export const namedConfLimits = {
  /** Ours: a hosting machine with 100,000 zones of 150 octets each has 15 MB. */
  fileOctetsMax: 64 * 1024 * 1024,
  /** Ours: the deepest grammar of BIND 9.18 (view, zone, update-policy, list in a list) needs 6. */
  depthMax: 64,
  /** Ours: a screen or two; the first ones are what the reader can act on. */
  problemsMax: 200,
  /** Ours: one repair is reported a line and kind. */
  repairsMax: 1000,
  /** Ours. */
  matchListEntriesMax: 100_000,
  /** As deep as dns/address-match.ts follows them. */
  aclDepthMax: 16,
} as const;
