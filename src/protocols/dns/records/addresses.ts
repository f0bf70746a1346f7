/** A: RFC 1035 §3.4.1, four octets. AAAA: RFC 3596 §2.2, sixteen octets. */
import { ipv4, ipv6 } from "../fields/addresses.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const A = defineRecord("A", 1, { address: ipv4 }, "192.0.2.1");
export type A = RecordData<typeof A>;

export const Aaaa = defineRecord("AAAA", 28, { address: ipv6 }, "2001:db8::1");
export type Aaaa = RecordData<typeof Aaaa>;
