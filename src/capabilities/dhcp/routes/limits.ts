/** Bounds of what the API answers about leases. */
export const routeLimits = {
  /** A page of leases is 500 kB of JSON at most. */
  leasesPerPageMax: 1_000,
  leasesPerPageDefault: 100,
  /** How long a listing is kept for its next page: a program asks at once, a person within seconds. */
  listingMsMax: 10_000,
  /** Past leases in one answer, likewise. */
  pastLeasesMax: 1_000,
  pastLeasesDefault: 100,
  /** Past leases that are looked through for those of a span of time. */
  pastLeasesSearchedMax: 20_000,
  /** Leases taken over at once: what fits into the body that the API takes, a megabyte. */
  importedLeasesMax: 1_000,
} as const;
