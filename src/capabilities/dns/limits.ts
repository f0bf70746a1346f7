/** Every bound of the name server, with where the number comes from. */
export const limits = {
  /** Answers over UDP, whatever the client offers: no fragments on any usual path. DNS flag day 2020. */
  udpPayloadOctetsMax: 1232,
  /** Without EDNS. RFC 1035 §4.2.1. */
  udpPayloadOctetsMin: 512,
  /** CNAMEs and DNAMEs followed in one answer; BIND's max-restarts default, 11. */
  aliasChainMax: 11,
  /** Names remembered for compression in one answer; later ones are written whole. Bounds the work of an answer. */
  compressionNamesMax: 128,
  /** Names whose addresses are added to one answer; BIND adds those of the first 13 names to a referral or answer. */
  additionalNamesMax: 64,
  /** Options read from an OPT record; more is FORMERR. Unbound's answer to floods of them (CVE-2026-41292). */
  ednsOptionsMax: 100,
  /** A server cookie is good for an hour, and may come from a clock 5 minutes ahead. RFC 9018 §4.3. */
  cookieAgeSecondsMax: 3600,
  cookieFutureSecondsMax: 300,
  /** Octets of the answer to NSID. */
  nsidOctetsMax: 128,
} as const;
