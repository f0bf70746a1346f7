/** Bounds of updates of zones, our own and others', with where the number comes from. */
export const updateLimits = {
  /** Of both when nobody says one: an address that changes should not be remembered for long. */
  ttlSecondsDefault: 60,
  /** Records of one call: a message of 64 KiB has room for 480 with names of 20 octets. */
  recordsPerCallMax: 500,
  /** Names that one call publishes in own zones at once: with four calls as many as share a transaction. */
  ownNamesAtOnce: 64,
  /** Of an update; the signature has some 300 more, two names among them. RFC 8945 §4.2. */
  messageOctetsMax: 64_000,
  /** An update of hundreds of names by TCP, at a server that keeps its zones in a database. */
  tcpTimeoutMs: 20_000,
  /** Messages of one call: 1 for all, and some 17 for each name of 500 that is refused. */
  messagesPerCallMax: 200,
  /** So many names of a zone refused one after another, and none done: the others are not tried. */
  refusalsInARowMax: 4,
  /** Places whose zones are remembered: one for each parent of names. */
  placesKnownMax: 10_000,
} as const;
