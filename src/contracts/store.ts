/**
 * A revisioned key-value store in the manner of etcd: what the program must remember. `platform/store` implements it.
 *
 * Every committed transaction that changes something has one revision, counted from 1 over the whole store. Once
 * `transact` resolves, the change survives kill -9 and power loss. Nothing here assumes that there is one writer.
 */

/** Slash-separated words, such as `dns/zones/example.net/status`. */
export type StoreKey = string;

export interface Store {
  /** The value now, or undefined. */
  get(key: StoreKey): Promise<StoreEntry | undefined>;
  /** Entries whose key begins with `prefix`, in key order. `after` continues a page. */
  list(prefix: string, page?: { after?: StoreKey; limit?: number }): Promise<readonly StoreEntry[]>;
  /** Applies all operations, or none when a compare does not hold. Resolves when durable. */
  transact(compares: readonly StoreCompare[], operations: readonly StoreOperation[]): Promise<StoreOutcome>;
  /** Every change after `fromRevision`, in order, first those of the past. Throws when they are no longer kept. */
  watch(prefix: string, fromRevision: number, signal?: AbortSignal): AsyncIterable<StoreChange>;
  /** Earlier values of a key, newest first, as far back as its prefix is kept. */
  history(key: StoreKey, limit?: number): Promise<readonly StoreChange[]>;
  /** The newest revision. */
  revision(): Promise<number>;
}

export interface StoreEntry {
  readonly key: StoreKey;
  /** JSON. */
  readonly value: unknown;
  readonly createRevision: number;
  readonly modifyRevision: number;
}

/** `modifyRevision: 0` says that the key must not exist. */
export interface StoreCompare {
  readonly key: StoreKey;
  readonly modifyRevision: number;
}

export type StoreOperation =
  | { readonly do: "put"; readonly key: StoreKey; readonly value: unknown }
  | { readonly do: "delete"; readonly key: StoreKey };

export type StoreOutcome =
  | { readonly committed: true; readonly revision: number }
  | { readonly committed: false; readonly revision: number; readonly conflict: StoreKey };

export interface StoreChange {
  readonly key: StoreKey;
  readonly revision: number;
  readonly atMs: number;
  /** undefined: deleted. */
  readonly value: unknown;
}
