/** One after the other for each name, all names beside one another. */
import type { Name } from "#protocols/dns/name.ts";
import { registryLimits } from "./limits.ts";

export class NameTurns {
  private readonly last = new Map<Name, Promise<unknown>>();
  private waiting = 0;

  /** True: no more may wait. */
  get isFull(): boolean {
    return this.waiting >= registryLimits.waitingMax;
  }

  /** Rejects with what `run` throws. */
  async take<Outcome>(name: Name, run: () => Promise<Outcome>): Promise<Outcome> {
    const before = this.last.get(name) ?? Promise.resolve();
    const mine = before.then(run);
    const settled = mine.then(ignore, ignore); // the caller is told; the next one's turn comes anyhow
    this.last.set(name, settled);
    this.waiting++;
    try {
      return await mine;
    } finally {
      this.waiting--;
      if (this.last.get(name) === settled) this.last.delete(name);
    }
  }
}

function ignore(): void {
  // Whose turn is next does not depend on it.
}
