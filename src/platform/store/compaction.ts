/** Forgets old changes: each rule keeps so many, and so long, under its prefix. Entries themselves stay. */
import type { DatabaseSync } from "node:sqlite";
import { endOfPrefix } from "./key-range.ts";
import { type HistoryRule, limits } from "./limits.ts";

export class Compaction {
  readonly #db: DatabaseSync;
  readonly #rules: readonly HistoryRule[];
  /** Highest revision of which something was forgotten, by prefix. */
  readonly #compacted = new Map<string, number>();
  #changesSince = 0;
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

  /** Whether it is time, with so many more changes: after a tenth of the smallest bound, or by the clock. */
  due(changes: number, nowMs: number): boolean {
    this.#changesSince += changes;
    const kept = this.#rules.filter(({ changesMax }) => changesMax > 0);
    const smallest = Math.min(...kept.map(({ changesMax }) => changesMax));
    return this.#changesSince > smallest / 10 || nowMs - this.#lastMs >= limits.compactionPeriodMs;
  }

  /** One bounded step. True when there is more to forget. */
  step(nowMs: number): boolean {
    this.#changesSince = 0;
    this.#lastMs = nowMs;
    let more = false;
    for (const rule of this.#rules) more = this.#forget(rule, nowMs) || more;
    return more;
  }

  #forget(rule: HistoryRule, nowMs: number): boolean {
    const group = this.#groupOf(rule);
    const until = this.#lastToForget(rule, group, nowMs);
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
    return through < until;
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

  /** The keys for which this rule counts: its prefix without the longer prefixes of others. */
  #groupOf({ prefix }: HistoryRule): Group {
    const inner = this.#rules.filter((other) => other.prefix !== prefix && other.prefix.startsWith(prefix));
    const where = ["key >= ? AND key < ?", ...inner.map(() => "NOT (key >= ? AND key < ?)")].join(" AND ");
    const prefixes = [prefix, ...inner.map((other) => other.prefix)];
    return { where, bounds: prefixes.flatMap((each) => [each, endOfPrefix(each)]) };
  }
}

interface Group {
  readonly where: string;
  readonly bounds: readonly string[];
}
