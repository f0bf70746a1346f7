/**
 * A revisioned key-value store in the manner of etcd: what the program must remember. `platform/store`
 * implements it.
 *
 * Every committed transaction that changes something has one revision, counted from 1 over the whole store.
 * Once
 * `transact` resolves, the change survives kill -9 and power loss. Nothing here assumes that there is one
 * writer.
 */

/** Slash-separated words, such as `dns/zones/example.net/status`. */
export type StoreKey = string;

export interface Store {
  /** The value now, or undefined. */
  get(key: StoreKey): Promise<StoreEntry | undefined>;
  /** Entries whose key begins with `prefix`, in key order or backwards. `after` continues a page. */
  list(prefix: string, page?: StorePage): Promise<readonly StoreEntry[]>;
  /**
   * Applies all operations, or none when a compare does not hold. Resolves when durable. A key may be written
   * once.
   * Rejects with StoreError; with the code HP_STORE_UNCONFIRMED, it is not known whether the change was made.
   */
  transact(compares: readonly StoreCompare[], operations: readonly StoreOperation[]): Promise<StoreOutcome>;
  /**
   * Every change after `fromRevision`, in order, first those of the past, until the signal or the store's
   * end.
   * Throws StoreError HP_STORE_COMPACTED when they are no longer kept: `list`, then watch from `revision`.
   * Keys of which no changes are kept at all, such as journals, are left out; for a prefix of such keys it
   * throws HP_STORE_INVALID.
   */
  watch(prefix: string, fromRevision: number, signal?: AbortSignal): AsyncIterable<StoreChange>;
  /** Earlier values of a key, newest first, as far back as its prefix is kept. */
  history(key: StoreKey, limit?: number): Promise<readonly StoreChange[]>;
  /** The newest revision. */
  revision(): Promise<number>;
}

export interface StorePage {
  /** The last key of the page before. */
  readonly after?: StoreKey;
  readonly limit?: number;
  /** From the last key to the first. */
  readonly backwards?: boolean;
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

/** Why the store could not do it. The codes are stable. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

export type StoreErrorCode =
  /** The caller's transaction breaks a bound or a rule. Nothing was changed. */
  | "HP_STORE_INVALID"
  /** Changes this old are no longer kept. */
  | "HP_STORE_COMPACTED"
  /** No space on the disk, or the store has reached its bound. Nothing was changed. */
  | "HP_STORE_FULL"
  /** The disk or the file failed. Nothing was changed. */
  | "HP_STORE_FAILED"
  /** Could not confirm: the change may have been made or not. */
  | "HP_STORE_UNCONFIRMED"
  /** Too many calls wait already. Nothing was changed. */
  | "HP_STORE_BUSY"
  /** The store was closed. Nothing was changed. */
  | "HP_STORE_CLOSED";
