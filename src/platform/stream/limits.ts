/** Bounds of a stream listener. An opener may give others; those of the tests are small. */
export const limits = {
  /**
   * Connections at once. named's tcp-clients is 150, NSD's tcp-count 100, Knot's tcp-max-clients half of the
   * open files.
   */
  connectionsMax: 512,
  /** Of these, from one IPv4 address or one IPv6 /64. RFC 7766 §6.2.2 lets a server bound them. */
  connectionsPerAddressMax: 128,
  /** A connection on which nothing happens. RFC 7766 §6.2.3: a few seconds; Knot 10 s, named 30 s. */
  idleMs: 10_000,
  /** From the first octet of a message to its last: a real message is one segment or a few. */
  messageMs: 10_000,
  /** The peer takes nothing of what waits to be sent. */
  outputStallMs: 10_000,
  /** Messages of one connection that are not answered yet; then it is not read on. */
  unansweredMax: 100,
  /** Unsent octets of one connection, above which it is not read on: one largest message. */
  outputOctetsMax: 64 * 1024,
  /** Unsent octets of all connections; above it, the one that holds most is aborted. */
  outputOctetsTotalMax: 64 * 1024 * 1024,
  /** How late a deadline is noticed at most. */
  sweepMs: 250,
  /** A closing listener waits this long for answers and for peers to take them. */
  closeMs: 250,
} as const;

export type StreamLimits = { readonly [Bound in keyof typeof limits]: number };

/** The length field has two octets. RFC 1035 §4.2.2, RFC 7766 §8. */
export const messageOctetsMax = 65_535;
