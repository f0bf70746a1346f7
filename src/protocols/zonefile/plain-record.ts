/**
 * The short way: one line of the plain form `name [ttl] [IN] type rdata`, from octets to octets. It makes no
 * strings and no objects. At anything unusual it gives up before it has changed anything, and the long way
 * says what is wrong.
 */
import {
  carriageReturn,
  dollar,
  isPlain,
  lineFeed,
  semicolon,
  skipBlanks,
  space,
  tab,
} from "./characters.ts";
import { zoneFileLimits } from "./limits.ts";
import { type PlainName, readPlainName } from "./plain-name.ts";
import { readPlainRdata, readPlainType } from "./plain-rdata.ts";
import type { ZoneState } from "./zone-state.ts";

export interface PlainScratch extends PlainName {
  readonly rdata: Uint8Array;
  rdataLength: number;
  /** -1 when the line has none. */
  ttl: number;
}

/** RDATA of the long way has its own buffer; this is for lines of ordinary length. */
const rdataRoom = 4096;

export function createPlainScratch(): PlainScratch {
  return { length: 0, isRelative: false, rdata: new Uint8Array(rdataRoom), rdataLength: 0, ttl: -1 };
}

/** Returns the offset of the next line, or -1. A line feed must follow somewhere. */
export function readPlainRecord(
  octets: Uint8Array,
  start: number,
  line: number,
  state: ZoneState,
  scratch: PlainScratch,
): number {
  let ownerLength = 0;
  let at = start;
  if (octets[at] === space || octets[at] === tab) {
    at = skipBlanks(octets, at);
    const next = lineEnd(octets, at);
    if (next !== -1) return next;
    if (state.ownerLength === 0 || !state.ownerInZone || state.originChanged) return -1;
  } else {
    if (octets[at] === dollar) return -1; // a directive
    at = readPlainName(octets, at, state.nextOwner, 0, state, scratch);
    if (at === -1 || !isBlank(octets[at]!)) return -1;
    ownerLength = scratch.length;
    if (!(scratch.isRelative ? state.originInZone : state.isInZone(state.nextOwner, ownerLength))) return -1;
    at = skipBlanks(octets, at);
  }
  at = readTtlAndClass(octets, at, scratch);
  if (at === -1) return -1;
  const ttl = scratch.ttl === -1 ? state.defaultTtl : scratch.ttl;
  if (ttl === -1) return -1;

  const type = readPlainType(octets, at);
  if (type === 0) return -1;
  while (isPlain[octets[at]!] === 1) at++;
  if (!isBlank(octets[at]!)) return -1;
  at = readPlainRdata(type, octets, skipBlanks(octets, at), state, scratch);
  if (at === -1) return -1;
  at = lineEnd(octets, skipBlanks(octets, at));
  if (at === -1) return -1;

  if (ownerLength > 0) state.takeNextOwner(ownerLength, true);
  const prior = state.ttlOfSet(type, ttl);
  if (prior !== ttl) return -1; // the long way warns; taking the owner twice does no harm
  if (scratch.ttl !== -1) state.lastTtl = ttl;
  state.records++;
  state.sink.record(state.owner, state.ownerLength, type, ttl, scratch.rdata, scratch.rdataLength, line);
  return at;
}

/** TTL in seconds and class, in either order; where the type begins, or -1. */
function readTtlAndClass(octets: Uint8Array, from: number, scratch: PlainScratch): number {
  let at = from;
  let hasClass = false;
  scratch.ttl = -1;
  for (;;) {
    const octet = octets[at]!;
    if (octet >= 0x30 && octet <= 0x39) {
      if (scratch.ttl !== -1) return -1;
      let ttl = 0;
      for (let digit = octet - 0x30; digit >= 0 && digit <= 9; digit = octets[++at]! - 0x30) {
        ttl = ttl * 10 + digit;
        if (ttl > zoneFileLimits.ttlMax) return -1;
      }
      scratch.ttl = ttl;
    } else if ((octet | 0x20) === 0x69 && (octets[at + 1]! | 0x20) === 0x6e) {
      if (hasClass) return -1;
      hasClass = true; // IN
      at += 2;
    } else {
      return at;
    }
    if (!isBlank(octets[at]!)) return -1;
    at = skipBlanks(octets, at);
  }
}

/** The offset of the next line when only a comment is left of this one, else -1. */
function lineEnd(octets: Uint8Array, at: number): number {
  const octet = octets[at];
  if (octet === lineFeed) return at + 1;
  if (octet === carriageReturn && octets[at + 1] === lineFeed) return at + 2;
  return octet === semicolon ? octets.indexOf(lineFeed, at) + 1 : -1;
}

function isBlank(octet: number): boolean {
  return octet === space || octet === tab;
}
