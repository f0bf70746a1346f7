/** Every bound of updates to other servers, with where the number comes from. */
export const remoteLimits = {
  /** Names that are worked at in one zone at once. */
  namesAtOnce: 8,
  /** Names that are worked at in all zones. */
  workersMax: 64,
  /** A zone that fails is left alone for so long at first, and for twice as long each time after. */
  pauseMsMin: 1_000,
  pauseMsMax: 300_000,
  /** A name that is refused is tried again after so long at first: others of its zone go on. */
  retryMsMin: 5_000,
  retryMsMax: 600_000,
  /** So many names refused in a row, and it is the zone that fails. */
  refusalsInARowMax: 4,
  /** Another owner's name is asked for again when its client renews, but not sooner. */
  conflictRetryMs: 600_000,
  /** How finely the time is looked at. */
  tickMs: 500,
  /** Names of one site at other servers: as many as it may have hosts. */
  namesMax: 65_536,
  /** What has to be removed at one name; more come only from a client that moves while its server is away. */
  leftoversMax: 8,
  /** Prerequisites that fail because somebody else was faster: then the sequence begins anew, so often. */
  roundsMax: 3,
  /** Names read from the store at once. */
  namesPerReadMax: 500,
} as const;
