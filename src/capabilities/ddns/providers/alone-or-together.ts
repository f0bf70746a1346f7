/** Work of two kinds in the order in which it comes: some may be done together, some must be done alone. */
export class AloneOrTogether {
  #alone: Promise<unknown> = Promise.resolve();
  readonly #together = new Set<Promise<unknown>>();

  together<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#alone.then(work);
    const forget = (): void => void this.#together.delete(end);
    const end: Promise<void> = result.then(forget, forget);
    this.#together.add(end);
    return result;
  }

  /** After all that came before, and before all that comes later. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = Promise.all([this.#alone, ...this.#together]).then(work);
    this.#alone = result.catch(() => undefined);
    return result;
  }
}
