/** Bounds of the answers of the API. */
export const routeLimits = {
  /** Records of one page: 300 kB of JSON. */
  recordsPerPageMax: 1_000,
  /** Addresses of the past: as many as fit on some screens. */
  pastAddressesDefault: 100,
  pastAddressesMax: 1_000,
  /** Addresses that an import brings at once; what is kept at most is half of the history. */
  importedAddressesMax: 5_000,
} as const;
