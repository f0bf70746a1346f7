/** Every bound of watching the kernel's addresses, with where the number comes from. */
export const limits = {
  /** Where the kernel does not tell of changes, they are looked for this often. */
  pollMs: 1_000,
  /** Of one datagram of the kernel: libmnl's MNL_SOCKET_BUFFER_SIZE is 8,192 at most; links can be longer. */
  datagramOctetsMax: 16_384,
  /** Datagrams of one call. */
  batchMessages: 8,
  /** Calls before others have their turn. */
  batchesPerEventMax: 8,
  /** Addresses, routes and links that are remembered, of each; with more, all are told once again. */
  rememberedMax: 4_096,
  /** Ways out are routes to an eighth of all addresses or more: VPN clients set two, to a half each. */
  widePrefixLengthMax: 3,
} as const;
