/**
 * The TSIG record, which stands last in a signed message, and what of it is signed. RFC 8945 §4.2, §4.3.3.
 *
 *     owner: name of the key | type TSIG | class ANY | TTL 0 | RDLENGTH
 *     algorithm name | time signed 48 | fudge 16 | MAC size 16 | MAC | original id 16 | error 16
 *     other length 16 | other data
 */
import { lowerName, type Name, readName, readUncompressedName, writeName } from "./name.ts";
import { RRClass, RRType } from "./registry.ts";
import { WireError, WireReader, type WireWriter } from "./wire.ts";

export interface TsigRecord {
  /** In lower case. */
  readonly keyName: Name;
  /** In lower case, such as `hmac-sha256.` */
  readonly algorithm: Name;
  /** Since 1970. */
  readonly timeSignedSeconds: number;
  readonly fudgeSeconds: number;
  readonly mac: Uint8Array;
  readonly originalId: number;
  /** An rcode: 0, or why the other side refuses. */
  readonly error: number;
  readonly other: Uint8Array;
}

export interface FoundTsig extends TsigRecord {
  /** The octet of the message at which the record begins: what stands before is signed. */
  readonly at: number;
  /** The message has an OPT record: answers need one too. RFC 6891 §6.1.1. */
  readonly hasOpt: boolean;
}

/** What the record says of the other side's signature. RFC 8945 §3; 16 means BADVERS in OPT, BADSIG here. */
export const TsigRcode = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;

const headerOctets = 12;
export const noOctets: Uint8Array = new Uint8Array(0);

/**
 * Octets of a record besides its two names and its MAC, without other data: type, class, TTL, RDLENGTH and
 * the fields of fixed length.
 */
const fixedOctets = 10 + 16;

/**
 * The TSIG record of a message; undefined when there is none. `mac` and `other` are views of the message.
 * Throws `WireError` when a record is cut, or when TSIG stands where it must not, or is none. Octets behind
 * the last record are left alone, as other servers do.
 */
export function findTsig(message: Uint8Array): FoundTsig | undefined {
  const found = findLastRecord(message);
  if (found === undefined) return undefined;
  const { at, typeAt, end, hasOpt } = found;
  // RFC 8945 §4.2; one that a cache could keep, or of a class of data, is none
  if (u16(message, typeAt + 2) !== RRClass.ANY) throw new WireError("bad-value", "TSIG.class", typeAt + 2);
  if (u16(message, typeAt + 4) !== 0 || u16(message, typeAt + 6) !== 0) {
    throw new WireError("bad-value", "TSIG.ttl", typeAt + 4);
  }
  const keyName = lowerName(readName(new WireReader(message, at, typeAt), "TSIG.owner"));
  const reader = new WireReader(message, typeAt + 10, end);
  const algorithm = lowerName(readUncompressedName(reader, "TSIG.algorithm"));
  const timeSignedSeconds = reader.u48("TSIG.time-signed");
  const fudgeSeconds = reader.u16("TSIG.fudge");
  const mac = view(reader, reader.u16("TSIG.mac-size"), "TSIG.mac");
  const originalId = reader.u16("TSIG.original-id");
  const error = reader.u16("TSIG.error");
  const other = view(reader, reader.u16("TSIG.other-length"), "TSIG.other");
  if (reader.remaining > 0) reader.fail("trailing-octets", "TSIG");
  return { at, hasOpt, keyName, algorithm, timeSignedSeconds, fudgeSeconds, mac, originalId, error, other };
}

/** The message as it was before it was signed, with the id that the digest was made with. A copy. */
export function withoutTsig(message: Uint8Array, at: number, id: number): Uint8Array {
  const body = message.slice(0, at);
  const additionals = u16(message, 10) - 1;
  body[0] = id >>> 8;
  body[1] = id;
  body[10] = additionals >>> 8;
  body[11] = additionals;
  return body;
}

