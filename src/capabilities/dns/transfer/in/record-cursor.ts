/**
 * Reads records of a message where they lie, into buffers that are used over and over: a zone may have
 * millions. Names come out whole; RDATA is what its type says, or the message is malformed.
 */
import { nameLimits } from "#protocols/dns/name.ts";
import { formatOf, mayHoldPointers } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { WireError, type WireErrorCode, WireReader, WireWriter, wireOctetsMax } from "#protocols/dns/wire.ts";

const headerOctets = 12;

/**
 * Types whose RDATA is some octets, then names that may be compressed, then some octets: octets before,
 * names, octets behind. RFC 1035 §3.3, RFC 2782.
 */
const plainLayouts: ReadonlyMap<number, readonly [before: number, names: number, behind: number]> = new Map([
  [RRType.NS, [0, 1, 0]],
  [RRType.CNAME, [0, 1, 0]],
  [RRType.PTR, [0, 1, 0]],
  [RRType.SOA, [0, 2, 20]],
  [RRType.MX, [2, 1, 0]],
  [RRType.SRV, [6, 1, 0]],
]);

export class RecordCursor {
  readonly owner = new Uint8Array(nameLimits.nameOctetsMax + 1);
  ownerLength = 0;
  type = 0;
  rrClass = 0;
  /** Seconds. */
  ttl = 0;
  readonly rdata = new Uint8Array(wireOctetsMax);
  rdataLength = 0;
  private readonly writer = new WireWriter();
  /** Where the message goes on behind the name that was read last. */
  private afterName = 0;

  /**
   * Reads the record at `at`; returns where the next one begins.
   * @throws WireError
   */
  read(message: Uint8Array, at: number): number {
    this.ownerLength = this.readName(message, at, message.length, this.owner, 0, "owner");
    const head = this.afterName;
    if (head + 10 > message.length) fail("short-input", "record", head);
    this.type = u16(message, head);
    this.rrClass = u16(message, head + 2);
    const ttl = u16(message, head + 4) * 0x10000 + u16(message, head + 6);
    this.ttl = ttl > 0x7fff_ffff ? 0 : ttl; // RFC 2181 §8
    const rdataAt = head + 10;
    const end = rdataAt + u16(message, head + 8);
    if (end > message.length) fail("short-input", "rdata", rdataAt);
    this.readRdata(message, rdataAt, end);
    return end;
  }

  private readRdata(message: Uint8Array, at: number, end: number): void {
    const { type } = this;
    const layout = plainLayouts.get(type);
    if (layout !== undefined) this.readPlain(message, at, end, layout);
    else if (mayHoldPointers(type)) this.readCompressed(message, at, end);
    else {
      checkRdata(type, message, at, end);
      this.rdataLength = end - at;
      copy(message, at, this.rdata, 0, end - at);
    }
  }

  private readPlain(
    message: Uint8Array,
    at: number,
    end: number,
    [before, names, behind]: readonly [number, number, number],
  ): void {
    let from = at + before;
    if (from > end) fail("short-input", "rdata", at);
    copy(message, at, this.rdata, 0, before);
    let written = before;
    for (let left = names; left > 0; left--) {
      written += this.readName(message, from, end, this.rdata, written, "rdata");
      from = this.afterName;
    }
    if (from + behind !== end) fail(from + behind > end ? "short-input" : "trailing-octets", "rdata", from);
    copy(message, from, this.rdata, written, behind);
    this.rdataLength = written + behind;
  }

  /** The rarer types with names in them. */
  private readCompressed(message: Uint8Array, at: number, end: number): void {
    const format = formatOf(this.type)!;
    this.writer.reset();
    format.encode(format.decode(new WireReader(message, at, end)), this.writer);
    this.rdataLength = this.writer.at;
    this.rdata.set(this.writer.octets.subarray(0, this.writer.at));
  }

  /** Writes the name at `at` whole to `to`; returns its octets. RFC 1035 §4.1.4. */
  private readName(
    message: Uint8Array,
    at: number,
    end: number,
    to: Uint8Array,
    toAt: number,
    field: string,
  ): number {
    let from = at;
    let bound = end;
    let written = 0;
    let after = 0;
    let hops = 0;
    for (;;) {
      if (from >= bound) fail("short-input", field, from);
      const length = message[from]!;
      if (length === 0) {
        to[toAt + written] = 0;
        this.afterName = after === 0 ? from + 1 : after;
        return written + 1;
      }
      if (length <= nameLimits.labelOctetsMax) {
        if (from + 1 + length > bound) fail("short-input", field, from);
        if (written + length + 2 > nameLimits.nameOctetsMax) fail("name-too-long", field, from);
        for (let i = 0; i <= length; i++) to[toAt + written + i] = message[from + i]!;
        written += 1 + length;
        from += 1 + length;
      } else {
        if (length < 0xc0) fail("bad-label", field, from);
        if (from + 2 > bound) fail("short-input", field, from);
        const target = ((length & 0x3f) << 8) | message[from + 1]!;
        // Each pointer goes further back, so that a loop cannot be written, and none into the header
        if (target >= from || target < headerOctets) fail("bad-pointer", field, from);
        if (++hops > nameLimits.pointerHopsMax) fail("bad-pointer", field, from);
        if (after === 0) after = from + 2;
        bound = from;
        from = target;
      }
    }
  }
}

/** RDATA without compressed names: it may be taken as it is, if it is what its type says. RFC 3597 §5. */
function checkRdata(type: number, message: Uint8Array, at: number, end: number): void {
  switch (type) {
    case RRType.A:
      if (end - at !== 4) fail("bad-value", "A", at);
      return;
    case RRType.AAAA:
      if (end - at !== 16) fail("bad-value", "AAAA", at);
      return;
    case RRType.TXT:
      checkStrings(message, at, end);
      return;
    case RRType.RRSIG:
      if (end - at < 20) fail("short-input", "RRSIG", at);
      if (wholeNameEnd(message, at + 18, end, "RRSIG.signer") >= end) fail("short-input", "RRSIG", end);
      return;
    default: {
      const format = formatOf(type);
      if (format === undefined) return;
      try {
        format.decode(new WireReader(message, at, end, false));
      } catch (error) {
        // Of a version or kind that is left to later: valid, but nothing more can be said about it
        if (!(error instanceof WireError) || error.code !== "unknown-form") throw error;
      }
    }
  }
}

/** One character-string or more. RFC 1035 §3.3.14. */
function checkStrings(message: Uint8Array, at: number, end: number): void {
  let next = at;
  do {
    if (next >= end) fail("short-input", "TXT", next);
    next += 1 + message[next]!;
  } while (next < end);
  if (next !== end) fail("short-input", "TXT", next);
}

/** Behind the name that stands whole at `at`. RFC 3597 §4. */
function wholeNameEnd(message: Uint8Array, at: number, end: number, field: string): number {
  let next = at;
  for (;;) {
    if (next >= end) fail("short-input", field, next);
    const length = message[next]!;
    if (length > nameLimits.labelOctetsMax) fail(length >= 0xc0 ? "bad-pointer" : "bad-label", field, next);
    next += 1 + length;
    if (next - at > nameLimits.nameOctetsMax) fail("name-too-long", field, next);
    if (length === 0) return next;
  }
}

function copy(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  if (length > 64) to.set(from.subarray(fromAt, fromAt + length), toAt);
  else for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i]!;
}

function u16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}

function fail(code: WireErrorCode, field: string, at: number): never {
  throw new WireError(code, field, at);
}
