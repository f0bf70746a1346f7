/** Why a transfer came to nothing. The codes are stable; the sentence follows the name of the primary. */
import { mnemonicOfRcode } from "#protocols/dns/registry.ts";

export type TransferFaultCode =
  /** No connection: nobody listens, no route, TLS did not come about. */
  | "unreachable"
  /** The certificate is not the one that was asked for. RFC 9103 §9.3. */
  | "certificate"
  /** Nothing more came. */
  | "silent"
  /** It was too slow, or took too long. */
  | "slow"
  /** The connection ended before the zone did. */
  | "cut"
  /** A message, or a record in it, is not what the format says. */
  | "malformed"
  /** Another id, question or opcode than was asked. */
  | "mismatch"
  /** An error code. */
  | "rcode"
  /** The AA bit is missing. RFC 5936 §2.2.1. */
  | "not-authoritative"
  /** It is not signed, or not by the key, or not now. RFC 8945. */
  | "signature"
  /** We lack the key that the primary is configured with. */
  | "no-key"
  /** It is older than what we have. RFC 1982. */
  | "serial"
  /** The SOA records at both ends of the stream are missing, differ, or stand elsewhere. RFC 5936 §2.2. */
  | "soa"
  /** Difference sequences that do not fit what we have. RFC 1995 §4. */
  | "differences"
  /** Records that no zone holds. */
  | "foreign"
  | "too-large"
  /** What arrived is no zone that could be served. */
  | "bad-zone"
  /** Our own fault. */
  | "internal";

export class TransferFault extends Error {
  override readonly name = "TransferFault";
  readonly code: TransferFaultCode;
  /** Asking for the whole zone may help. */
  readonly incrementalOnly: boolean;
  /** Of the response, for code `rcode`. */
  readonly rcode: number | undefined;

  constructor(
    code: TransferFaultCode,
    sentence: string,
    { incrementalOnly = false, rcode }: { incrementalOnly?: boolean; rcode?: number } = {},
  ) {
    super(sentence);
    this.code = code;
    this.incrementalOnly = incrementalOnly;
    this.rcode = rcode;
  }
}

/** The same content will be refused again: asking at once is no use. */
const lasting: ReadonlySet<TransferFaultCode> = new Set<TransferFaultCode>([
  "malformed",
  "soa",
  "foreign",
  "too-large",
  "bad-zone",
]);

export function isRetryable(code: TransferFaultCode): boolean {
  return !lasting.has(code);
}

export function rcodeFault(rcode: number, incremental: boolean): TransferFault {
  return new TransferFault("rcode", `answered ${mnemonicOfRcode(rcode)}`, {
    rcode,
    incrementalOnly: incremental,
  });
}
