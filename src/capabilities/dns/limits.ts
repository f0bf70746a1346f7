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
  /** Octets of the answer to NSID. */
  nsidOctetsMax: 128,
  /**
   * A zone file up to this is read in a few milliseconds, less than starting a thread for it takes. Measured.
   */
  smallZoneOctetsMax: 65536,
  /** Reading small zones gives way to queries after this. */
  loadTurnMs: 5,
} as const;
