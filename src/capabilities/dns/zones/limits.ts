/** Bounds of zones that change, with where each number comes from. */
export const zoneLimits = {
  /** Of the slots of an index that nodes may take, removed ones included. Above it searches grow long. */
  slotLoadMax: 0.75,
  /** Room for changes, as a share of the zone: with a merge under way a zone takes about twice its memory. */
  roomShare: 0.25,
  /** At least: some hundreds of changes. */
  roomOctetsMin: 16_384,
  /** An image is merged when changes have taken this share of its room: while it lasts, changes go on. */
  roomShareBeforeMerge: 0.75,
  /** Or when so much of the slots that new names may take is taken. */
  slotShareBeforeMerge: 0.9,
  /** Or when so much of the image is versions that are no longer the present ones. */
  garbageShareBeforeMerge: 0.5,
  /** A zone up to this is merged in a few milliseconds, less than it takes to start a thread. Measured. */
  smallImageOctetsMax: 524_288,
  /** A thread takes longer to start than to merge 100,000 names: it waits this long for the next zone. */
  mergerIdleMsMax: 10_000,
  /** Carrying changes over into a merged image gives way to queries after this. */
  turnMs: 5,
  /** Transactions that wait for a merge. A caller that waits for each of its own will never see this. */
  transactionsWaitingMax: 1024,
  /**
   * Images sent to a thread in one message: serializing looks for each among all others of the message, which
   * takes 100 ms for 12,000 at once and 5 in pieces. Measured.
   */
  imagesPerMessageMax: 128,
  /** The image counts them in 16 bits; more would fit into no answer anyway. */
  recordsPerRrsetMax: 65_535,
  /** RFC 1035 §3.2.1: RDLENGTH has 16 bits. */
  rdataOctetsMax: 65_535,
} as const;
