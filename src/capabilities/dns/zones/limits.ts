/** Bounds of zones that change, with where each number comes from. */
export const zoneLimits = {
  /** Of the slots of an index that nodes may take, removed ones included. Above it searches grow long. */
  slotLoadMax: 0.75,
  /** Room for changes, as a share of the zone: with a merge under way a zone takes about twice its memory. */
  roomShare: 0.25,
  /** At least: some hundreds of changes. */
  roomOctetsMin: 16_384,
  /** The image counts them in 16 bits; more would fit into no answer anyway. */
  recordsPerRrsetMax: 65_535,
  /** RFC 1035 §3.2.1: RDLENGTH has 16 bits. */
  rdataOctetsMax: 65_535,
} as const;
