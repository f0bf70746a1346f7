/** Addresses of which something is on its way to the disk: what comes meanwhile waits, or is not heard. */
import assert from "node:assert/strict";

export class AddressTurns {
  /** Who waits, in order. */
  readonly #busy = new Map<number, (() => void)[]>();

  isBusy(address: number): boolean {
    return this.#busy.has(address);
  }

  get size(): number {
    return this.#busy.size;
  }

  /** Of an address that is not busy. */
  begin(address: number): void {
    assert(!this.#busy.has(address));
    this.#busy.set(address, []);
  }

  /** Whoever waits longest has its turn at once: nobody comes in between. */
  end(address: number): void {
    const next = this.#busy.get(address)?.shift();
    if (next === undefined) this.#busy.delete(address);
    else next();
  }

  /** Takes its turn when those before have ended. */
  async take(address: number): Promise<void> {
    const waiting = this.#busy.get(address);
    if (waiting === undefined) this.begin(address);
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }
}
