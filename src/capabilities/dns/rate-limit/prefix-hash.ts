/**
 * HalfSipHash-1-3 with 64 bits of output (Aumasson and Bernstein), as Linux hashes its tables: 32-bit words
 * only, and without the key nobody can choose what collides. The message is whole words.
 */
export class PrefixHash {
  /** The outcome of the last `hash`, each 32 bits. */
  readonly outcome = new Int32Array(2);
  private readonly key: Int32Array;

  /** `key`: two random words. */
  constructor(key: Int32Array) {
    this.key = key;
  }

  hash(words: Int32Array, count: number): void {
    let v0 = this.key[0]!;
    let v1 = this.key[1]! ^ 0xee;
    let v2 = this.key[0]! ^ 0x6c796765;
    let v3 = this.key[1]! ^ 0x74656462;
    const firstEnd = count + finalRounds;
    const secondEnd = firstEnd + finalRounds;
    for (let step = 0; step <= secondEnd; step++) {
      if (step === count + 1) v2 ^= 0xee;
      const word = step < count ? words[step]! : step === count ? count << 26 : 0; // octets << 24
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
      if (step === firstEnd) {
        this.outcome[0] = v1 ^ v3;
        v1 ^= 0xdd;
      }
    }
    this.outcome[1] = v1 ^ v3;
  }
}

const finalRounds = 3;
