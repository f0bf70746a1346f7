/** Every bound of the update server and its hosts, with where the number comes from. */
export const serveLimits = {
  /** Hosts that may tell their address; each holds half a kilobyte of memory. */
  hostsMax: 20_000,
  /** Names of one host: what fits into one update twice. */
  namesPerHostMax: 40,
  /** Entries read from the store at once. */
  entriesPerReadMax: 500,
  /** What a client calls itself, as far as it is kept. */
  agentMax: 100,

  /** Octets of the first line and the headers of a request; node's default is 16 KiB. */
  headerOctetsMax: 8_192,
  headersMax: 64,
  /** 20 names of 253 octets and two addresses. */
  targetOctetsMax: 6_144,
  bodyOctetsMax: 8_192,
  /** From the first octet of a request to its last: a real one is one segment. */
  headerMsMax: 10_000,
  requestMsMax: 15_000,
  /** On a connection on which nothing happens. */
  idleMsMax: 10_000,
  /** A peer that takes nothing of its answer. */
  stallMsMax: 20_000,
  /** As name servers have for TCP. */
  connectionsMax: 512,
  /** Of these, of one IPv4 address or IPv6 /64. */
  connectionsPerClientMax: 64,
  /** Requests of one connection whose answer has not left. RFC 9112 §9.3.2 lets clients send them at once. */
  pipelineMax: 16,
  /** Requests under way; more are told to come again. */
  requestsMax: 2_048,
  /** What is under way may end within this when a listener closes. */
  drainMsMax: 2_000,

  /** Clients whose pace is remembered; the one that came least lately is forgotten. */
  clientsMax: 20_000,
  /** Wrong secrets of one client: so many at once, and then one in so long. */
  wrongSecretsBurst: 20,
  wrongSecretMs: 30_000,
  /** The same of an IPv6 /48, which has 65,536 clients: as many as six of them. */
  siteWrongSecretsBurst: 100,
  siteWrongSecretMs: 5_000,
  /** After trouble of ours. ddclient's text for 911 says ten minutes, and inadyn waits as long. */
  troubleSeconds: 600,
  /** Retry-After says so long at least. */
  retryAfterSecondsMin: 1,

  /** OWASP's "Password Storage Cheat Sheet" for argon2id: 19 MiB, 2 passes, 1 lane; about 30 ms. */
  argon2: { memoryKib: 19_456, passes: 2, lanes: 1 },
  saltOctets: 16,
  hashOctets: 32,
  /** Hashes made at once: libuv has four threads, and files need some too. */
  hashesAtOnceMax: 2,
  /** Waiting for that: two seconds' worth, and as many that go before them. More are told to come again. */
  hashesWaitingMax: 64,
  /** A secret of ours: 7 groups of 4 characters of 5 bits, 140 bits. OWASP asks for 128 for API keys. */
  secretGroups: 7,
  secretGroupLength: 4,
  /** One of the operator's, from an earlier service; EditDNS had 6 characters. */
  secretLengthMin: 6,

  /** An update that changes nothing so soon after another was needless. ddclient refreshes after 25 d. */
  needlessMs: 86_400_000,
  /** nsupdate.info blocks a host after as many faults a week. */
  faultsMax: 150,
  faultsMs: 7 * 86_400_000,
  /** Faults are written this seldom, for the disk's sake: a crash forgets fewer than these. */
  faultsBetweenWrites: 16,
  /** Updates of one name that wait for their turn. */
  turnsPerNameMax: 32,
  /** Of an account's names that are followed up at once after a new prefix: as many as it has. */
  followersMax: 40,
  /** The same trouble of a name is logged once in so long. */
  troubleLogMs: 3_600_000,
  /** And another one of the same name: a client chooses what it sends. */
  otherTroubleLogMs: 60_000,
} as const;
