/**
 * The numbers of DNS and their mnemonics, from IANA's registry "Domain Name System (DNS) Parameters".
 *
 * Mnemonics are read in any case; a number without one is written as TYPE123 or CLASS123. RFC 3597 §5.
 */

/** Resource record types, with the ones that only queries and messages use. RFC 6895 §3.1. */
export const RRType = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  "NSAP-PTR": 23,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  EID: 31,
  NIMLOC: 32,
  SRV: 33,
  ATMA: 34,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  DNAME: 39,
  SINK: 40,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  NINFO: 56,
  RKEY: 57,
  TALINK: 58,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  DSYNC: 66,
  HHIT: 67,
  BRID: 68,
  SPF: 99,
  UINFO: 100,
  UID: 101,
  GID: 102,
  UNSPEC: 103,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  DOA: 259,
  AMTRELAY: 260,
  RESINFO: 261,
  WALLET: 262,
  CLA: 263,
  IPN: 264,
  TA: 32_768,
  DLV: 32_769,
} as const;
export type RRType = (typeof RRType)[keyof typeof RRType];

/** RFC 1035 §3.2.4, RFC 2136 §1.3 (NONE), RFC 6895 §3.2. */
export const RRClass = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;
export type RRClass = (typeof RRClass)[keyof typeof RRClass];

/** Response codes; from 16 on they need EDNS (RFC 6891 §6.1.3) or stand in TSIG and TKEY. RFC 6895 §2.3. */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const;
export type Rcode = (typeof Rcode)[keyof typeof Rcode];

/** RFC 6895 §2.2. */
export const Opcode = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, DSO: 6 } as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** EDNS option codes. RFC 6891 §9. */
export const EdnsOption = {
  LLQ: 1,
  "UPDATE-LEASE": 2,
  NSID: 3,
  DAU: 5,
  DHU: 6,
  N3U: 7,
  "CLIENT-SUBNET": 8,
  EXPIRE: 9,
  COOKIE: 10,
  "TCP-KEEPALIVE": 11,
  PADDING: 12,
  CHAIN: 13,
  "KEY-TAG": 14,
  EDE: 15,
  "CLIENT-TAG": 16,
  "SERVER-TAG": 17,
  "REPORT-CHANNEL": 18,
  ZONEVERSION: 19,
} as const;
export type EdnsOption = (typeof EdnsOption)[keyof typeof EdnsOption];

/** INFO-CODEs of Extended DNS Errors. RFC 8914 §5.2. */
export const ExtendedError = {
  other: 0,
  unsupportedDnskeyAlgorithm: 1,
  unsupportedDsDigestType: 2,
  staleAnswer: 3,
  forgedAnswer: 4,
  dnssecIndeterminate: 5,
  dnssecBogus: 6,
  signatureExpired: 7,
  signatureNotYetValid: 8,
  dnskeyMissing: 9,
  rrsigsMissing: 10,
  noZoneKeyBitSet: 11,
  nsecMissing: 12,
  cachedError: 13,
  notReady: 14,
  blocked: 15,
  censored: 16,
  filtered: 17,
  prohibited: 18,
  staleNxdomainAnswer: 19,
  notAuthoritative: 20,
  notSupported: 21,
  noReachableAuthority: 22,
  networkError: 23,
  invalidData: 24,
  signatureExpiredBeforeValid: 25,
  tooEarly: 26,
  unsupportedNsec3IterationsValue: 27,
  unableToConformToPolicy: 28,
  synthesized: 29,
  invalidQueryType: 30,
} as const;
export type ExtendedError = (typeof ExtendedError)[keyof typeof ExtendedError];

/** What the registry calls each INFO-CODE. */
export const extendedErrorTexts: readonly string[] = [
  "Other",
  "Unsupported DNSKEY Algorithm",
  "Unsupported DS Digest Type",
  "Stale Answer",
  "Forged Answer",
  "DNSSEC Indeterminate",
  "DNSSEC Bogus",
  "Signature Expired",
  "Signature Not Yet Valid",
  "DNSKEY Missing",
  "RRSIGs Missing",
  "No Zone Key Bit Set",
  "NSEC Missing",
  "Cached Error",
  "Not Ready",
  "Blocked",
  "Censored",
  "Filtered",
  "Prohibited",
  "Stale NXDomain Answer",
  "Not Authoritative",
  "Not Supported",
  "No Reachable Authority",
  "Network Error",
  "Invalid Data",
  "Signature Expired before Valid",
  "Too Early",
  "Unsupported NSEC3 Iterations Value",
  "Unable to conform to policy",
  "Synthesized",
  "Invalid Query Type",
];

const typesByMnemonic = new Map<string, number>(Object.entries(RRType));
const mnemonicsOfTypes = invert(RRType);
const classesByMnemonic = new Map<string, number>([
  ...Object.entries(RRClass),
  ["CHAOS", RRClass.CH], // the long forms stand in old zone files
  ["HESIOD", RRClass.HS],
]);
const mnemonicsOfClasses = invert(RRClass);
const rcodesByMnemonic = new Map<string, number>(Object.entries(Rcode));
const mnemonicsOfRcodes = invert(Rcode);
const mnemonicsOfOpcodes = invert(Opcode);
const mnemonicsOfOptions = invert(EdnsOption);

/** The number of a type's mnemonic or of TYPE123; undefined when the text is neither. */
export function typeFromMnemonic(text: string): number | undefined {
  return typesByMnemonic.get(text) ?? numberFromText(text, typesByMnemonic, "TYPE");
}

export function mnemonicOfType(type: number): string {
  return mnemonicsOfTypes.get(type) ?? `TYPE${type}`;
}

/** The number of a class's mnemonic or of CLASS123; undefined when the text is neither. */
export function classFromMnemonic(text: string): number | undefined {
  return classesByMnemonic.get(text) ?? numberFromText(text, classesByMnemonic, "CLASS");
}

export function mnemonicOfClass(rrClass: number): string {
  return mnemonicsOfClasses.get(rrClass) ?? `CLASS${rrClass}`;
}

/** The number of a response code's mnemonic; undefined when there is none such. */
export function rcodeFromMnemonic(text: string): number | undefined {
  return rcodesByMnemonic.get(text.toUpperCase());
}

export function mnemonicOfRcode(rcode: number): string {
  return mnemonicsOfRcodes.get(rcode) ?? `RCODE${rcode}`;
}

export function mnemonicOfOpcode(opcode: number): string {
  return mnemonicsOfOpcodes.get(opcode) ?? `OPCODE${opcode}`;
}

export function mnemonicOfOption(code: number): string {
  return mnemonicsOfOptions.get(code) ?? `OPT${code}`;
}

/**
 * True for types that no zone holds: OPT, and the block of queries and of records that belong to one message.
 * RFC 6895 §3.1.
 */
export function isMetaType(type: number): boolean {
  return type === RRType.OPT || (type >= 128 && type <= 255) || type === 0;
}

function numberFromText(text: string, numbers: Map<string, number>, prefix: string): number | undefined {
  const upper = text.toUpperCase();
  const known = numbers.get(upper);
  if (known !== undefined || !upper.startsWith(prefix)) return known;
  const digits = upper.slice(prefix.length);
  if (!/^\d{1,5}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number <= 0xffff ? number : undefined;
}

function invert(table: Readonly<Record<string, number>>): Map<number, string> {
  return new Map(Object.entries(table).map(([mnemonic, number]) => [number, mnemonic]));
}
