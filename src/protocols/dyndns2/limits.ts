/** Bounds of a request of the dyndns2 protocol, with where the number comes from. */
export const limits = {
  /** dyn.com's documentation of its update API. */
  hostnamesMax: 20,
  /** A name in text. RFC 1035 §2.3.4. */
  nameMax: 253,
  labelMax: 63,
  /** User names are names of hosts at most. */
  userMax: 255,
  /** What the longest tokens of providers have, twice. */
  secretMax: 256,
  /** Characters of a malformed value that a sentence shows. */
  shownMax: 60,
} as const;
