/** Bounds of NOTIFY, with where each number comes from. */
export const notifyLimits = {
  /** Changes of a zone within this are told as one: a zone may change a thousand times in a second. */
  coalesceMs: 100,
  /** RFC 1996 §3.6 suggests five; BIND sends as many. */
  triesMax: 5,
  /**
   * How long the first try waits for its response; each one after waits twice as long, 31 s in all. RFC 1996
   * §3.6 suggests a minute between tries and BIND waits 15 s, which makes a lost packet cost as much.
   */
  firstTimeoutMs: 1_000,
  /**
   * Messages a second to all servers; BIND's notify-rate is 20, by which a reload of 1,000 zones takes 50 s
   * to be heard of. At 300 octets each this is 2.4 Mbit/s, and 2 % of a processor.
   */
  perSecond: 1_000,
  /** Messages at once: they fit into a socket's usual send buffer of 208 KiB, where each takes 768 octets. */
  burst: 100,
  /** Zones a second that are told of after a start: half the messages are left to zones that change. */
  startupPerSecond: 250,
  /** NS records of a zone that are looked at; the root has 13. */
  nameServersMax: 32,
  /** Servers told of one zone. A zone that was copied from elsewhere must not make us send to the world. */
  serversPerZoneMax: 64,
  /** Pairs of zone and server that are remembered: 12,000 zones with 20 servers each, in about 100 MB. */
  tellingsMax: 250_000,
  /** Servers of which the log says that they do not answer; more will not be read. */
  failingMax: 1_000,
  /** Octets of a message without EDNS (RFC 1035 §4.2.1): above, the SOA record is left out. */
  plainOctetsMax: 512,
  /** Names of servers elsewhere whose addresses are remembered. */
  hostsMax: 1_000,
  /** How long addresses are remembered, and that there were none. */
  hostMs: 300_000,
  missingHostMs: 60_000,
  /** Look-ups at a time: each occupies one of the four threads that files are read by too. */
  lookUpsMax: 2,
  /** Names that wait to be looked up. */
  waitingHostsMax: 1_000,
  /** Addresses taken from one name. */
  addressesPerHostMax: 16,
} as const;
