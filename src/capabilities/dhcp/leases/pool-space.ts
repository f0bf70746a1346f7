/**
 * Which addresses of a pool are nobody's: one bit for each, so that a pool of 60,000 is searched in
 * microseconds.
 */
import type { Range } from "../network/range.ts";

export class PoolSpace {
  readonly range: Range;
  /** Addresses that can be given to anybody. */
  size: number;
  /** Those that nobody has or had. */
  untouched: number;
  /** A bit is set where an address is blocked, or has a lease or an offer. */
  readonly #bits: Uint32Array;
  readonly #blocked: Uint32Array;
  /** Addresses of leases that ended, the one that ended first in front. */
  readonly #ended = new Set<number>();

  constructor(range: Range) {
    this.range = range;
    this.size = range.last - range.first + 1;
    this.untouched = this.size;
    this.#bits = new Uint32Array(Math.ceil(this.size / 32));
    this.#blocked = new Uint32Array(this.#bits.length);
    const beyond = this.size % 32;
    if (beyond !== 0) this.#bits[this.#bits.length - 1] = (0xffff_ffff << beyond) >>> 0;
  }

  get ended(): ReadonlySet<number> {
    return this.#ended;
  }

  has(address: number): boolean {
    return address >= this.range.first && address <= this.range.last;
  }

  /** Nobody gets it any more, who has it keeps it till the end. */
  block(address: number): void {
    const [word, bit] = this.#placeOf(address);
    if ((this.#blocked[word]! & bit) !== 0) return;
    this.#blocked[word]! |= bit;
    this.size--;
    this.take(address);
    this.#ended.delete(address);
  }

  isBlocked(address: number): boolean {
    const [word, bit] = this.#placeOf(address);
    return (this.#blocked[word]! & bit) !== 0;
  }

  take(address: number): void {
    const [word, bit] = this.#placeOf(address);
    this.#ended.delete(address);
    if ((this.#bits[word]! & bit) !== 0) return;
    this.#bits[word]! |= bit;
    this.untouched--;
  }

  /** Nobody has it, and nobody is remembered for it. */
  free(address: number): void {
    const [word, bit] = this.#placeOf(address);
    this.#ended.delete(address);
    if ((this.#blocked[word]! & bit) !== 0 || (this.#bits[word]! & bit) === 0) return;
    this.#bits[word]! &= ~bit;
    this.untouched++;
  }

  /** Its lease ended: others get it when nothing else is left. */
  end(address: number): void {
    this.take(address);
    if (!this.isBlocked(address)) this.#ended.add(address);
  }

  isUntouched(address: number): boolean {
    const [word, bit] = this.#placeOf(address);
    return (this.#bits[word]! & bit) === 0;
  }

  /** The first untouched address from a place on, and round; -1: there is none. */
  firstUntouched(from: number): number {
    if (this.untouched === 0) return -1;
    const bits = this.#bits;
    const start = from % (this.range.last - this.range.first + 1);
    const first = start >>> 5;
    // The word of the start is looked at twice: from the start on, and at the end what stands before it.
    let free = ~bits[first]! & (0xffff_ffff << (start & 31));
    for (let step = 0; ; step++) {
      const word = (first + step) % bits.length;
      if (free !== 0) return this.range.first + word * 32 + (31 - Math.clz32(free & -free));
      if (step === bits.length) return -1;
      free = ~bits[(word + 1) % bits.length]!;
    }
  }

  #placeOf(address: number): readonly [word: number, bit: number] {
    const at = address - this.range.first;
    return [at >>> 5, (1 << (at & 31)) >>> 0];
  }
}
