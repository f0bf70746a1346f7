/** Every bound of the DHCP server, with where the number comes from. */
export const limits = {
  /** dhcpd's default-lease-time: half a day, so that a server may be away over night. */
  leaseSecondsDefault: 43_200,
  /** A shorter lease renews more often than a network has use for. Tests use it. */
  leaseSecondsMin: 10,
  /** A year; 0xffffffff would be for ever (RFC 2131 §3.3), and no history of that helps anybody. */
  leaseSecondsMax: 31_536_000,
  /** Kea's decline-probation-period and dhcpd's abandon-lease-time. */
  declineSecondsDefault: 86_400,
  /** How long an address is kept for a client that was offered it. RFC 2131 §3.1: clients wait seconds. */
  offerHoldMs: 30_000,
  /** When a pool has nothing else left, an offer of this age goes to somebody else. */
  offerStealMs: 5_000,
  /** Answers to a probe come within a millisecond on a wire and within 100 on busy Wi-Fi. */
  probeWaitMsDefault: 200,
  probeWaitMsMax: 5_000,
  /** An address that was free stays so, for the purpose of offers. Kea's ping-check skips 60 s as well. */
  probeFreeMs: 60_000,
  /** Results of probes that are remembered. */
  probeCacheMax: 4_096,
  /** Addresses tried for one client before it is told nothing: each costs a probe. */
  probeTriesMax: 3,
  /** Offers that wait for a probe at once; more are not answered, and the client asks again. */
  probesUnderWayMax: 256,
  /** Clients without a lease that one port of the network may bring in a second, and at once. */
  newClientsPerSecondDefault: 10,
  newClientsBurstDefault: 64,
  newClientsMax: 1_000_000,
  /** How often it is said of a port that it brings too many, and of how many ports in a second. */
  newClientsSaidMs: 60_000,
  portsSaidMax: 8,
  /** Ports of which the rate of new clients is known: circuits of relays and interfaces. */
  portsMax: 4_096,
  /** Answers that wait for the disk; more requests are dropped, and clients ask again. */
  commitsWaitingMax: 4_096,
  /** Leases written in one transaction: below the store's 128 operations, with a past lease for each. */
  leasesPerTransaction: 60,
  /** The store's operationsMax, which is etcd's. */
  operationsPerTransaction: 128,
  /**
   * The store makes one commit of all that it has been given; a turn of the event loop brings up to 1,000.
   */
  transactionsUnderWayMax: 40,
  /** RFC 2132 §9.10: every client takes 576 octets, of which IP and UDP headers are 28. */
  messageOctetsMin: 548,
  /** An Ethernet frame's: what a client may ask for at most. */
  messageOctetsMax: 1_472,
  /** An answer with the relay's option 82, which does not count for the client. */
  replyOctetsMax: 2_048,
  /** Of a lease's time in which a client that asks again gets the same answer without the disk. */
  freshShare: 0.25,
  /** IP and UDP headers. */
  ipHeaderOctets: 28,
  /** RFC 1542 §4.1.1: a relay's default is 4, and it must not take more. */
  hopsMax: 16,
  /** A longer client identifier is no client's: DUIDs have 130 octets at most (RFC 8415 §11.1). */
  clientIdentifierOctetsMax: 255,
  /** A start that reads so many leases gives back what reading took; of fewer it is not worth the time. */
  shrinkFromLeases: 5_000,
  /** Pools and addresses of one site: what the tables are laid out for. */
  poolAddressesMax: 16_777_216,
  subnetsMax: 1_024,
  hostsMax: 65_536,
  /** Past leases kept, and for how long: a question about a year ago has an answer. */
  pastLeasesMax: 200_000,
  pastLeaseAgeMsMax: 400 * 86_400_000,
  /** Expired leases are remembered for so long, for a client that comes back. */
  expiredLeaseAgeMsMax: 90 * 86_400_000,
  /** How often old leases are looked for. */
  housekeepingMs: 3_600_000,
  /** The wall clock has jumped when it differs so much from what has passed. */
  clockJumpMs: 5_000,
  /**
   * How long the search for other DHCP servers waits. dnsmasq pings an address for 3 s before it offers it.
   */
  serverSearchMs: 4_000,
  /** How often it is done again while another one keeps this one silent. */
  serverSearchAgainMs: 60_000,
  /** How often it is looked whether one has come. */
  serverSearchEveryMs: 600_000,
  /** How much of a pool is in use when its end is near, in per cent. */
  poolWarningPercent: 90,
} as const;
