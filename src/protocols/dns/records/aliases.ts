/**
 * Names that stand for names.
 *
 * CNAME: RFC 1035 §3.3.1, PTR: RFC 1035 §3.3.12, one compressible name each.
 * DNAME: RFC 6672 §2.1, one name that is never compressed.
 */
import { compressibleName, lowerableName } from "../fields/names.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Cname = defineRecord("CNAME", 5, { target: compressibleName }, "www.example.com.");
export type Cname = RecordData<typeof Cname>;

export const Ptr = defineRecord("PTR", 12, { target: compressibleName }, "host.example.com.");
export type Ptr = RecordData<typeof Ptr>;

export const Dname = defineRecord("DNAME", 39, { target: lowerableName }, "example.net.");
export type Dname = RecordData<typeof Dname>;
