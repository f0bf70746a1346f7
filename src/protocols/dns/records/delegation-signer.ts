/**
 * The digest of a child's key, kept by its parent.
 *
 * DS: RFC 4034 §5.1, key tag (16 bits), algorithm (8), digest type (8), digest. CDS: RFC 7344 §3.1, DLV:
 * RFC 4431 §2, TA: the same.
 */
import { digestType, securityAlgorithm } from "../fields/mnemonics.ts";
import { u16 } from "../fields/numbers.ts";
import { hexRest } from "../fields/octets.ts";
import { defineRecord, type RecordData } from "../record.ts";

const fields = { keyTag: u16, algorithm: securityAlgorithm, digestType, digest: hexRest };
const example = "60485 13 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A";

/** Octets of each digest. RFC 4034 §A.2, RFC 4509 §2.2, RFC 6605 §2. */
const digestOctets: Readonly<Record<number, number>> = { 1: 20, 2: 32, 4: 48 };

export const Ds = defineRecord("DS", 43, fields, example, checkDigest);
export type Ds = RecordData<typeof Ds>;

export const Cds = defineRecord("CDS", 59, fields, "0 0 0 00", checkDigest);
export const Dlv = defineRecord("DLV", 32_769, fields, example, checkDigest);
export const Ta = defineRecord("TA", 32_768, fields, example, checkDigest);

function checkDigest({
  digestType: type,
  digest,
}: {
  digestType: number;
  digest: Uint8Array;
}): string | undefined {
  const octets = digestOctets[type];
  if (octets === undefined || octets === digest.length) return undefined;
  return `a digest of type ${type} has ${octets} octets, not ${digest.length}`;
}
