/** Bounds of providers with an API, with where the numbers come from. */
export const limits = {
  /** An account's zones are read anew after so long: one that came since may be nearer to a name. */
  zonesKnownMs: 3_600_000,
  /** Requests that failed one after another before the rest of a call is left for later. */
  failuresInRowMax: 2,
  /** Records of up to so many names are asked for by name, of more by reading the whole zone. */
  namesAskedForMax: 3,
  /** Of zones and records; at 100 a page that is a zone of 10,000 records. */
  pagesMax: 100,
  /** Of one page: 500 records of up to 4 KiB each, comments and all. */
  pageOctetsMax: 4_194_304,
} as const;
