/** Every bound of a question to another server, with where the number comes from. */
export const limits = {
  /** Datagrams that are not the answer, looked at in one try; more is an attack, and the try is over. */
  strayDatagramsMax: 1000,
  /** RFC 1035 §4.2.2: what a length of 16 bits can say; RFC 8484 §6 has the same bound. */
  messageOctetsMax: 65_535,
  /** An update by UDP, each time it is sent: nsupdate waits 3 s for an answer, D2 half a second. */
  updateUdpTimeoutsMs: [500, 1_000, 2_000],
  updateTcpTimeoutMs: 5_000,
  /** A longer update goes by TCP at once: what passes every link unbroken, as of DNS flag day 2020. */
  updateDatagramOctetsMax: 1_232,
} as const;
