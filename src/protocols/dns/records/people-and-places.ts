/**
 * Who is responsible, and where it is.
 *
 * RP: RFC 1183 §2.2, two names. LOC: RFC 1876 §2, sixteen octets. GPOS: RFC 1712 §3, three character-strings.
 */
import { characterString } from "../fields/character-strings.ts";
import { location } from "../fields/location.ts";
import { decompressibleName } from "../fields/names.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Rp = defineRecord(
  "RP",
  17,
  { mailbox: decompressibleName, text: decompressibleName },
  "admin.example.com. admin-info.example.com.",
);
export type Rp = RecordData<typeof Rp>;

export const Loc = defineRecord("LOC", 29, { location }, "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m");
export type Loc = RecordData<typeof Loc>;

export const Gpos = defineRecord(
  "GPOS",
  27,
  { longitude: characterString, latitude: characterString, altitude: characterString },
  '"-32.6882" "116.8652" "10.0"',
);
