/**
 * Certificates, and who may issue them.
 *
 * CERT: RFC 4398 §2, type and key tag (16 bits each), algorithm (8), certificate.
 * TLSA: RFC 6698 §2.1 and SMIMEA: RFC 8162 §2, usage, selector and matching type (8 bits each), data.
 * SSHFP: RFC 4255 §3.1, algorithm and fingerprint type (8 bits each), fingerprint.
 * CAA: RFC 8659 §4.1, flags (8 bits), tag after an octet of length, value.
 */
import { characterString, unboundedString } from "../fields/character-strings.ts";
import { certificateType, securityAlgorithmByName } from "../fields/mnemonics.ts";
import { u8, u16 } from "../fields/numbers.ts";
import { base64Rest, hexRest, optionalHexRest } from "../fields/octets.ts";
import { takeWord } from "../fields/words.ts";
import { defineRecord, type Field, type RecordData } from "../record.ts";

export const Cert = defineRecord(
  "CERT",
  37,
  { type: certificateType, keyTag: u16, algorithm: securityAlgorithmByName, certificate: base64Rest },
  "PKIX 0 0 MIICXAIBAAKBgQCq",
);

const association = { usage: u8, selector: u8, matchingType: u8, data: hexRest };
export const Tlsa = defineRecord(
  "TLSA",
  52,
  association,
  "3 1 1 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB944F4",
);
export type Tlsa = RecordData<typeof Tlsa>;
export const Smimea = defineRecord(
  "SMIMEA",
  53,
  association,
  "3 1 1 92003BA34942DC74152E2F2C408D29ECA5A520E7F2E06BB9",
);

/** Octets of each fingerprint. RFC 4255 §3.1.2, RFC 6594 §3.2. */
const fingerprintOctets: Readonly<Record<number, number>> = { 1: 20, 2: 32 };

export const Sshfp = defineRecord(
  "SSHFP",
  44,
  { algorithm: u8, fingerprintType: u8, fingerprint: optionalHexRest },
  "4 2 123456789ABCDEF67890123456789ABCDEF67890123456789ABCDEF678901234",
  ({ fingerprintType, fingerprint }) => {
    const octets = fingerprintOctets[fingerprintType];
    if (octets === undefined || octets === fingerprint.length) return undefined;
    return `a fingerprint of type ${fingerprintType} has ${octets} octets, not ${fingerprint.length}`;
  },
);
export type Sshfp = RecordData<typeof Sshfp>;

const propertyTag: Field<string> = {
  ...characterString,
  decode(reader, label) {
    const start = reader.at;
    const tag = characterString.decode(reader, label);
    if (!/^[a-z0-9]+$/i.test(tag)) reader.fail("bad-value", label, start);
    return tag;
  },
  parse(text, label) {
    const tag = takeWord(text, label, "a tag, such as issue");
    if (!/^[a-z0-9]{1,255}$/i.test(tag))
      text.fail(`"${tag}" is not a tag`, "letters and digits only, such as issue");
    return tag;
  },
  print: (tag) => tag,
};

export const Caa = defineRecord(
  "CAA",
  257,
  { flags: u8, tag: propertyTag, value: unboundedString },
  '0 issue "ca.example.net"',
);
export type Caa = RecordData<typeof Caa>;
