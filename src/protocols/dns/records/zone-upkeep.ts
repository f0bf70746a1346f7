/**
 * What a zone says to those who keep it.
 *
 * CSYNC: RFC 7477 §2.1.1, serial (32 bits), flags (16), type bitmap.
 * ZONEMD: RFC 8976 §2.2, serial (32 bits), scheme and hash algorithm (8 each), digest of at least 12 octets.
 * DSYNC: RFC 9859 §2.1, type, scheme (8 bits), port (16), name.
 */
import { notifyScheme, rrType } from "../fields/mnemonics.ts";
import { plainName } from "../fields/names.ts";
import { u8, u16, u32 } from "../fields/numbers.ts";
import { hexRest } from "../fields/octets.ts";
import { optionalTypeBitmap } from "../fields/type-bitmaps.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Csync = defineRecord(
  "CSYNC",
  62,
  { serial: u32, flags: u16, types: optionalTypeBitmap },
  "66 3 A NS AAAA",
);
export type Csync = RecordData<typeof Csync>;

/** Octets of each digest. RFC 8976 §5.3. */
const digestOctets: Readonly<Record<number, number>> = { 1: 48, 2: 64 };
const digestOctetsMin = 12; // RFC 8976 §2.2.4

export const Zonemd = defineRecord(
  "ZONEMD",
  63,
  { serial: u32, scheme: u8, hashAlgorithm: u8, digest: hexRest },
  "2018031500 1 1 C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C",
  ({ hashAlgorithm, digest }) => {
    const octets = digestOctets[hashAlgorithm];
    if (octets !== undefined && octets !== digest.length) {
      return `a digest by algorithm ${hashAlgorithm} has ${octets} octets, not ${digest.length}`;
    }
    return digest.length < digestOctetsMin
      ? `the digest has ${digest.length} octets, fewer than 12`
      : undefined;
  },
);
export type Zonemd = RecordData<typeof Zonemd>;

export const Dsync = defineRecord(
  "DSYNC",
  66,
  { type: rrType, scheme: notifyScheme, port: u16, target: plainName },
  "CDS NOTIFY 5359 cds-scanner.example.net.",
);
