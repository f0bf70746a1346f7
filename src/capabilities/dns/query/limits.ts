/** Every bound of a query, with where the number comes from. */
export const limits = {
  /** Seconds for one try; dig's default is 5. A person waits no longer than that. */
  timeoutSecondsDefault: 5,
  timeoutSecondsMax: 300,
  /** Datagrams sent before giving up; dig's default. */
  triesDefault: 3,
  triesMax: 20,
  /** No fragments on any usual path. DNS flag day 2020. */
  bufferSizeDefault: 1232,
  /** RFC 6891 §6.2.5: less than 512 means 512. */
  bufferSizeMin: 512,
  bufferSizeMax: 65_535,
  /** Octets read of /etc/resolv.conf. */
  resolvConfOctetsMax: 65_536,
} as const;
