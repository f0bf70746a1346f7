import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

test("each round of the event loop is one caller's turn, in their order", async () => {
  const turns = new Turns();
  const taken: string[] = [];
  const work = async (who: string, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await turns.next();
      taken.push(who);
    }
  };
  const all = Promise.all([work("a", 3), work("b", 2), work("c", 1)]);
  for (let round = 1; round <= 6; round++) {
    await new Promise(setImmediate);
    assert.ok(taken.length <= round, `${taken.length} turns in ${round} rounds`);
  }
  await all;
  assert.equal(taken.join(""), "abcaba");
});
