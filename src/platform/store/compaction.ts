/** Forgets old changes: each rule keeps so many, and so long, under its prefix. Entries themselves stay. */
import type { DatabaseSync } from "node:sqlite";
import { endOfPrefix } from "./key-range.ts";
import { type HistoryRule, limits } from "./limits.ts";

export class Compaction {
  readonly #db: DatabaseSync;
  readonly #rules: readonly HistoryRule[];
  /** Highest revision of which something was forgotten, by prefix. */
  readonly #compacted = new Map<string, number>();
  /** What rules in the middle of their steps still give up: found by reading as much as they keep. */
  readonly #giving = new Map<HistoryRule, number>();
  readonly #changesSince = new Map<HistoryRule, number>();
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(db: DatabaseSync, rules: readonly HistoryRule[]) {
    this.#db = db;
    this.#rules = rules;
    for (const row of db.prepare("SELECT prefix, revision FROM compacted").all()) {
      this.#compacted.set(String(row["prefix"]), Number(row["revision"]));
    }
  }

  /** Whether something after `revision` that a watcher of `prefix` should see is forgotten. */
  reaches(prefix: string, revision: number): boolean {
    for (const [compacted, last] of this.#compacted) {
      const overlaps = compacted.startsWith(prefix) || prefix.startsWith(compacted);
      if (overlaps && last > revision) return true;
    }
    return false;
  }

  /** Whether it is time, with so many more changes: after a tenth of a rule's bound, or by the clock. */
  due(changes: number, nowMs: number): boolean {
    for (const rule of this.#rules) this.#changesSince.set(rule, this.#since(rule) + changes);
    return this.#isHour(nowMs) || this.#rules.some((rule) => this.#isDue(rule));
  }

  /** One bounded step, of the rules that are due, else of all. True when there is more to forget. */
  step(nowMs: number): boolean {
    const due = this.#isHour(nowMs) ? [] : this.#rules.filter((rule) => this.#isDue(rule));
    if (due.length === 0) this.#lastMs = nowMs;
    let more = false;
    for (const rule of due.length === 0 ? this.#rules : due) {
      this.#changesSince.set(rule, 0);
      more = this.#forget(rule, nowMs) || more;
    }
    return more;
  }

  #isHour(nowMs: number): boolean {
    return nowMs - this.#lastMs >= limits.compactionPeriodMs;
  }

  /** A rule that keeps many is looked at seldom, since that reads as many as it keeps. */
  #isDue(rule: HistoryRule): boolean {
    return this.#giving.has(rule) || (rule.changesMax > 0 && this.#since(rule) > rule.changesMax / 10);
  }

  /** Changes of all keys since the rule was looked at: as many of its own at most. */
  #since(rule: HistoryRule): number {
    return this.#changesSince.get(rule) ?? 0;
  }

  #forget(rule: HistoryRule, nowMs: number): boolean {
    if (!this.#hasChanges(rule)) return false;
    const group = this.#groupOf(rule);
    const until = this.#giving.get(rule) ?? this.#lastToForget(rule, group, nowMs);
    this.#giving.delete(rule);
    const oldest = this.#db
      .prepare(`SELECT revision FROM change WHERE revision <= ? AND ${group.where} ORDER BY revision LIMIT ?`)
      .all(until, ...group.bounds, limits.compactionStepChanges);
    const through = oldest.at(-1)?.["revision"];
    if (typeof through !== "number") return false;
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      this.#db
        .prepare(`DELETE FROM change WHERE revision <= ? AND ${group.where}`)
        .run(through, ...group.bounds);
      this.#db
        .prepare(
          "INSERT INTO compacted (prefix, revision) VALUES (?1, ?2) ON CONFLICT (prefix) DO UPDATE SET revision = ?2",
        )
        .run(rule.prefix, through);
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
    this.#compacted.set(rule.prefix, through);
    if (through >= until) return false;
    this.#giving.set(rule, until);
    return true;
  }

  #hasChanges({ prefix }: HistoryRule): boolean {
    const one = this.#db.prepare("SELECT 1 FROM change WHERE key >= ? AND key < ? LIMIT 1");
    return one.get(prefix, endOfPrefix(prefix)) !== undefined;
  }

  /** The newest revision that the rule gives up, 0 for none. Whole revisions, from the oldest on. */
  #lastToForget(rule: HistoryRule, group: Group, nowMs: number): number {
    const tooMany = this.#db
      .prepare(`SELECT revision FROM change WHERE ${group.where} ORDER BY revision DESC LIMIT 1 OFFSET ?`)
      .get(...group.bounds, rule.changesMax);
    const firstYoung = this.#db
      .prepare(`SELECT revision FROM change WHERE at_ms >= ? AND ${group.where} ORDER BY revision LIMIT 1`)
      .get(nowMs - rule.ageMaxMs, ...group.bounds);
    const newest = this.#db.prepare("SELECT max(revision) AS revision FROM change").get();
    const tooOld = Number(firstYoung?.["revision"] ?? Number(newest?.["revision"] ?? 0) + 1) - 1;
    return Math.max(Number(tooMany?.["revision"] ?? 0), tooOld);
  }

  /**
   * The keys for which this rule counts: its prefix without the longer prefixes of others. Of the rule for
   * all that no other is for, the `+` keeps SQLite from the index by key, by which it would read and sort
   * nearly all changes to find the oldest few.
   */
  #groupOf({ prefix }: HistoryRule): Group {
    const inner = this.#rules.filter((other) => other.prefix !== prefix && other.prefix.startsWith(prefix));
    const key = prefix === "" ? "+key" : "key";
    const range = `${key} >= ? AND ${key} < ?`;
    const where = [range, ...inner.map(() => `NOT (${range})`)].join(" AND ");
    const prefixes = [prefix, ...inner.map((other) => other.prefix)];
    return { where, bounds: prefixes.flatMap((each) => [each, endOfPrefix(each)]) };
  }
}

interface Group {
  readonly where: string;
  readonly bounds: readonly string[];
}
