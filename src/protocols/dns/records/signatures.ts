/**
 * RRSIG: RFC 4034 §3.1. SIG: RFC 2535 §4.1, the same layout.
 *
 *     type covered 16 | algorithm 8 | labels 8 | original TTL 32 | expiration 32 | inception 32
 *     key tag 16 bits | signer's name | signature
 */
import { rrType, securityAlgorithm } from "../fields/mnemonics.ts";
import { decompressibleName, lowerableName } from "../fields/names.ts";
import { u8, u16, u32 } from "../fields/numbers.ts";
import { base64Rest } from "../fields/octets.ts";
import { timestamp } from "../fields/timestamps.ts";
import { defineRecord, type RecordData } from "../record.ts";

const front = {
  typeCovered: rrType,
  algorithm: securityAlgorithm,
  labels: u8,
  originalTtl: u32,
  expiration: timestamp,
  inception: timestamp,
  keyTag: u16,
};
const example = "A 13 3 3600 20260201000000 20260101000000 2642 example.com. oJB1W6WNGv+ldvQ3WDG0";

export const Rrsig = defineRecord(
  "RRSIG",
  46,
  { ...front, signer: lowerableName, signature: base64Rest },
  example,
);
export type Rrsig = RecordData<typeof Rrsig>;

export const Sig = defineRecord(
  "SIG",
  24,
  { ...front, signer: decompressibleName, signature: base64Rest },
  example,
);
