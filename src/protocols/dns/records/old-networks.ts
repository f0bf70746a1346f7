/**
 * Networks that were to be.
 *
 * X25: RFC 1183 §3.1, ISDN: RFC 1183 §3.2, character-strings. PX: RFC 2163 §4, a 16-bit number and two names.
 * NSAP: RFC 1706 §5, an OSI address. NSAP-PTR: RFC 1348, a name.
 */
import { characterString, optionalCharacterString } from "../fields/character-strings.ts";
import { nsapAddress } from "../fields/locators.ts";
import { decompressibleName, plainName } from "../fields/names.ts";
import { u16 } from "../fields/numbers.ts";
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
