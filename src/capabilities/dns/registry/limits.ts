/** Bounds of the names that hosts publish, with where each number comes from. */
export const registryLimits = {
  /**
   * Addresses of one host. A reverse zone may be another for each, and one transaction writes for 48 zones.
   */
  addressesMax: 16,
  /** Guards of one name: one of each kind, and those of a change from one kind to the other. */
  guardsMax: 4,
  /** RFC 2181 §8. */
  ttlMax: 0x7fff_ffff,
  /**
   * Characters of an owner: a DHCPv6 identifier of 128 octets (RFC 8415 §11.1) in hex fits with its prefix.
   */
  ownerLengthMax: 512,
  /** Operations that go along with one publication: a lease, its host and what finds them. */
  alongsideMax: 8,
  /** Octets of their JSON: many such publications share a transaction of 1 MiB. */
  alongsideOctetsMax: 65_536,
  /**
   * Calls that wait for others of the same name: each is a client's who waits. As many as changes may wait.
   */
  waitingMax: 10_000,
  /** Times that zones are looked for anew because what stands in them leads to others. */
  attemptsMax: 6,
  /** Entries read from the store at once. */
  entriesPerReadMax: 500,
} as const;
