/**
 * RDATA of the types that make up most of a zone, in plain form, from the octets of the file to wire form.
 */
import { RRType } from "../dns/registry.ts";
import { dot, isPlain, quotationMark, skipBlanks } from "./characters.ts";
import { readPlainName } from "./plain-name.ts";
import type { PlainScratch } from "./plain-record.ts";
import type { ZoneState } from "./zone-state.ts";

const colon = 0x3a;
const backslash = 0x5c;

/** Longer mnemonics are not among these. */
const lettersMax = 5;
const packed = {
  A: pack("A"),
  NS: pack("NS"),
  CNAME: pack("CNAME"),
  PTR: pack("PTR"),
  MX: pack("MX"),
  TXT: pack("TXT"),
  AAAA: pack("AAAA"),
} as const;

/** The type whose mnemonic begins at `from`, or 0. What follows the letters is the caller's matter. */
export function readPlainType(octets: Uint8Array, from: number): number {
  let at = from;
  let letters = 0;
  for (let upper = octets[at]! & 0xdf; upper >= 0x41 && upper <= 0x5a; upper = octets[at]! & 0xdf) {
    letters = letters * 32 + (upper & 0x1f);
    if (++at - from > lettersMax) return 0;
  }
  if (isPlain[octets[at]!] === 1) return 0;
  switch (letters) {
    case packed.A:
      return RRType.A;
    case packed.AAAA:
      return RRType.AAAA;
    case packed.NS:
      return RRType.NS;
    case packed.CNAME:
      return RRType.CNAME;
    case packed.PTR:
      return RRType.PTR;
    case packed.MX:
      return RRType.MX;
    case packed.TXT:
      return RRType.TXT;
    default:
      return 0;
  }
}

/** Fills `scratch.rdata`; returns the offset behind the RDATA, or -1. */
export function readPlainRdata(
  type: number,
  octets: Uint8Array,
  from: number,
  state: ZoneState,
  scratch: PlainScratch,
): number {
  switch (type) {
    case RRType.A:
      scratch.rdataLength = 4;
      return readIpv4(octets, from, scratch.rdata);
    case RRType.AAAA:
      scratch.rdataLength = 16;
      return readIpv6(octets, from, scratch.rdata);
    case RRType.MX:
      return readMx(octets, from, state, scratch);
    case RRType.TXT:
      return readTxt(octets, from, scratch);
    default: {
      const at = readPlainName(octets, from, scratch.rdata, 0, state, scratch);
      scratch.rdataLength = scratch.length;
      return at;
    }
  }
}

/** Four numbers without leading zeros. RFC 1035 §3.4.1. */
function readIpv4(octets: Uint8Array, from: number, into: Uint8Array): number {
  let at = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && octets[at++] !== dot) return -1;
    const start = at;
    let value = 0;
    for (let digit = octets[at]! - 0x30; digit >= 0 && digit <= 9; digit = octets[++at]! - 0x30) {
      value = value * 10 + digit;
    }
    const digits = at - start;
    if (digits === 0 || digits > 3 || value > 255 || (digits > 1 && octets[start] === 0x30)) return -1;
    into[part] = value;
  }
  return isPlain[octets[at]!] === 1 || octets[at] === dot ? -1 : at;
}

/** Groups of hex digits, one gap at most; what ends in an IPv4 address goes the long way. RFC 4291 §2.2. */
function readIpv6(octets: Uint8Array, from: number, into: Uint8Array): number {
  let at = from;
  let end = 0;
  let gap = -1;
  if (octets[at] === colon && octets[at + 1] === colon) {
    at += 2;
    gap = 0;
  }
  for (let digit = hexDigit(octets[at]!); digit !== -1; digit = hexDigit(octets[at]!)) {
    const start = at;
    let group = 0;
    for (; digit !== -1; digit = hexDigit(octets[++at]!)) group = ((group << 4) | digit) & 0xffff;
    if (at - start > 4 || end === 16) return -1;
    into[end++] = group >>> 8;
    into[end++] = group;
    if (octets[at] !== colon) break;
    at++;
    if (octets[at] === colon) {
      if (gap !== -1) return -1;
      gap = end;
      at++;
    } else if (hexDigit(octets[at]!) === -1) {
      return -1;
    }
  }
  if (isPlain[octets[at]!] === 1 || octets[at] === dot) return -1;
  if (gap === -1) return end === 16 ? at : -1;
  if (end === 16) return -1;
  into.copyWithin(16 - (end - gap), gap, end);
  into.fill(0, gap, 16 - (end - gap));
  return at;
}

function readMx(octets: Uint8Array, from: number, state: ZoneState, scratch: PlainScratch): number {
  let at = from;
  let preference = 0;
  for (let digit = octets[at]! - 0x30; digit >= 0 && digit <= 9; digit = octets[++at]! - 0x30) {
    preference = preference * 10 + digit;
    if (preference > 0xffff) return -1;
  }
  if (at === from) return -1;
  const nameAt = skipBlanks(octets, at);
  if (nameAt === at) return -1;
  scratch.rdata[0] = preference >>> 8;
  scratch.rdata[1] = preference;
  const end = readPlainName(octets, nameAt, scratch.rdata, 2, state, scratch);
  scratch.rdataLength = 2 + scratch.length;
  return end;
}

/** One string, quoted or not. */
function readTxt(octets: Uint8Array, from: number, scratch: PlainScratch): number {
  const { rdata } = scratch;
  let at = from;
  let end = 1;
  if (octets[at] === quotationMark) {
    for (let octet = octets[++at]!; octet !== quotationMark; octet = octets[++at]!) {
      if (octet < 0x20 || octet === backslash) return -1;
      rdata[end++] = octet;
    }
    at++;
  } else {
    for (; isPlain[octets[at]!] === 1 || octets[at] === dot; at++) rdata[end++] = octets[at]!;
    if (at === from) return -1;
  }
  rdata[0] = end - 1;
  scratch.rdataLength = end;
  return end > 256 ? -1 : at;
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function pack(mnemonic: string): number {
  let letters = 0;
  for (let i = 0; i < mnemonic.length; i++) letters = letters * 32 + (mnemonic.charCodeAt(i) & 0x1f);
  return letters;
}
