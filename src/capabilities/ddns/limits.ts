/** Every bound of the site's address and its publication, with where the number comes from. */
export const limits = {
  /** ddclient's and ddns-updater's period. */
  everySecondsDefault: 300,
  everySecondsMin: 30,
  everySecondsMax: 86_400,
  /** dyn.com's rule for its checkip; kept for every service of others. */
  servicePauseMs: 600_000,
  /** A witness answers within this, or could not tell. ddns-updater waits 10 s, favonia 5 s. */
  lookMsMax: 10_000,
  /** Witnesses asked in one look at the address: enough to outvote two that lie. */
  witnessesPerLookMax: 6,
  /** A service that answers 403 or 429, or whose word was outvoted, is left alone for so long. */
  unwillingMs: 86_400_000,
  /** After a look that could not tell, the next comes after so long, and then twice that, up to `every`. */
  couldNotTellRetryMs: 30_000,
  /** A look that hangs is broken off by an event of the kernel, but not more often than this. */
  breakOffPauseMs: 30_000,
  /** Several address events of the kernel within this are one reason to look. */
  eventSettleMs: 50,
  /** An address is told to be lost from sight after so long. */
  unseenNoticeMs: 3_600_000,
  /** When it was last seen is written this seldom, so that a quiet site writes little. */
  lastSeenWriteMs: 3_600_000,
  /** Names of one site: a hundred times what issue reports of others' programs have. */
  recordsMax: 20_000,
  providersMax: 256,
  noticesMax: 32,
  methodsMax: 16,
  secretFileOctetsMax: 65_536,
  /** Calls of providers under way at once, and of one account. */
  callsMax: 16,
  callsPerAccountMax: 4,
  /** How long one call of a provider may take with all its requests. */
  callMsMax: 60_000,
  /** And how long it may then take to say what it knows: it breaks off what it asks within milliseconds. */
  callGraceMs: 5_000,
  /** After a failure: five minutes, then twice as long each time, to six hours. */
  retryMsMin: 300_000,
  retryMsMax: 21_600_000,
  /** A failure that has gone with the next try is not worth a notice. */
  failuresBeforeTelling: 2,
  /** Of a wait, at random, so that sites that failed together do not come back together. */
  retryJitterShare: 0.2,
  /** No Retry-After of a provider is believed below and beyond these. */
  retryAfterMsMin: 1_000,
  retryAfterMsMax: 86_400_000,
  /** Times after a change that the authoritative servers are asked. Secondaries take a minute or two. */
  confirmWaitsMs: [2_000, 15_000, 60_000, 300_000],
  /** And then each day whether they still have it. */
  verifyMs: 86_400_000,
  /** Records of which that is asked at once. */
  confirmationsMax: 8,
  /** Records that wait to be asked about; more are not asked: one zone's servers are not to be flooded. */
  confirmationsWaitingMax: 1_000,
  /** A clock before this is wrong: nothing is refreshed by it. 2026-01-01. */
  plausibleMsMin: 1_767_225_600_000,
  /** Addresses of the past that are kept: one a day for 27 years. */
  historyMax: 10_000,
  /** Entries read from the store at once. */
  entriesPerReadMax: 500,
  /** Operations of one transaction: the store takes 128. */
  operationsPerWriteMax: 100,
} as const;
