/** MX: RFC 1035 §3.3.9, a 16-bit preference, then a compressible name. */
import { compressibleName } from "../fields/names.ts";
import { u16 } from "../fields/numbers.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Mx = defineRecord(
  "MX",
  15,
  { preference: u16, exchange: compressibleName },
  "10 mail.example.com.",
);
export type Mx = RecordData<typeof Mx>;
