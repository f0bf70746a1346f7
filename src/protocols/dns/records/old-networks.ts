/**
 * Networks that were to be.
 *
 * X25: RFC 1183 §3.1, ISDN: RFC 1183 §3.2, character-strings. PX: RFC 2163 §4, a 16-bit number and two names.
 * NSAP: RFC 1706 §5, an OSI address. NSAP-PTR: RFC 1348, a name. A6: RFC 2874 §3, given up by RFC 6563.
 * EID, NIMLOC, ATMA: their templates in the IANA registry, octets.
 */
import { characterString, optionalCharacterString } from "../fields/character-strings.ts";
import { atmAddress, nsapAddress } from "../fields/locators.ts";
import { decompressibleName, plainName } from "../fields/names.ts";
import { u16 } from "../fields/numbers.ts";
import { hexRest } from "../fields/octets.ts";
import { splitAddress } from "../fields/split-addresses.ts";
import { defineRecord } from "../record.ts";

export const X25 = defineRecord("X25", 19, { address: characterString }, "311061700956", ({ address }) =>
  /^\d{4,}$/.test(address) ? undefined : `"${address}" is not an X.121 address of at least four digits`,
);
export const Isdn = defineRecord(
  "ISDN",
  20,
  { address: characterString, subaddress: optionalCharacterString },
  "150862028003217 004",
);
export const Px = defineRecord(
  "PX",
  26,
  { preference: u16, map822: decompressibleName, mapX400: decompressibleName },
  "10 net2.it. PRMD-net2.ADMD-p400.C-it.",
);
export const Nsap = defineRecord(
  "NSAP",
  22,
  { address: nsapAddress },
  "0x47000580005a0000000001e133ffffff00016100",
);
export const NsapPtr = defineRecord("NSAP-PTR", 23, { owner: plainName }, "foo.example.com.");

export const A6 = defineRecord("A6", 38, { address: splitAddress }, "64 ::1234:5678:1:2 subnet.example.com.");
export const Eid = defineRecord("EID", 31, { identifier: hexRest }, "32251A030067");
export const Nimloc = defineRecord("NIMLOC", 32, { locator: hexRest }, "32251A030067");
export const Atma = defineRecord("ATMA", 34, { address: atmAddress }, "+61200000000");
