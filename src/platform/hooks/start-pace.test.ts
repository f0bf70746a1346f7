import assert from "node:assert/strict";
import { test } from "node:test";
import { StartPace } from "./start-pace.ts";

/** Each start takes 5 ms; waiting takes no time but that of this clock. */
function rig() {
  let atMs = 1000;
  const begun: number[] = [];
  const clock = {
    monotonicMs: () => atMs,
    wait: async (ms: number): Promise<void> => {
      atMs += ms;
    },
  };
  const pace = new StartPace(clock);
  const start = (result: Promise<string> | string) => () => {
    begun.push(atMs);
    atMs += 5;
    return result;
  };
  const pass = (ms: number): void => {
    atMs += ms;
  };
  return { pace, start, begun, pass };
}

test("after a start there is a rest of nine times what it took", async () => {
  const { pace, start, begun } = rig();
  const results = await Promise.all([pace.start(start("a")), pace.start(start("b")), pace.start(start("c"))]);
  assert.deepEqual(
    [results, begun],
    [
      ["a", "b", "c"],
      [1000, 1050, 1100],
    ],
  );
});

test("who comes later than that does not wait", async () => {
  const { pace, start, begun, pass } = rig();
  await pace.start(start("a"));
  pass(100);
  await pace.start(start("b"));
  assert.deepEqual(begun, [1000, 1105]);
});

test("what has been started may last: the next is not held up", async () => {
  const { pace, start } = rig();
  const never = new Promise<string>(() => {});
  void pace.start(start(never));
  assert.equal(await pace.start(start("b")), "b");
});

test("a start that fails holds nobody up", async () => {
  const { pace, start } = rig();
  const fails = (): never => {
    throw new Error("no");
  };
  const first = pace.start(fails);
  const second = pace.start(start("b"));
  await assert.rejects(first, /no/);
  assert.equal(await second, "b");
});
