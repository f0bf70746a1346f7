/** Messages that were taken, so that none is taken twice. */
import { limits } from "./limits.ts";

export class SeenMessages {
  /** By serial number and time: until when a copy would be taken for a new one, in seconds since 1970. */
  readonly #seen = new Map<string, number>();

  /** False: it was here before. */
  isNew(serial: number, timeSeconds: number, nowSeconds: number): boolean {
    const key = `${serial} ${timeSeconds}`;
    if (this.#seen.has(key)) return false;
    for (const [oldest, until] of this.#seen) {
      if (until >= nowSeconds && this.#seen.size < limits.seenMessagesMax) break;
      this.#seen.delete(oldest);
    }
    this.#seen.set(key, timeSeconds + limits.clockSkewSecondsMax);
    return true;
  }
}
