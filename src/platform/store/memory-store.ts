/**
 * A store that forgets everything at the end: for tests of what uses one. Passes the same compliance suite.
 */
import {
  type Store,
  type StoreChange,
  type StoreCompare,
  type StoreEntry,
  StoreError,
  type StoreKey,
  type StoreOperation,
  type StoreOutcome,
  type StorePage,
} from "#contracts/store.ts";
import { checkKey, checkTransaction } from "./checked-transaction.ts";

export interface MemoryStoreOptions {
  readonly nowMs?: () => number;
  /** Changes kept; older ones are compacted. */
  readonly changesMax?: number;
}

export function openMemoryStore(options: MemoryStoreOptions = {}): Store & AsyncDisposable {
  return new MemoryStore(options.nowMs ?? Date.now, options.changesMax ?? 100_000);
}

class MemoryStore implements Store, AsyncDisposable {
  readonly #nowMs: () => number;
  readonly #changesMax: number;
  readonly #entries = new Map<StoreKey, StoreEntry>();
  readonly #changes: StoreChange[] = [];
  readonly #wake = new Set<() => void>();
  #revision = 0;
  #compacted = 0;
  #closed = false;

  constructor(nowMs: () => number, changesMax: number) {
    this.#nowMs = nowMs;
    this.#changesMax = changesMax;
  }

  async get(key: StoreKey): Promise<StoreEntry | undefined> {
    this.#mustBeOpen();
    checkKey(key);
    return copy(this.#entries.get(key));
  }

  async list(prefix: string, page: StorePage = {}): Promise<readonly StoreEntry[]> {
    this.#mustBeOpen();
    const { after, limit, backwards } = page;
    const order = (left: string, right: string): number =>
      backwards ? compareKeys(right, left) : compareKeys(left, right);
    const found = [...this.#entries.values()]
      .filter(({ key }) => key.startsWith(prefix) && (after === undefined || order(key, after) > 0))
      .sort((left, right) => order(left.key, right.key));
    return copy(found.slice(0, limit));
  }

  async transact(
    compares: readonly StoreCompare[],
    operations: readonly StoreOperation[],
  ): Promise<StoreOutcome> {
    this.#mustBeOpen();
    const { writes } = checkTransaction(compares, operations);
    for (const { key, modifyRevision } of compares) {
      if ((this.#entries.get(key)?.modifyRevision ?? 0) !== modifyRevision) {
        return { committed: false, revision: this.#revision, conflict: key };
      }
    }
    const revision = this.#revision + 1;
    const changed = [...writes]
      .sort((left, right) => compareKeys(left.key, right.key))
      .filter(({ key, json }) => this.#write(key, json, revision));
    if (changed.length > 0) this.#revision = revision;
    this.#compact();
    for (const wake of this.#wake) wake();
    return { committed: true, revision: this.#revision };
  }

  async *watch(prefix: string, fromRevision: number, signal?: AbortSignal): AsyncGenerator<StoreChange> {
    let after = { revision: fromRevision, key: "\u{10ffff}" };
    while (!signal?.aborted) {
      this.#mustBeOpen();
      if (after.revision < this.#compacted) throw compacted(prefix, after.revision);
      const at = after;
      const next = this.#changes.find((change) => isAfter(change, at) && change.key.startsWith(prefix));
      if (next === undefined) {
        if (this.#revision > after.revision) after = { revision: this.#revision, key: "\u{10ffff}" };
        await this.#changed(signal);
        continue;
      }
      after = { revision: next.revision, key: next.key };
      yield copy(next);
    }
  }

  async history(key: StoreKey, limit?: number): Promise<readonly StoreChange[]> {
    this.#mustBeOpen();
    checkKey(key);
    const found = this.#changes.filter((change) => change.key === key).reverse();
    return copy(found.slice(0, limit));
  }

  async revision(): Promise<number> {
    this.#mustBeOpen();
    return this.#revision;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const wake of this.#wake) wake();
  }

  #write(key: StoreKey, json: string | null, revision: number): boolean {
    const before = this.#entries.get(key);
    if (json === null && !this.#entries.delete(key)) return false;
    const value: unknown = json === null ? undefined : JSON.parse(json);
    if (json !== null) {
      const createRevision = before?.createRevision ?? revision;
      this.#entries.set(key, { key, value, createRevision, modifyRevision: revision });
    }
    this.#changes.push({ key, revision, atMs: this.#nowMs(), value });
    return true;
  }

  #compact(): void {
    const excess = this.#changes.length - this.#changesMax;
    if (excess <= 0) return;
    this.#compacted = this.#changes[excess - 1]!.revision;
    while ((this.#changes[0]?.revision ?? Number.POSITIVE_INFINITY) <= this.#compacted) this.#changes.shift();
  }

  #changed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#wake.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new StoreError("HP_STORE_CLOSED", "the store is closed");
  }
}

function isAfter(change: StoreChange, place: { revision: number; key: string }): boolean {
  if (change.revision !== place.revision) return change.revision > place.revision;
  return compareKeys(change.key, place.key) > 0;
}

/** As SQLite and etcd do: by octets of UTF-8. */
function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Callers may change what they are given. */
function copy<Value>(value: Value): Value {
  return structuredClone(value);
}

function compacted(prefix: string, revision: number): StoreError {
  return new StoreError("HP_STORE_COMPACTED", `changes of "${prefix}" after ${revision} are no longer kept`);
}
