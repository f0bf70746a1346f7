/** Every bound of updates of zones, our own and those at other name servers, with where the number comes from. */
export const updateLimits = {
  /** Of both when nobody says one: an address that changes should not be remembered for long. */
  ttlSecondsDefault: 60,
  /** Records of one call: a sixth of what a message of 64 KiB can have. */
  recordsPerCallMax: 500,
  /** Names that one call publishes in own zones at once: what shares a transaction, journalLimits. */
  ownNamesAtOnce: 64,
} as const;
