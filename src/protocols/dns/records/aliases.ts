/**
 * Names that stand for names.
 *
 * CNAME: RFC 1035 §3.3.1, PTR: RFC 1035 §3.3.12, one compressible name each.
 */
import { compressibleName } from "../fields/names.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Cname = defineRecord("CNAME", 5, { target: compressibleName }, "www.example.com.");
export type Cname = RecordData<typeof Cname>;

export const Ptr = defineRecord("PTR", 12, { target: compressibleName }, "host.example.com.");
export type Ptr = RecordData<typeof Ptr>;
