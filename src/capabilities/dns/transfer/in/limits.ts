/** Bounds of zones that are copied from other servers, with where each number comes from. */
export const limits = {
  /** Transfers at a time. BIND's transfers-in. */
  transfersMax: 10,
  /** Of these, from one primary. BIND's transfers-per-ns. */
  transfersPerPrimaryMax: 2,
  /** Questions for serial numbers in a second, and at once after a rest. BIND's serial-query-rate. */
  serialQueriesPerSecond: 20,
  /** Of these, one in so many is for zones whose time has come, whatever NOTIFY wants: five a second. */
  patientShare: 4,
  /** How long an answer to such a question may take by UDP, and how often it is asked before TCP is tried. */
  serialQueryUdpMs: 2_000,
  serialQueryUdpTries: 2,
  /** Until a connection stands, with its TLS, and then between two messages. PowerDNS' axfr-fetch-timeout. */
  idleMsMax: 10_000,
  /** A whole transfer. BIND's max-transfer-time-in, 120 minutes. */
  transferMsMax: 7_200_000,
  /** A transfer brings so many octets in so long, or is given up. BIND's min-transfer-rate-in, 10240 5. */
  slowWindowMs: 300_000,
  slowOctetsMin: 10_240,
  /** How often a connection is looked after. */
  lookMs: 1_000,
  /**
   * Octets of the records of one transfer, their names whole. PowerDNS stops at 100 MB as they arrive
   * (xfr-max-received-mbytes), compressed to about a quarter.
   */
  octetsMax: 400_000_000,
  /** Messages of one transfer: as many as one record each make, as old servers send them. */
  messagesMax: 16_777_216,
  /** Records in difference sequences that are handed on as such; more are made into a new image. */
  differenceRecordsMax: 50_000,
  /** How long the thread waits for another transfer before it ends, with its memory. As for merging zones. */
  threadIdleMsMax: 10_000,
  /** BIND's min-refresh-time, max-refresh-time, min-retry-time, max-retry-time, in seconds. */
  refreshSecondsMin: 300,
  refreshSecondsMax: 2_419_200,
  retrySecondsMin: 500,
  retrySecondsMax: 1_209_600,
  /** BIND's DNS_MAX_EXPIRE, 24 weeks. */
  expireSecondsMax: 14_515_200,
  /** By so much a refresh or retry may come early, so that zones do not come together. BIND's quarter. */
  jitterShare: 0.25,
  /** Without any content: soon, since nothing is answered meanwhile; then doubled each time. */
  emptyRetryMsMin: 10_000,
  /** BIND's six hours would leave a home without its zone for the day after a power cut. */
  emptyRetryMsMax: 3_600_000,
  /** Until the same bad content is fetched again, doubled each time. BIND's DNS_ZONE_DEFAULTRETRY. */
  badContentMsMin: 60_000,
  badContentMsMax: 21_600_000,
  /** How long it is remembered that a primary does not do IXFR: it may have been replaced since. */
  noIncrementalMs: 86_400_000,
  /** Between two checks of a zone that NOTIFY asks for: a forged flood makes two questions a second. */
  notifySpacingMs: 500,
  /** How often it is looked which zones are due. */
  tickMs: 250,
  /** A confirmation is written when the one in the store is older than this share of the expiry, or this. */
  saveShare: 0.05,
  saveMsMax: 86_400_000,
  /** Refused notifications are told once in so long. */
  notifyTellMs: 60_000,
  /** Octets of a NOTIFY that is looked at: a name, an SOA record with two, and a signature fit. */
  notifyOctetsMax: 4_096,
} as const;
