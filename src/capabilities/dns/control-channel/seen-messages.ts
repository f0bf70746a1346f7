/** Messages that were taken, so that none is taken twice. */
import { limits } from "./limits.ts";

/** In two halves, so that forgetting costs nothing: when the younger is full or old, the older is dropped. */
export class SeenMessages {
  #younger = new Set<string>();
  #older: ReadonlySet<string> = new Set();
  /** When the younger half began, in seconds since 1970. */
  #sinceSeconds = 0;

  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  /** False: it was here before. A message is told from others by its serial number and its time. */
  isNew(serial: number, timeSeconds: number, nowSeconds: number): boolean {
    const key = `${serial} ${timeSeconds}`;
    if (this.#younger.has(key) || this.#older.has(key)) return false;
    const full = this.#younger.size >= limits.seenMessagesMax / 2;
    if (full || nowSeconds - this.#sinceSeconds > longestSeconds) {
      this.#older = this.#younger;
      this.#younger = new Set();
      this.#sinceSeconds = nowSeconds;
    }
    this.#younger.add(key);
    return true;
  }
}

/** How long a copy could be taken for a new message, when its sender's clock is as far ahead as it may be. */
const longestSeconds = 2 * limits.clockSkewSecondsMax;
