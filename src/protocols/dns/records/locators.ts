/**
 * Identifiers below and beside IP.
 *
 * NID, L32, L64, LP: RFC 6742 §2, a 16-bit preference, then 64 bits, 32 bits, 64 bits or a name.
 * EUI48, EUI64: RFC 7043 §3.1, §4.1, six and eight octets.
 */
import { ipv4 } from "../fields/addresses.ts";
import { locator64 } from "../fields/locators.ts";
import { plainName } from "../fields/names.ts";
import { u16 } from "../fields/numbers.ts";
import { hyphenated } from "../fields/octets.ts";
import { defineRecord } from "../record.ts";

export const Nid = defineRecord("NID", 104, { preference: u16, node: locator64 }, "10 14:4fff:ff20:ee64");
export const L32 = defineRecord("L32", 105, { preference: u16, locator: ipv4 }, "10 10.1.2.0");
export const L64 = defineRecord("L64", 106, { preference: u16, locator: locator64 }, "10 2001:db8:1140:1000");
export const Lp = defineRecord(
  "LP",
  107,
  { preference: u16, target: plainName },
  "10 l64-subnet.example.com.",
);

export const Eui48 = defineRecord(
  "EUI48",
  108,
  { address: hyphenated(6, "00-00-5e-00-53-2a") },
  "00-00-5e-00-53-2a",
);
export const Eui64 = defineRecord(
  "EUI64",
  109,
  { address: hyphenated(8, "00-00-5e-ef-10-00-00-2a") },
  "00-00-5e-ef-10-00-00-2a",
);
