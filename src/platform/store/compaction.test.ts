import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { Compaction } from "./compaction.ts";
import { migrate } from "./schema.ts";

const hourMs = 3_600_000;

/** How often each rule was looked at, by its bound: that reads as many changes as the rule keeps. */
function countLooks(changes: number, perCommit: number): Map<number, number> {
  using db = new DatabaseSync(":memory:");
  migrate(db, "memory");
  const looks = new Map<number, number>();
  const counted = new Proxy(db, {
    get(target, field) {
      if (field !== "prepare") {
        const value: unknown = Reflect.get(target, field);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (sql: string) => {
        const statement = target.prepare(sql);
        if (!sql.includes("OFFSET")) return statement;
        return {
          get(...bounds: (string | number)[]) {
            const changesMax = Number(bounds.at(-1));
            looks.set(changesMax, (looks.get(changesMax) ?? 0) + 1);
            return statement.get(...bounds);
          },
        };
      };
    },
  });
  const ageMaxMs = 90 * 24 * hourMs;
  const rules = [
    { prefix: "", changesMax: 1_000, ageMaxMs },
    { prefix: "site/", changesMax: 20, ageMaxMs },
  ];
  const compaction = new Compaction(counted, rules);
  const insert = db.prepare("INSERT INTO change (revision, key, value, at_ms) VALUES (?, ?, '1', ?)");
  insert.run(1, "site/file", 0);
  compaction.due(0, 0);
  while (compaction.step(0)); // the first look is the clock's
  looks.clear();
  for (let done = 0; done < changes; done += perCommit) {
    for (let at = 0; at < perCommit; at++) insert.run(2 + done + at, `lease/${at}`, 0);
    if (compaction.due(perCommit, 0)) while (compaction.step(0));
  }
  return looks;
}

test("a rule that keeps many changes is looked at as seldom as its own bound says, whatever others keep", () => {
  const looks = countLooks(3_000, 10);
  assert.ok(looks.get(1_000)! <= 3_000 / 100, `${looks.get(1_000)} looks`);
  assert.ok(looks.get(1_000)! >= 3_000 / 200, `${looks.get(1_000)} looks`);
  assert.ok(looks.get(20)! > 100, "the small one goes by its own");
});
