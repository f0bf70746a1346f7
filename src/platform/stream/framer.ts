/**
 * Cuts a stream of octets into messages, wherever TCP cut them.
 *
 *     +--+--+--+- - - -+--+--+--+- - -
 *     | length | octets| length | …        RFC 1035 §4.2.2
 *     +--+--+--+- - - -+--+--+--+- - -
 *
 * One chunk is cut at a time: push when `next` has returned undefined.
 */
import { WireError } from "#protocols/dns/wire.ts";
import { messageOctetsMax } from "./limits.ts";

/** How messages are told apart: their length stands before them, in two octets or four. */
export interface Framing {
  readonly lengthOctets: 2 | 4;
  /** Of a received message; a longer one is malformed, and no room is made for it. */
  readonly messageOctetsMax: number;
  /** Of a sent message. */
  readonly answerOctetsMax: number;
}

/** RFC 1035 §4.2.2. */
export const dnsFraming: Framing = {
  lengthOctets: 2,
  messageOctetsMax,
  answerOctetsMax: messageOctetsMax,
};

export class MessageFramer {
  readonly #framing: Framing;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Octets of the length field that have arrived. */
  #lengthOctets = 0;
  #length = 0;
  /** A message that did not arrive in one chunk. */
  #partial: Uint8Array | undefined;
  #filled = 0;

  constructor(framing: Framing = dnsFraming) {
    this.#framing = framing;
  }

  /** A message has begun and is not whole. */
  get midMessage(): boolean {
    return this.#lengthOctets > 0;
  }

  /** Octets are there that `next` has not looked at. */
  get hasInput(): boolean {
    return this.#at < this.#chunk.length;
  }

  push(chunk: Uint8Array): void {
    // slice of Node's Buffer is a view: whoever takes a copy of a message so would get none
    this.#chunk =
      chunk.constructor === Uint8Array ? chunk : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    this.#at = 0;
  }

  /**
   * The next whole message; it may lie in the pushed chunk. Undefined: more input is needed. Throws WireError
   * for one that is too long.
   */
  next(): Uint8Array | undefined {
    while (this.#lengthOctets < this.#framing.lengthOctets) {
      if (!this.hasInput) return undefined;
      this.#length = ((this.#length << 8) | this.#chunk[this.#at++]!) >>> 0;
      this.#lengthOctets++;
    }
    if (this.#length > this.#framing.messageOctetsMax) throw new WireError("too-long", "length", 0);
    const available = this.#chunk.length - this.#at;
    if (this.#partial === undefined && available >= this.#length) {
      const message = this.#chunk.subarray(this.#at, this.#at + this.#length);
      this.#at += this.#length;
      return this.#finish(message);
    }
    this.#partial ??= new Uint8Array(this.#length);
    const take = Math.min(available, this.#length - this.#filled);
    this.#partial.set(this.#chunk.subarray(this.#at, this.#at + take), this.#filled);
    this.#at += take;
    this.#filled += take;
    return this.#filled === this.#length ? this.#finish(this.#partial) : undefined;
  }

  #finish(message: Uint8Array): Uint8Array {
    this.#lengthOctets = 0;
    this.#length = 0;
    this.#partial = undefined;
    this.#filled = 0;
    return message;
  }
}
