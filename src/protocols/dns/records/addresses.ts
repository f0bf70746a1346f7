/**
 * Addresses and lists of them.
 *
 * A: RFC 1035 §3.4.1, four octets. AAAA: RFC 3596 §2.2, sixteen octets. APL: RFC 3123 §4, any number of
 * prefixes.
 */
import { addressPrefixes } from "../fields/address-prefixes.ts";
import { ipv4, ipv6 } from "../fields/addresses.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const A = defineRecord("A", 1, { address: ipv4 }, "192.0.2.1");
export type A = RecordData<typeof A>;

export const Aaaa = defineRecord("AAAA", 28, { address: ipv6 }, "2001:db8::1");
export type Aaaa = RecordData<typeof Aaaa>;

export const Apl = defineRecord("APL", 42, { prefixes: addressPrefixes }, "1:192.0.2.0/24 !2:2001:db8::/32");
export type Apl = RecordData<typeof Apl>;
