/** Addresses of which something is on its way to the disk: what comes meanwhile waits, or is not heard. */
export class AddressTurns {
  readonly #busy = new Map<number, PromiseWithResolvers<void> | undefined>();

  isBusy(address: number): boolean {
    return this.#busy.has(address);
  }

  get size(): number {
    return this.#busy.size;
  }

  begin(address: number): void {
    this.#busy.set(address, undefined);
  }

  end(address: number): void {
    this.#busy.get(address)?.resolve();
    this.#busy.delete(address);
  }

  /** Takes its turn when those before have ended. */
  async take(address: number): Promise<void> {
    while (this.#busy.has(address)) {
      const waiting = this.#busy.get(address) ?? Promise.withResolvers<void>();
      this.#busy.set(address, waiting);
      await waiting.promise;
    }
    this.begin(address);
  }
}
