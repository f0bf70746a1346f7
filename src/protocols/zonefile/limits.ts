/** Every bound of the zone file reader, with where the number comes from. */
export const zoneFileLimits = {
  /**
   * Files that include one another, the first not counted. PowerDNS has the same bound; BIND stops at open
   * files.
   */
  includeDepthMax: 20,
  /** Files that one zone is made of, so that a file that includes a hundred others, deeply, ends. */
  includedFilesMax: 10_000,
  /** Octets of all included files together; with the number above, a bound on how long reading takes. */
  includedOctetsMax: 1_073_741_824,
  /** Records of all $GENERATE of a zone together: the addresses of a /10. BIND bounds one at 2^31. */
  generatedRecordsMax: 4_194_304,
  /**
   * Octets of one record with its parentheses: 65,535 of RDATA as `\DDD` in quoted strings, and as much
   * again.
   */
  recordOctetsMax: 524_288,
  /** Reported of each severity; a person fixes these first. The rest is counted. */
  problemsReportedMax: 100,
  /** Errors after which the rest is not read at all. */
  errorsCountedMax: 10_000,
  /** Times that reading goes on behind a `(` or `"` without its partner, because each looks far ahead. */
  unclosedMax: 16,
  /** Characters of a file's own text that a message shows. */
  shownCharactersMax: 60,
  /** RFC 2181 §8: a TTL has 31 bits; BIND takes a larger one for 0. */
  ttlMax: 0x7fffffff,
} as const;
