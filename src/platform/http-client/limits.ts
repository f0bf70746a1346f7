/** Every bound of requests to servers of others, with where the number comes from. */
export const limits = {
  /** As long as favonia/cloudflare-ddns waits for an update; ddns-updater waits 10 s, ddclient 120 s. */
  requestMsDefault: 30_000,
  /** A page of 1,000 records of the talkative APIs, of about 600 octets each, and room. */
  answerOctetsDefault: 1_048_576,
  /** Of all header lines of an answer: Node's own bound. */
  headerOctetsMax: 16_384,
  /** 1xx before the answer that counts: Node takes any number, and one or two are seen. RFC 9110 §15.2 */
  interimAnswersMax: 16,
  /** Connections to one server at once, and to all; more requests wait, within their own time. */
  connectionsPerServerMax: 8,
  connectionsMax: 64,
  /** A kept connection is closed when it is idle for so long: before Apache does, which waits 5 s. */
  idleMs: 4_000,
  /** After this the next address of a name is tried. RFC 8305 §5: 2 s at most. */
  nextAddressMs: 2_000,
} as const;
