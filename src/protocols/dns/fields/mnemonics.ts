/**
 * Numbers that have names in text, such as the algorithms of DNSSEC. Both are read; most are printed as
 * numbers.
 */
import type { Field } from "../record.ts";
import { mnemonicOfType, typeFromMnemonic } from "../registry.ts";
import { u8, u16 } from "./numbers.ts";
import { parseDecimal, takeWord } from "./words.ts";

/** IANA "DNS Security Algorithm Numbers"; RFC 4034 §A.1 and later. */
export const SecurityAlgorithm = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  NSEC3DSA: 6,
  NSEC3RSASHA1: 7,
  RSASHA256: 8,
  RSASHA512: 10,
  ECCGOST: 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
} as const;

/** IANA "DNSSEC Delegation Signer (DS) Resource Record (RR) Type Digest Algorithms". */
export const DigestType = {
  "SHA-1": 1,
  SHA1: 1,
  "SHA-256": 2,
  SHA256: 2,
  GOST: 3,
  "SHA-384": 4,
  SHA384: 4,
} as const;

/** Types of certificates. RFC 4398 §2.1. */
export const CertificateType = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
} as const;

/** The protocol octet of KEY and DNSKEY. RFC 2535 §3.1.3, RFC 4034 §2.1.2. */
const KeyProtocol = { NONE: 0, TLS: 1, EMAIL: 2, DNSSEC: 3, IPSEC: 4, ALL: 255 } as const;

export const securityAlgorithm = named(u8, 0xff, SecurityAlgorithm);
export const securityAlgorithmByName = named(u8, 0xff, SecurityAlgorithm, { printNames: true });
export const digestType = named(u8, 0xff, DigestType);
export const keyProtocol = named(u8, 0xff, KeyProtocol);
export const certificateType = named(u16, 0xffff, CertificateType, { printNames: true });
/** RFC 5155 §11: the only one there is. */
export const hashAlgorithm = named(u8, 0xff, { "SHA-1": 1 });

/** IP protocols of WKS that have a name in text. */
export const ipProtocol = named(u8, 0xff, { ICMP: 1, IGMP: 2, GGP: 3, TCP: 6, EGP: 8, PUP: 12, UDP: 17 });
/** RFC 9859 §2.1. */
export const notifyScheme = named(u8, 0xff, { NOTIFY: 1 }, { printNames: true });

/** Flags of KEY and DNSKEY: a number, also 0x in front of hex, or names with | between. RFC 2535 §7.1. */
export const keyFlags: Field<number> = {
  ...u16,
  parse(text, label) {
    const word = takeWord(text, label, "a number from 0 to 65535");
    const number = /^0x[0-9a-f]{1,4}$/i.test(word) ? Number(word) : parseDecimal(word, 0xffff);
    if (number !== -1) return number;
    let flags = 0;
    for (const name of word.toUpperCase().split("|")) {
      const bits = keyFlagNames.get(name);
      if (bits === undefined) {
        return text.fail(
          `"${name}" is not a flag`,
          "a number, such as 257 for a key-signing key, 256 for a zone-signing one",
        );
      }
      flags |= bits;
    }
    return flags;
  },
  print: String,
};

const keyFlagNames = new Map<string, number>([
  ["NOCONF", 0x4000],
  ["NOAUTH", 0x8000],
  ["NOKEY", 0xc000],
  ["FLAG2", 0x2000],
  ["EXTEND", 0x1000],
  ["FLAG4", 0x0800],
  ["FLAG5", 0x0400],
  ["USER", 0x0000],
  ["ZONE", 0x0100],
  ["HOST", 0x0200],
  ["NTYP3", 0x0300],
  ["FLAG8", 0x0080],
  ["FLAG9", 0x0040],
  ["FLAG10", 0x0020],
  ["FLAG11", 0x0010],
  ...Array.from({ length: 16 }, (_, signatory): [string, number] => [`SIG${signatory}`, signatory]),
  ["KSK", 0x0001],
]);

/** A record type, as RRSIG covers it. */
export const rrType: Field<number> = {
  ...u16,
  parse(text, label) {
    const word = takeWord(text, label, "a record type, such as MX");
    const type = typeFromMnemonic(word) ?? parseDecimal(word, 0xffff);
    if (type === -1) text.fail(`"${word}" is not a record type`, "a type such as MX, or TYPE123");
    return type;
  },
  print: mnemonicOfType,
};

function named(
  number: Field<number>,
  max: number,
  table: Readonly<Record<string, number>>,
  { printNames = false } = {},
): Field<number> {
  const numbers = new Map(Object.entries(table));
  const names = new Map(Object.entries(table).map(([name, value]) => [value, name]));
  return {
    ...number,
    parse(text, label) {
      const word = takeWord(text, label, `a number from 0 to ${max}`);
      const value = numbers.get(word.toUpperCase()) ?? parseDecimal(word, max);
      if (value === -1)
        text.fail(`"${word}" is unknown`, `a number from 0 to ${max}, or ${[...numbers.keys()].join(", ")}`);
      return value;
    },
    print: (value) => (printNames ? (names.get(value) ?? String(value)) : String(value)),
  };
}
