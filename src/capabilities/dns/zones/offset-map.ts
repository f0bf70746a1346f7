/**
 * Numbers by offset into a slab, flat: there may be one for each of a million nodes, and they travel between
 * threads.
 */
export class OffsetMap {
  /** Pairs of key and value, a power of two of them; the key 0 is none. */
  private words: Uint32Array<ArrayBuffer>;
  private entries: number;

  constructor(from: OffsetMapData = { words: new Uint32Array(32), entries: 0 }) {
    this.words = from.words;
    this.entries = from.entries;
  }

  /** To be handed to another thread's constructor. */
  get data(): OffsetMapData {
    return { words: this.words, entries: this.entries };
  }

  /** 0 when there is none. `key`: not 0. */
  get(key: number): number {
    return this.words[this.place(key) + 1]!;
  }

  set(key: number, value: number): void {
    let place = this.place(key);
    if (this.words[place] === 0) {
      if (++this.entries * 8 > this.words.length * 3) {
        this.grow();
        place = this.place(key);
      }
      this.words[place] = key;
    }
    this.words[place + 1] = value;
  }

  add(key: number, difference: number): void {
    this.set(key, this.get(key) + difference);
  }

  /** Where a key stands, or where it would. */
  private place(key: number): number {
    const { words } = this;
    const mask = words.length - 1;
    let place = ((Math.imul(key, 0x9e3779b1) >>> 7) << 1) & mask;
    while (words[place] !== key && words[place] !== 0) place = (place + 2) & mask;
    return place;
  }

  private grow(): void {
    const before = this.words;
    this.words = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] === 0) continue;
      const place = this.place(before[at]!);
      this.words[place] = before[at]!;
      this.words[place + 1] = before[at + 1]!;
    }
  }
}

export interface OffsetMapData {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly entries: number;
}
