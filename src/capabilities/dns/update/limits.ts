/** Every bound of dynamic updates, with where the number comes from. */
export const limits = {
  /** Octets of the header of a message. RFC 1035 §4.1.1. */
  headerOctets: 12,
  /** The largest TTL; what is above counts as zero. RFC 2181 §8. */
  ttlMax: 0x7fff_ffff,
  /** Updates on their way to a primary at once, a connection for each; BIND's update-quota is 100. */
  forwardsMax: 100,
  /** How long one primary has, its connection included: several can be tried within nsupdate's 300 s. */
  forwardTimeoutMs: 15_000,
  /** Lines of the log about refused updates: of one client, and of all of them, each minute. */
  refusalLinesPerClientMax: 3,
  refusalLinesMax: 30,
  /** How long lines are counted before they are allowed anew. */
  refusalWindowMs: 60_000,
} as const;
