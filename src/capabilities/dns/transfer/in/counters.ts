/** What became of copying zones since the program started. */
import type { TransferFaultCode } from "./transfer-fault.ts";
import type { TransferTally } from "./transfer-request.ts";

export class CopyCounters {
  /** Whole zones taken. */
  whole = 0;
  /** Differences taken. */
  differences = 0;
  /** Transfers in which the primary had nothing newer. */
  current = 0;
  /** Transfers that came to nothing, by why. */
  readonly failed = new Map<TransferFaultCode, number>();
  /** Questions for the serial number, and those of them that were not answered well. */
  asked = 0;
  askedInVain = 0;
  /** Of what was taken. */
  records = 0;
  octets = 0;

  take(kind: "whole" | "differences", { records, octets }: TransferTally): void {
    this[kind]++;
    this.records += records;
    this.octets += octets;
  }

  fail(code: TransferFaultCode): void {
    this.failed.set(code, (this.failed.get(code) ?? 0) + 1);
  }
}
