/** Warns of pools that run dry: in the log, and whoever wants to know. */
import type { Log } from "#contracts/log.ts";
import type { PoolView } from "../control.ts";
import { poolWarningSentence, poolWarnings } from "./pool-warning.ts";

export type PoolListener = (pool: PoolView) => void;

export class PoolWatch {
  readonly #pools: () => readonly PoolView[];
  readonly #log: Log;
  readonly #listeners = new Set<PoolListener>();
  #low: ReadonlySet<string> = new Set();

  constructor({ pools, log }: { readonly pools: () => readonly PoolView[]; readonly log: Log }) {
    this.#pools = pools;
    this.#log = log;
  }

  subscribe(listener: PoolListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** To be called every few seconds. */
  look(): void {
    const { low, warn } = poolWarnings(this.#low, this.#pools());
    this.#low = low;
    for (const pool of warn) {
      const { subnet, range, used, size } = pool;
      this.#log.warn({ subnet, pool: range, used, size }, poolWarningSentence(pool));
      for (const listener of this.#listeners) listener(pool);
    }
  }
}
