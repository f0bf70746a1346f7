/**
 * What makes a zone.
 *
 * NS: RFC 1035 §3.3.11, one compressible name.
 * SOA: RFC 1035 §3.3.13, two compressible names, then serial, refresh, retry, expire and minimum of 32 bits
 * each.
 */
import { duration } from "../fields/durations.ts";
import { compressibleName } from "../fields/names.ts";
import { u32 } from "../fields/numbers.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Ns = defineRecord("NS", 2, { host: compressibleName }, "ns1.example.com.");
export type Ns = RecordData<typeof Ns>;

export const Soa = defineRecord(
  "SOA",
  6,
  {
    primary: compressibleName,
    mailbox: compressibleName,
    serial: u32,
    refresh: duration,
    retry: duration,
    expire: duration,
    minimum: duration,
  },
  "ns1.example.com. hostmaster.example.com. 2026010100 3600 900 604800 300",
);
export type Soa = RecordData<typeof Soa>;
