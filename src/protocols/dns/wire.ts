/**
 * Reading and writing of octets in network order.
 *
 * One cursor checks every bound, so that a codec cannot forget to. A fault names the field and the octet.
 */

/** The peer sent something that is not what the format says. Caught in one place, the listener. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireErrorCode;
  /** What was being read, such as `MX.preference`. */
  readonly field: string;
  /** The octet, counted from the start of the message, at which it went wrong. */
  readonly at: number;

  constructor(code: WireErrorCode, field: string, at: number) {
    super(`${field} at octet ${at}: ${code}`);
    this.code = code;
    this.field = field;
    this.at = at;
  }
}

export type WireErrorCode =
  | "short-input"
  | "trailing-octets"
  | "bad-label"
  | "bad-pointer"
  | "name-too-long"
  | "bad-value"
  /** Of a version or kind that its RFC leaves to later ones: valid, but nothing more can be said about it. */
  | "unknown-form"
  | "too-long"
  | "too-many";

/** A name that a compression pointer led to. */
export interface PointedName {
  /** In wire form, a character for each octet. */
  readonly name: string;
  /** Pointers that it goes on by. */
  readonly hops: number;
  /** Where the pointer stood: the name was read up to there. */
  readonly end: number;
}

/** A cursor over received octets, from `at` up to `end`. Names may point back into the whole of `octets`. */
export class WireReader {
  readonly octets: Uint8Array;
  at: number;
  end: number;
  /**
   * False for RDATA that stands on its own: it has no message that a compression pointer could point into.
   */
  readonly pointers: boolean;
  /** Names that pointers led to, by where they stand; kept by `readName`. */
  pointedNames: Map<number, PointedName> | undefined;

  constructor(octets: Uint8Array, at = 0, end = octets.length, pointers = true) {
    // slice of Node's Buffer is a view, not a copy, so that a Buffer is read as what it is built on
    this.octets =
      octets.constructor === Uint8Array
        ? octets
        : new Uint8Array(octets.buffer, octets.byteOffset, octets.length);
    this.at = at;
    this.end = end;
    this.pointers = pointers;
  }

  /** A reader of a part of it, such as RDATA. What names either has found serves both. */
  part(at: number, end: number): WireReader {
    const part = new WireReader(this.octets, at, end, this.pointers);
    this.pointedNames ??= new Map();
    part.pointedNames = this.pointedNames;
    return part;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  u8(field: string): number {
    const at = this.take(1, field);
    return this.octets[at]!;
  }

  u16(field: string): number {
    const at = this.take(2, field);
    return (this.octets[at]! << 8) | this.octets[at + 1]!;
  }

  u32(field: string): number {
    const at = this.take(4, field);
    const { octets } = this;
    return (
      (octets[at]! * 0x1000000 + ((octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!)) >>> 0
    );
  }

  u48(field: string): number {
    return this.u16(field) * 0x100000000 + this.u32(field);
  }

  /** A copy of the next `length` octets. */
  copy(length: number, field: string): Uint8Array {
    const at = this.take(length, field);
    return this.octets.slice(at, at + length);
  }

  /** A copy of all that is left. */
  rest(): Uint8Array {
    const octets = this.octets.slice(this.at, this.end);
    this.at = this.end;
    return octets;
  }

  /** Moves past `length` octets and returns where they began. */
  take(length: number, field: string): number {
    const { at } = this;
    if (at + length > this.end) throw new WireError("short-input", field, at);
    this.at = at + length;
    return at;
  }

  fail(code: WireErrorCode, field: string, at = this.at): never {
    throw new WireError(code, field, at);
  }
}

/**
 * Where to stop when nothing else says so: the largest DNS message and the largest RDATA. RFC 1035 §4.2.2.
 */
export const wireOctetsMax = 65_535;

/** A growing buffer that octets are appended to. Reaching `limit` throws `WireError("too-long")`. */
export class WireWriter {
  octets: Uint8Array;
  at = 0;
  readonly limit: number;
  /** Names may be written as pointers to earlier ones. RFC 1035 §4.1.4. */
  readonly compress: boolean;
  /** Names whose canonical form is lower case are written so. RFC 4034 §6.2. */
  readonly canonical: boolean;
  /** Offsets of the names written so far, by their wire form in lower case. */
  readonly nameOffsets = new Map<string, number>();

  constructor(options: { size?: number; limit?: number; compress?: boolean; canonical?: boolean } = {}) {
    this.limit = options.limit ?? wireOctetsMax;
    this.octets = new Uint8Array(Math.min(options.size ?? 512, this.limit));
    this.compress = options.compress ?? false;
    this.canonical = options.canonical ?? false;
  }

  u8(value: number): void {
    const at = this.reserve(1);
    this.octets[at] = value;
  }

  u16(value: number): void {
    const at = this.reserve(2);
    this.octets[at] = value >>> 8;
    this.octets[at + 1] = value;
  }

  u32(value: number): void {
    const at = this.reserve(4);
    this.octets[at] = value >>> 24;
    this.octets[at + 1] = value >>> 16;
    this.octets[at + 2] = value >>> 8;
    this.octets[at + 3] = value;
  }

  u48(value: number): void {
    this.u16(Math.floor(value / 0x100000000));
    this.u32(value >>> 0);
  }

  bytes(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.octets.set(value, at);
  }

  /** Octets that are kept as characters: names and character-strings. */
  latin1(text: string): void {
    let at = this.reserve(text.length);
    const { octets } = this;
    for (let i = 0; i < text.length; i++) octets[at++] = text.charCodeAt(i);
  }

  /** Overwrites two octets written earlier: lengths are known only afterwards. */
  patchU16(at: number, value: number): void {
    this.octets[at] = value >>> 8;
    this.octets[at + 1] = value;
  }

  /** Starts over in the same buffer. What `finish` returned before is a copy and stays. */
  reset(): void {
    this.at = 0;
    this.nameOffsets.clear();
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.octets.slice(0, this.at);
  }

  private reserve(length: number): number {
    const { at } = this;
    const need = at + length;
    if (need > this.limit) throw new WireError("too-long", "message", at);
    if (need > this.octets.length) {
      const grown = new Uint8Array(Math.min(Math.max(need, this.octets.length * 2), this.limit));
      grown.set(this.octets.subarray(0, at));
      this.octets = grown;
    }
    this.at = need;
    return at;
  }
}
