/** What became of the requests for transfers since the program started. */
export interface TransferCounters {
  /** Whole zones that were asked for. */
  axfr: number;
  /** Whole zones sent where differences were asked for. */
  ixfrWhole: number;
  /** Differences sent. */
  ixfr: number;
  /** IXFR requests of clients that had the zone already, or must ask again by TCP. */
  upToDate: number;
  malformed: number;
  notAuthoritative: number;
  refused: number;
  notLoaded: number;
  /** Too many others were under way. */
  busy: number;
  /** Transfers whose client went away before their end. */
  gone: number;
  /** Transfers whose client took too long. */
  cut: number;
  /** Transfers that came to an end by our fault. */
  failed: number;
  messages: number;
  records: number;
  octets: number;
}

export function newTransferCounters(): TransferCounters {
  return {
    axfr: 0,
    ixfrWhole: 0,
    ixfr: 0,
    upToDate: 0,
    malformed: 0,
    notAuthoritative: 0,
    refused: 0,
    notLoaded: 0,
    busy: 0,
    gone: 0,
    cut: 0,
    failed: 0,
    messages: 0,
    records: 0,
    octets: 0,
  };
}
