import assert from "node:assert/strict";
import { test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import type { PoolView } from "../control.ts";
import { poolWarningSentence, poolWarnings } from "./pool-warning.ts";
import { PoolWatch } from "./pool-watch.ts";

const poolOf = (used: number, size = 100, range = "a"): PoolView => ({
  subnet: "192.168.9.0/24",
  range,
  size,
  used,
  free: size - used,
  declined: 0,
  percent: (100 * used) / size,
});

for (const [why, course, want] of [
  ["below the mark there is no warning", [0, 50, 89], []],
  ["on the way up there is one", [80, 90, 91, 99, 100], [90]],
  ["around the mark there is one only", [90, 89, 90, 86, 90], [90]],
  ["after it had room there is another", [90, 84, 90], [90, 90]],
  ["a pool that is full at the start is told of", [100], [100]],
] as const)
  test(`pool warning: ${why}`, () => {
    let low: ReadonlySet<string> = new Set();
    const warned: number[] = [];
    for (const used of course) {
      const outcome = poolWarnings(low, [poolOf(used)]);
      low = outcome.low;
      warned.push(...outcome.warn.map((pool) => pool.used));
    }
    assert.deepEqual(warned, want);
  });

test("pool warning: pools are told of by themselves, and one that is gone is forgotten", () => {
  const first = poolWarnings(new Set(), [poolOf(95), poolOf(10, 100, "b")]);
  assert.deepEqual([...first.low], ["a"]);
  const second = poolWarnings(first.low, [poolOf(95), poolOf(95, 100, "b")]);
  assert.deepEqual(
    second.warn.map(({ range }) => range),
    ["b"],
  );
  assert.deepEqual([...poolWarnings(second.low, [poolOf(95, 100, "b")]).low], ["b"]);
});

test("pool warning: a small pool is told of when it is full, one without addresses never", () => {
  const declined = { ...poolOf(4, 5), free: 0, declined: 1 };
  assert.deepEqual(poolWarnings(new Set(), [declined, poolOf(0, 0, "b")]).warn, [declined]);
});

test("pool warning: the sentence says how much is left and what to do", () => {
  assert.equal(
    poolWarningSentence(poolOf(99)),
    "99 of 100 addresses of the pool a in 192.168.9.0/24 are in use (99 %), 1 is left; widen it, or shorten leaseTime",
  );
});

test("pool watch: the log and whoever listens hear of it once", () => {
  const { log, lines } = collectLog();
  let pools = [poolOf(95)];
  const watch = new PoolWatch({ pools: () => pools, log });
  const heard: string[] = [];
  const subscription = watch.subscribe(({ range }) => heard.push(range));
  watch.look();
  watch.look();
  subscription[Symbol.dispose]();
  pools = [poolOf(95), poolOf(95, 100, "b")];
  watch.look();
  assert.deepEqual(heard, ["a"]);
  assert.deepEqual(
    lines.map(({ level, facts }) => [level, facts["pool"]]),
    [
      ["warn", "a"],
      ["warn", "b"],
    ],
  );
});
