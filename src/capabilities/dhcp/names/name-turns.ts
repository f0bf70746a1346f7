/** One after the other for each name, all names beside one another. */

export class NameTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Rejects with what `run` throws. */
  async take<Outcome>(name: string, run: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.#last.get(name);
    const mine = before === undefined ? run() : before.then(run);
    const settled = mine.then(ignore, ignore); // the caller is told; the next one's turn comes anyhow
    this.#last.set(name, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }
}

function ignore(): void {
  // Whose turn is next does not depend on it.
}
