/**
 * Mail.
 *
 * MX: RFC 1035 §3.3.9, a 16-bit preference, then a compressible name.
 * MB, MG, MR, MD, MF: RFC 1035 §3.3.3 to §3.3.8, one compressible name. MINFO: §3.3.7, two of them.
 */
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

const host = { host: compressibleName };
export const Md = defineRecord("MD", 3, host, "mail.example.com.");
export const Mf = defineRecord("MF", 4, host, "mail.example.com.");
export const Mb = defineRecord("MB", 7, host, "mail.example.com.");
export const Mg = defineRecord("MG", 8, { member: compressibleName }, "someone.example.com.");
export const Mr = defineRecord("MR", 9, { renamed: compressibleName }, "someone.example.com.");
export const Minfo = defineRecord(
  "MINFO",
  14,
  { responsible: compressibleName, errors: compressibleName },
  "owner.example.com. errors.example.com.",
);
