/** Every bound of the name server, with where the number comes from. */
export const limits = {
  /** RFC 1035 §4.2.1. */
  dnsPort: 53,
  /** Answers over UDP unless the site wants others: no fragments on any usual path. DNS flag day 2020. */
  udpPayloadOctetsDefault: 1232,
  /** What a site may ask for, and the room that is kept for an answer. RFC 6891 §6.2.5. */
  udpPayloadOctetsMax: 4096,
  /** Without EDNS. RFC 1035 §4.2.1. */
  udpPayloadOctetsMin: 512,
  /**
   * Times that an answer is written anew since its zone has changed meanwhile. A change is swapped in within
   * microseconds, so that even the second time is rare.
   */
  answerTriesMax: 100,
  /** CNAMEs and DNAMEs followed in one answer; BIND's max-restarts default, 11. */
  aliasChainMax: 11,
  /**
   * Names remembered for compression in one answer; later ones are written whole. Bounds the work of an
   * answer.
   */
  compressionNamesMax: 128,
  /**
   * Servers of one delegation whose addresses are looked for. The root has 13, the largest delegations some
   * dozens.
   */
  additionalNamesMax: 128,
  /** No addresses for the names of a larger set. BIND's answer to CVE-2024-11187. */
  additionalRecordsMax: 13,
  /** Referrals and SOA records kept ready for copying, in each thread: 5 MB when all are used. */
  blocksMax: 16_384,
  /** Octets of one; a referral to two servers with addresses has some 130. */
  blockOctetsMax: 256,
  blockPointersMax: 12,
  /**
   * Record sets in one response: more do not fit into 65,535 octets usefully. Bounds the search for one
   * written twice.
   */
  answerRrsetsMax: 256,
  /**
   * A chain hashed more often proves nothing to anybody (RFC 9276 §3.2) and makes each denial cost
   * milliseconds: the zone counts as unsigned. RFC 5155 §10.3, for keys of 2,048 bits.
   */
  nsec3IterationsMax: 500,
  /**
   * More are said to be too many when the zone is read: validators take its answers for unsigned. BIND's
   * limit for signers.
   */
  nsec3IterationsUsefulMax: 150,
  /**
   * Options read from an OPT record; more is FORMERR. Unbound's answer to floods of them (CVE-2026-41292).
   */
  ednsOptionsMax: 100,
  /** A server cookie is good for an hour, and may come from a clock 5 minutes ahead. RFC 9018 §4.3. */
  cookieAgeSecondsMax: 3600,
  cookieFutureSecondsMax: 300,
  /** Responses of one kind to one network in a second. NSD's rrl-ratelimit; no resolver needs more. */
  rateLimitPerSecondDefault: 200,
  /** All responses to one network in a second: five times the above; BIND wants four times at least. */
  rateLimitAllPerSecondDefault: 1000,
  /** A higher limit protects nobody. */
  rateLimitPerSecondMax: 10_000,
  /** Seconds' worth of responses that a flood may owe. BIND's window. */
  rateLimitWindowSecondsDefault: 15,
  /** Keeps what is owed in 32 bits with the highest rate. */
  rateLimitWindowSecondsMax: 60,
  /** NSD's rrl-slip and BIND's slip. */
  rateLimitSlipDefault: 2,
  /** BIND's largest. */
  rateLimitSlipMax: 10,
  /** What one site has in the Internet's routes. BIND, NSD and Knot. */
  rateLimitIpv4PrefixLengthDefault: 24,
  /** What one site is given. BIND and Knot; RFC 6177 §2. */
  rateLimitIpv6PrefixLengthDefault: 56,
  /**
   * A bucket matters while it is not full. At 1,000,000 queries a second and 200 responses that is 5,000 of
   * them, here six times as many: 416 KiB for all threads.
   */
  rateLimitBuckets: 32_768,
  /** Buckets that a look-up reads: their tags are half a cache line. */
  rateLimitBucketsPerSet: 8,
  /** Networks of which the log says each minute that they are limited, and at a time. */
  rateLimitLinesPerMinute: 10,
  /** How often it is looked for which networks are limited, to say so. */
  rateLimitTellMs: 1_000,
  /** Octets of the answer to NSID. */
  nsidOctetsMax: 128,
  /**
   * A zone file up to this is read in a few milliseconds, less than starting a thread for it takes. Measured.
   */
  smallZoneOctetsMax: 65536,
  /** Workers at most when the site does not say how many: they answer more than a site can ask. */
  workersAutoMax: 4,
  workersMax: 64,
  /** A worker looks up from its sockets at least this often. Bounds how long shutdown waits for it. */
  workerWaitMs: 50,
  /** How often control looks whether a worker still looks up. */
  workerLookMs: 1_000,
  /** A worker that has not looked up for so long is stuck, and is replaced. */
  workerStuckMs: 5_000,
  /**
   * How long a worker answers what has arrived when the program ends: with what a thread takes to end, below
   * 300 ms. One that waits for its sockets when it is told has nothing to answer.
   */
  workerDrainMs: 200,
  /** The same for a worker that a new config has no need of: nobody waits for it. */
  surplusWorkerDrainMs: 2_000,
  /** So much longer it may take, before it is ended. */
  workerStopMs: 50,
  /** How long a worker may take to start. */
  workerStartMs: 30_000,
  /** A first worker that dies so often before it answers is given up: then control answers. */
  workerStartsMax: 3,
  /** A worker that dies at once again and again is started less and less often, up to this. */
  workerRestartMsMax: 5_000,
  /** A worker that dies sooner after its start counts as one that dies again and again. */
  workerSteadyMs: 60_000,
  /** So many of those deaths after one another are a problem that the operator should hear of. */
  workerQuickDeathsShown: 2,
  /** How long a worker keeps zone images that are no longer served: one collection of garbage for a burst. */
  oldMemoryMs: 1_000,
  /**
   * The same for images that a worker has had for long, which take longer to collect, while it is never idle.
   */
  oldMemoryMsMax: 60_000,
  /** Less waits for the longer time where there is an event loop; small beside the 100 MB that all takes. */
  oldMemoryOctets: 16_777_216,
  /** How late an address of this machine that came is listened on at most, and one that went no longer. */
  addressFollowMs: 1_000,
  /** Dynamic updates under way at once, unless the site says otherwise: BIND's update-quota. */
  updateQuotaDefault: 100,
  /** As many as may wait in the line of changes. */
  updateQuotaMax: 10_000,
  /** Queries of a second that each thread tells of in the log; of more only their number. */
  queryLogLinesPerSecond: 1_000,
  /**
   * Records of one type, and types of one name, that updates and transfers may make; BIND's answer to
   * CVE-2024-1737.
   */
  recordsPerTypeMaxDefault: 100,
  typesPerNameMaxDefault: 100,
  /**
   * Signed messages, updates, notifications and transfers by UDP that wait for control, for each worker. More
   * than BIND's update-quota of 100, since many updates share one commit, and their clients send the next at
   * once.
   */
  handedOverMax: 1_000,
  /** Reading small zones gives way to queries after this. */
  loadTurnMs: 5,
} as const;
