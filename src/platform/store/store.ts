/** The embedded store: SQLite in a thread of its own, behind the contract's asynchronous face. */
import { Worker } from "node:worker_threads";
import type { Log } from "#contracts/log.ts";
import type {
  Store,
  StoreChange,
  StoreCompare,
  StoreEntry,
  StoreKey,
  StoreOperation,
  StoreOutcome,
  StorePage,
} from "#contracts/store.ts";
import { checkKey, checkTransaction } from "./checked-transaction.ts";
import type { ChangePosition, StoredChange, StoredEntry } from "./database.ts";
import { defaultHistory, type HistoryRule, limits } from "./limits.ts";
import { StoreThread } from "./store-thread-client.ts";
import type { ThreadOptions } from "./thread-messages.ts";

export interface StoreOptions {
  /** Made when it is not there, for its owner only. One process at a time. */
  readonly folder: string;
  readonly log: Log;
  readonly nowMs: () => number;
  /** Besides the default, which counts where none of these does. */
  readonly history?: readonly HistoryRule[];
  readonly octetsMax?: number;
  /** Tests look after the thread. */
  readonly startThread?: (options: ThreadOptions) => Worker;
}

/** Throws ConfigError when the folder cannot be used: in use, not writable, damaged, of a newer version. */
export async function openStore(options: StoreOptions): Promise<Store & AsyncDisposable> {
  const { folder, log, nowMs, history = [], octetsMax = limits.databaseOctetsMax } = options;
  const named = new Set(history.map(({ prefix }) => prefix));
  const rules = [...history, ...defaultHistory.filter(({ prefix }) => !named.has(prefix))];
  const start = options.startThread ?? startThread;
  const thread = new StoreThread(() => start({ folder, octetsMax, history: rules, nowMs: nowMs() }), log);
  await thread.opened();
  return new EmbeddedStore(thread, nowMs);
}

export function startThread(workerData: ThreadOptions): Worker {
  return new Worker(new URL("./store-thread.ts", import.meta.url), { workerData, name: "store" });
}

class EmbeddedStore implements Store, AsyncDisposable {
  readonly #thread: StoreThread;
  readonly #nowMs: () => number;

  constructor(thread: StoreThread, nowMs: () => number) {
    this.#thread = thread;
    this.#nowMs = nowMs;
  }

  async get(key: StoreKey): Promise<StoreEntry | undefined> {
    checkKey(key);
    const entry = await this.#thread.ask("get", { do: "get", key });
    return entry && entryOf(entry);
  }

  async list(prefix: string, page: StorePage = {}): Promise<readonly StoreEntry[]> {
    const { after, limit, backwards = false } = page;
    const entries = await this.#thread.ask("list", { do: "list", prefix, after, limit, backwards });
    return entries.map(entryOf);
  }

  async transact(
    compares: readonly StoreCompare[],
    operations: readonly StoreOperation[],
  ): Promise<StoreOutcome> {
    const transaction = checkTransaction(compares, operations);
    const { revision, conflict } = await this.#thread.ask("transact", {
      do: "transact",
      atMs: this.#nowMs(),
      ...transaction,
    });
    return conflict === undefined ? { committed: true, revision } : { committed: false, revision, conflict };
  }

  async *watch(prefix: string, fromRevision: number, signal?: AbortSignal): AsyncGenerator<StoreChange> {
    // Nothing is queued for a watcher: it reads on from where it is, so a slow one costs no memory.
    let after: ChangePosition = { revision: fromRevision, key: "\u{10ffff}" };
    while (!signal?.aborted) {
      const page = await this.#pageOfChanges(prefix, after);
      if (page === undefined) continue;
      for (const change of page.changes) {
        if (signal?.aborted) return;
        yield changeOf(change);
      }
      const last = page.changes.at(-1);
      if (last !== undefined) after = last;
      if (page.changes.length === limits.watchPageChanges) continue;
      if (page.newest > after.revision) after = { revision: page.newest, key: "\u{10ffff}" };
      await this.#thread.revisionAfter(page.newest, signal);
    }
  }

  async history(key: StoreKey, limit?: number): Promise<readonly StoreChange[]> {
    checkKey(key);
    const changes = await this.#thread.ask("history", { do: "history", key, limit });
    return changes.map(changeOf);
  }

  revision(): Promise<number> {
    return this.#thread.ask("revision", { do: "revision" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread.close();
  }

  /** Undefined: the thread was started again meanwhile; ask once more. */
  async #pageOfChanges(prefix: string, after: ChangePosition) {
    const restarts = this.#thread.restarts;
    try {
      return await this.#thread.ask("changes", { do: "changes", prefix, after });
    } catch (error) {
      if (this.#thread.restarts !== restarts) return undefined;
      throw error;
    }
  }
}

function entryOf({ key, json, createRevision, modifyRevision }: StoredEntry): StoreEntry {
  return { key, value: JSON.parse(json), createRevision, modifyRevision };
}

function changeOf({ key, json, revision, atMs }: StoredChange): StoreChange {
  return { key, revision, atMs, value: json === null ? undefined : JSON.parse(json) };
}
