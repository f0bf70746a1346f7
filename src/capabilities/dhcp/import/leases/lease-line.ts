/** What readers of lease files give: leases, and lines that are none. */
import type { ImportedLease } from "../../control.ts";

export type LeaseFormat = "dhcpd" | "kea" | "dnsmasq";

/** What a lease file says of one address. */
export interface LeaseEntry {
  readonly address: string;
  /** Whether somebody has it; times are looked at later. */
  readonly state: "active" | "ended" | "declined";
  /** Undefined: it is in a state without one. */
  readonly lease: ImportedLease | undefined;
}

export interface LeaseSink {
  /** The last entry of an address counts. */
  entry(entry: LeaseEntry, line: number): undefined;
  broken(line: number, why: string): undefined;
}

/** Takes one line after the other. */
export interface LeaseReader {
  line(text: string, number: number): undefined;
  /** The file is at its end. */
  end(): void;
}
