/**
 * Public keys.
 *
 * DNSKEY: RFC 4034 §2.1, flags (16 bits), protocol (8), algorithm (8), the key. CDNSKEY: RFC 7344 §3.2, the
 * same.
 * KEY: RFC 2535 §3.1 and RFC 3445, the same; both high flags say that there is no key. RKEY: the same,
 * flags zero.
 * HHIT, BRID: RFC 9886 §5, CBOR.
 * OPENPGPKEY: RFC 7929 §2.1, one OpenPGP key. DHCID: RFC 4701 §3.1, a digest.
 */
import { keyFlags, keyProtocol, securityAlgorithm } from "../fields/mnemonics.ts";
import { base64Rest, optionalBase64Rest } from "../fields/octets.ts";
import { defineRecord, type RecordData } from "../record.ts";

const fields = {
  flags: keyFlags,
  protocol: keyProtocol,
  algorithm: securityAlgorithm,
  publicKey: base64Rest,
};
const noKey = 0xc000;

export const Dnskey = defineRecord(
  "DNSKEY",
  48,
  fields,
  "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+E=",
);
export type Dnskey = RecordData<typeof Dnskey>;

export const Cdnskey = defineRecord("CDNSKEY", 60, fields, "0 3 0 AA==");
export const Rkey = defineRecord("RKEY", 57, fields, "0 3 8 AQPSKmynfzW4kyBv015MUG2D", ({ flags }) =>
  flags === 0 ? undefined : `flags ${flags} are not zero`,
);
export const Key = defineRecord(
  "KEY",
  25,
  { ...fields, publicKey: optionalBase64Rest },
  "512 3 8 AQPSKmynfzW4kyBv015MUG2D",
  ({ flags, publicKey }) => {
    const mayHaveKey = (flags & noKey) !== noKey;
    if (mayHaveKey === publicKey.length > 0) return undefined;
    return mayHaveKey ? "the key is missing" : `flags ${flags} say that there is no key, but one follows`;
  },
);

export const Openpgpkey = defineRecord("OPENPGPKEY", 61, { key: base64Rest }, "mQENBFVHm5sBCACi");
export const Dhcid = defineRecord(
  "DHCID",
  49,
  { digest: base64Rest },
  "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",
);

export const Hhit = defineRecord("HHIT", 67, { data: base64Rest }, "gwppZXhhbXBsZQ==");
export const Brid = defineRecord("BRID", 68, { data: base64Rest }, "gwppZXhhbXBsZQ==");