/** Octets that `writeTsigRecord` writes. */
export function tsigRecordOctets(
  { keyName, algorithm }: TsigRecordNames,
  macOctets: number,
  otherOctets = 0,
): number {
  return keyName.length + algorithm.length + fixedOctets + macOctets + otherOctets;
}

type TsigRecordNames = Pick<TsigRecord, "keyName" | "algorithm">;

export function writeTsigRecord(record: TsigRecord, writer: WireWriter): void {
  writeName(record.keyName, writer);
  writer.u16(RRType.TSIG);
  writer.u16(RRClass.ANY);
  writer.u32(0);
  writer.u16(record.algorithm.length + 16 + record.mac.length + record.other.length);
  writeName(record.algorithm, writer);
  writeTsigTimers(record, writer);
  writer.u16(record.mac.length);
  writer.bytes(record.mac);
  writer.u16(record.originalId);
  writer.u16(record.error);
  writer.u16(record.other.length);
  writer.bytes(record.other);
}

/** What of the record is signed, behind the message. RFC 8945 §4.3.3: names in canonical form. */
export function writeTsigVariables(record: Omit<TsigRecord, "mac" | "originalId">, writer: WireWriter): void {
  writeName(record.keyName, writer);
  writer.u16(RRClass.ANY);
  writer.u32(0);
  writeName(record.algorithm, writer);
  writeTsigTimers(record, writer);
  writer.u16(record.error);
  writer.u16(record.other.length);
  writer.bytes(record.other);
}

/** The same for every message of a stream but the first. RFC 8945 §5.3.1. */
export function writeTsigTimers(
  { timeSignedSeconds, fudgeSeconds }: Pick<TsigRecord, "timeSignedSeconds" | "fudgeSeconds">,
  writer: WireWriter,
): void {
  writer.u48(timeSignedSeconds);
  writer.u16(fudgeSeconds);
}

interface LastRecord {
  readonly at: number;
  /** Behind its owner. */
  readonly typeAt: number;
  readonly end: number;
  readonly hasOpt: boolean;
}

/**
 * Goes over all records, so that a TSIG record which is not the last of the additional section is found.
 * RFC 8945 §5.1, §5.2.
 */
function findLastRecord(message: Uint8Array): LastRecord | undefined {
  const { length } = message;
  if (length < headerOctets) throw new WireError("short-input", "header", length);
  let at = headerOctets;
  for (let questions = u16(message, 4); questions > 0; questions--) {
    at = skipName(message, at) + 4;
    if (at > length) throw new WireError("short-input", "question", length);
  }
  const others = u16(message, 6) + u16(message, 8);
  const total = others + u16(message, 10);
  let hasOpt = false;
  for (let index = 0; index < total; index++) {
    const typeAt = skipName(message, at);
    const dataAt = typeAt + 10;
    if (dataAt > length) throw new WireError("short-input", "record", at);
    const end = dataAt + u16(message, typeAt + 8);
    if (end > length) throw new WireError("short-input", "RDATA", dataAt);
    const type = u16(message, typeAt);
    if (type === RRType.OPT) hasOpt = true;
    if (type === RRType.TSIG) {
      if (index !== total - 1 || index < others) throw new WireError("bad-value", "TSIG", at);
      return { at, typeAt, end, hasOpt };
    }
    at = end;
  }
  return undefined;
}

/** The octet behind a name, whose pointers are not followed. */
function skipName(message: Uint8Array, start: number): number {
  let at = start;
  while (at < message.length) {
    const label = message[at]!;
    if (label === 0) return at + 1;
    if (label >= 0xc0) return at + 2;
    if (label > 63) throw new WireError("bad-label", "name", at);
    at += 1 + label;
  }
  throw new WireError("short-input", "name", start);
}

function view(reader: WireReader, length: number, field: string): Uint8Array {
  const at = reader.take(length, field);
  return length === 0 ? noOctets : reader.octets.subarray(at, at + length);
}

function u16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
