/** What became of each record and account, in memory and in the store. */
import type { Log } from "#contracts/log.ts";
import { type Store, StoreError, type StoreOperation } from "#contracts/store.ts";
import type { TypedKey } from "#platform/store/typed-key.ts";
import { limits } from "../limits.ts";
import {
  type AccountValue,
  accountKey,
  type BudgetValue,
  budgetKey,
  newRecordValue,
  type RecordValue,
  recordKey,
} from "./record-value.ts";
import { resent } from "./schedule.ts";

export class RecordBook {
  readonly #store: Store;
  readonly #log: Log;
  readonly #records: Map<string, RecordValue>;
  readonly #accounts: Map<string, AccountValue>;
  readonly #budgets: Map<string, BudgetValue>;
  /** Why the last write failed; undefined: it did not. */
  failure: StoreError | undefined;

  /** Rejects with StoreError. */
  static async open(store: Store, log: Log): Promise<RecordBook> {
    return new RecordBook(store, log, {
      records: await readAll(recordKey, store, log),
      accounts: await readAll(accountKey, store, log),
      budgets: await readAll(budgetKey, store, log),
    });
  }

  private constructor(
    store: Store,
    log: Log,
    {
      records,
      accounts,
      budgets,
    }: {
      readonly records: Map<string, RecordValue>;
      readonly accounts: Map<string, AccountValue>;
      readonly budgets: Map<string, BudgetValue>;
    },
  ) {
    this.#store = store;
    this.#log = log;
    this.#records = records;
    this.#accounts = accounts;
    this.#budgets = budgets;
  }

  record(id: string): RecordValue {
    return this.#records.get(id) ?? newRecordValue;
  }

  account(name: string): AccountValue | undefined {
    return this.#accounts.get(name);
  }

  /** What it says counts at once; what the disk refuses is sent once more after the next start. */
  async write(records: ReadonlyMap<string, RecordValue>): Promise<void> {
    for (const [id, value] of records) this.#records.set(id, value);
    await this.#transact(
      // Not looked at by the schema: there may be ten thousand, and all were made here
      [...records].map(([id, value]) => ({ do: "put", key: recordKey.key(id), value })),
    );
  }

  async stopAccount(name: string, value: AccountValue): Promise<void> {
    this.#accounts.set(name, value);
    await this.#transact([accountKey.put(name, value)]);
  }

  /** Requests of an account that a program of before has made, and that are not forgotten yet. */
  budget(name: string): BudgetValue | undefined {
    return this.#budgets.get(name);
  }

  /** Before the request is made: what it leads to may end the program. */
  async noteBudget(name: string, value: BudgetValue): Promise<void> {
    this.#budgets.set(name, value);
    await this.#transact([budgetKey.put(name, value)]);
  }

  /** Records of an account that costs nobody anything: they are sent once more, whatever became of them. */
  async sendAgain(ids: readonly string[], account: string): Promise<void> {
    await this.releaseAccount(account);
    for (const id of ids) {
      const value = this.#records.get(id);
      if (value !== undefined) this.#records.set(id, resent(value));
    }
  }

  async releaseAccount(name: string): Promise<void> {
    if (this.#accounts.delete(name)) await this.#transact([accountKey.delete(name)]);
  }

  /** Forgets what the site file no longer has. The records at providers stay as they are. */
  async keep(ids: ReadonlySet<string>, accounts: ReadonlySet<string>): Promise<void> {
    const operations: StoreOperation[] = [];
    for (const id of this.#records.keys()) {
      if (ids.has(id)) continue;
      this.#records.delete(id);
      operations.push(recordKey.delete(id));
    }
    for (const name of this.#accounts.keys()) {
      if (accounts.has(name)) continue;
      this.#accounts.delete(name);
      operations.push(accountKey.delete(name));
    }
    for (const name of this.#budgets.keys()) {
      if (accounts.has(name)) continue;
      this.#budgets.delete(name);
      operations.push(budgetKey.delete(name));
    }
    await this.#transact(operations);
  }

  async #transact(operations: readonly StoreOperation[]): Promise<void> {
    const pages: (readonly StoreOperation[])[] = [];
    for (let at = 0; at < operations.length; at += limits.operationsPerWriteMax)
      pages.push(operations.slice(at, at + limits.operationsPerWriteMax));
    try {
      await Promise.all(pages.map((page) => this.#store.transact([], page)));
      this.failure = undefined;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (this.failure === undefined)
        this.#log.error({ code: error.code }, `what was published cannot be written: ${error.message}`);
      this.failure = error;
    }
  }
}

async function readAll<Value>(key: TypedKey<Value>, store: Store, log: Log): Promise<Map<string, Value>> {
  const values = new Map<string, Value>();
  const limit = limits.entriesPerReadMax;
  for (let after: string | undefined; ; ) {
    const page = await store.list(key.prefix, after === undefined ? { limit } : { after, limit });
    for (const entry of page) {
      try {
        values.set(entry.key.slice(key.prefix.length), key.parse(entry.value));
      } catch {
        log.warn(
          { key: entry.key },
          "what was published was written by another version: it is published once more",
        );
      }
    }
    if (page.length < limit) return values;
    after = page.at(-1)!.key;
  }
}
