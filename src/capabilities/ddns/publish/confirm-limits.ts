/** Every bound of asking authoritative servers, with where the number comes from. */
export const confirmLimits = {
  /** Labels above a name that may be the zone: ip6.arpa, the deepest tree in use, cuts after 16 of 34. */
  zoneStepsMax: 20,
  /** Servers of a zone that are asked; 13 is the most that any has, and four the most that providers give. */
  serversMax: 8,
  /** Addresses of one server: one of each family. */
  addressesPerServerMax: 2,
  /** The system's resolver: of one question, of which it asks two times. */
  resolveMsMax: 2_000,
  /** One question to an authoritative server by one way. */
  askMsMax: 3_000,
  /** Of a sentence that others have a part in. */
  sentenceLengthMax: 300,
} as const;
