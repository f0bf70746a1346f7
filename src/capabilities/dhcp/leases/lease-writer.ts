/**
 * Makes leases durable: what comes while transactions are under way goes into the next one together, so that
 * many clients share an fsync.
 */
import { type Store, StoreError, type StoreOperation } from "#contracts/store.ts";
import type { DhcpCounters } from "../counters.ts";
import { limits } from "../limits.ts";

/** Called once; without an error when all is durable. */
export type WriteDone = (error: StoreError | undefined) => void;

interface Waiting {
  readonly operations: readonly StoreOperation[];
  readonly done: WriteDone;
}

export class LeaseWriter {
  readonly #store: Store;
  readonly #counters: DhcpCounters;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isScheduled = false;
  #failure: StoreError | undefined;

  constructor(store: Store, counters: DhcpCounters) {
    this.#store = store;
    this.#counters = counters;
  }

  /** Why the last transaction failed; undefined: it did not. */
  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** How many wait for the disk. */
  get waiting(): number {
    return this.#waiting.length + this.#underWay * limits.leasesPerTransaction;
  }

  /** In order; each key is written by one that waits at most. */
  write(operations: readonly StoreOperation[], done: WriteDone): void {
    this.#waiting.push({ operations, done });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#send();
    });
  }

  /** As `write`, for who waits. Rejects with StoreError. */
  written(operations: readonly StoreOperation[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.write(operations, (error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** What has become of leases that others wrote, with their names. */
  note(error: StoreError | undefined): void {
    this.#failure = error;
    if (error === undefined) this.#counters.commits.done++;
    else this.#counters.commits.failed++;
  }

  /** How many of those that wait fit into one transaction. */
  #batchLength(): number {
    let length = 0;
    let operations = 0;
    for (const one of this.#waiting) {
      operations += one.operations.length;
      if (length === limits.leasesPerTransaction || operations > limits.operationsPerTransaction) break;
      length++;
    }
    return Math.max(1, length);
  }

  #send(): void {
    while (this.#waiting.length > 0 && this.#underWay < limits.transactionsUnderWayMax) {
      const batch = this.#waiting.splice(0, this.#batchLength());
      const operations = batch.flatMap((one) => one.operations);
      this.#underWay++;
      this.#store.transact([], operations).then(
        () => this.#end(batch, undefined),
        (error: unknown) => this.#end(batch, error instanceof StoreError ? error : unexpected(error)),
      );
    }
  }

  #end(batch: readonly Waiting[], error: StoreError | undefined): void {
    this.#underWay--;
    this.note(error);
    for (const { done } of batch) done(error);
    this.#send();
  }
}

function unexpected(error: unknown): StoreError {
  return new StoreError("HP_STORE_FAILED", error instanceof Error ? error.message : String(error));
}
