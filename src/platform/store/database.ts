/** The only file with SQL: entries, their changes, and what was compacted. Runs in the store's thread. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { CheckedTransaction } from "./checked-transaction.ts";
import { Compaction } from "./compaction.ts";
import { endOfPrefix } from "./key-range.ts";
import type { HistoryRule } from "./limits.ts";
import { migrate } from "./schema.ts";

export interface StoredEntry {
  readonly key: string;
  readonly json: string;
  readonly createRevision: number;
  readonly modifyRevision: number;
}

export interface StoredChange {
  readonly key: string;
  readonly revision: number;
  readonly atMs: number;
  /** null: deleted. */
  readonly json: string | null;
}

export type StoredOutcome = { readonly revision: number; readonly conflict?: string };

export interface ListRequest {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly limit: number | undefined;
  readonly backwards: boolean;
}

/** A place in the order of changes: after this key of this revision. */
export interface ChangePosition {
  readonly revision: number;
  readonly key: string;
}

export interface ChangePage {
  readonly changes: readonly StoredChange[];
  /** All changes up to here are known when the page is not full. */
  readonly newest: number;
}

export class Database {
  readonly compaction: Compaction;
  readonly #db: DatabaseSync;
  readonly #entry: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #change: StatementSync;
  /** The longest prefix first. */
  readonly #rules: readonly HistoryRule[];
  #revision: number;

  /** Throws what SQLite throws; see `open-error.ts`. */
  constructor(
    path: string,
    options: { readonly octetsMax: number; readonly history: readonly HistoryRule[] },
  ) {
    const db = new DatabaseSync(path, { timeout: 0 });
    this.#db = db;
    this.#rules = options.history.toSorted((one, other) => other.prefix.length - one.prefix.length);
    try {
      // The lock is the kernel's, so that it ends with the process, however that ends.
      db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      db.exec("PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384");
      // A page that changes again before it is copied back is copied once. Of 60,000 keys written in any
      // order
      // that saves a fifth of the writes (SQLite's default is 1,000 pages); the log has 32 MB at most then.
      db.exec("PRAGMA wal_autocheckpoint = 8192");
      migrate(db, path);
      const { page_size } = db.prepare("PRAGMA page_size").get() as { page_size: number };
      db.exec(`PRAGMA max_page_count = ${Math.floor(options.octetsMax / page_size)}`);
      this.#entry = db.prepare(
        "SELECT key, value AS json, created AS createRevision, modified AS modifyRevision FROM entry WHERE key = ?",
      );
      this.#put = db.prepare(
        `INSERT INTO entry (key, value, created, modified) VALUES (:key, :json, :revision, :revision)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, modified = excluded.modified`,
      );
      this.#delete = db.prepare("DELETE FROM entry WHERE key = ?");
      this.#change = db.prepare("INSERT INTO change (revision, key, value, at_ms) VALUES (?, ?, ?, ?)");
      const newest = db.prepare("SELECT value AS newest FROM counter WHERE name = 'revision'").get();
      this.#revision = Number(newest?.["newest"] ?? 0);
      this.compaction = new Compaction(db, options.history);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  get revision(): number {
    return this.#revision;
  }

  /**
   * Applies each transaction whose compares hold, in order, in one durable commit. Throws, and then none is
   * applied.
   */
  commit(batch: readonly (CheckedTransaction & { readonly atMs: number })[]): readonly StoredOutcome[] {
    const db = this.#db;
    const before = this.#revision;
    db.exec("BEGIN IMMEDIATE");
    try {
      const outcomes = batch.map((transaction) => this.#apply(transaction));
      if (this.#revision !== before) {
        db.prepare("UPDATE counter SET value = ? WHERE name = 'revision'").run(this.#revision);
      }
      db.exec("COMMIT");
      return outcomes;
    } catch (error) {
      this.#revision = before;
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }

  get(key: string): StoredEntry | undefined {
    return this.#entry.get(key) as StoredEntry | undefined;
  }

  list({ prefix, after, limit, backwards }: ListRequest): readonly StoredEntry[] {
    // One bound below and one above, so that a page begins with a search and not with what was listed before.
    const from = backwards || after === undefined ? "key >= max(?, ?)" : "key > max(?, ?)";
    const end = endOfPrefix(prefix);
    const statement = this.#db.prepare(
      `SELECT key, value AS json, created AS createRevision, modified AS modifyRevision FROM entry
       WHERE ${from} AND key < min(?, ?) ORDER BY key ${backwards ? "DESC" : "ASC"} LIMIT ?`,
    );
    const rows: unknown = statement.all(
      prefix,
      (backwards ? undefined : after) ?? prefix,
      end,
      (backwards ? after : undefined) ?? end,
      limit ?? -1,
    );
    return rows as StoredEntry[];
  }

  /** The next changes under a prefix, or undefined when some of them are no longer kept. */
  changes(prefix: string, after: ChangePosition, limit: number): ChangePage | undefined {
    if (this.compaction.reaches(prefix, after.revision)) return undefined;
    const rows: unknown = this.#db
      .prepare(
        `SELECT key, revision, at_ms AS atMs, value AS json FROM change
         WHERE (revision, key) > (?, ?) AND key >= ? AND key < ? ORDER BY revision, key LIMIT ?`,
      )
      .all(after.revision, after.key, prefix, endOfPrefix(prefix), limit);
    return { changes: rows as StoredChange[], newest: this.#revision };
  }

  /** False for keys of which no changes are written. */
  keepsChanges(key: string): boolean {
    return this.#rules.find(({ prefix }) => key.startsWith(prefix))?.changesMax !== 0;
  }

  history(key: string, limit: number | undefined): readonly StoredChange[] {
    const rows: unknown = this.#db
      .prepare(
        `SELECT key, revision, at_ms AS atMs, value AS json FROM change
         WHERE key = ? ORDER BY revision DESC LIMIT ?`,
      )
      .all(key, limit ?? -1);
    return rows as StoredChange[];
  }

  close(): void {
    this.#db.close();
  }

  #apply({ compares, writes, atMs }: CheckedTransaction & { readonly atMs: number }): StoredOutcome {
    for (const { key, modifyRevision } of compares) {
      const current = this.get(key)?.modifyRevision ?? 0;
      if (current !== modifyRevision) return { revision: this.#revision, conflict: key };
    }
    const revision = this.#revision + 1;
    let changed = false;
    for (const { key, json } of writes) {
      if (json === null && this.#delete.run(key).changes === 0) continue; // was not there: no change
      if (json !== null) this.#put.run({ key, json, revision });
      if (this.keepsChanges(key)) this.#change.run(revision, key, json, atMs);
      changed = true;
    }
    if (changed) this.#revision = revision;
    return { revision: this.#revision };
  }
}
