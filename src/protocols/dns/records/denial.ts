/**
 * What does not exist.
 *
 * NSEC: RFC 4034 §4.1, the next name (in canonical form its case counts, RFC 6840 §5.1), then a type
 * bitmap.
 * NXT: RFC 2535 §5.2, the next name, then a bitmap of types below 128.
 * NSEC3: RFC 5155 §3.2, hash algorithm (8 bits), flags (8), iterations (16), salt and next hashed owner
 * name each after an octet of length, type bitmap. NSEC3PARAM: RFC 5155 §4.2, the first four of these.
 */
import { flatTypeBitmap } from "../fields/flat-type-bitmaps.ts";
import { hashAlgorithm } from "../fields/mnemonics.ts";
import { decompressibleName, plainName } from "../fields/names.ts";
import { u8, u16 } from "../fields/numbers.ts";
import { base32HexOctets, salt } from "../fields/octets.ts";
import { optionalTypeBitmap, typeBitmap } from "../fields/type-bitmaps.ts";
import { defineRecord, type RecordData } from "../record.ts";

export const Nsec = defineRecord(
  "NSEC",
  47,
  { next: plainName, types: typeBitmap },
  "host.example.com. A NSEC RRSIG",
);
export type Nsec = RecordData<typeof Nsec>;

export const Nxt = defineRecord(
  "NXT",
  30,
  { next: decompressibleName, types: flatTypeBitmap },
  "host.example.com. A NXT",
);

const parameters = { hashAlgorithm, flags: u8, iterations: u16, salt };

export const Nsec3 = defineRecord(
  "NSEC3",
  50,
  { ...parameters, nextHashed: base32HexOctets, types: optionalTypeBitmap },
  "1 0 0 - 2VPTU5TIMAMQTTGL4LUU9KG21E0AOR3S A RRSIG",
);
export type Nsec3 = RecordData<typeof Nsec3>;

export const Nsec3param = defineRecord("NSEC3PARAM", 51, parameters, "1 0 0 -");
export type Nsec3param = RecordData<typeof Nsec3param>;
