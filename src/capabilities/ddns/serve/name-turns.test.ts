import assert from "node:assert/strict";
import { test } from "node:test";
import { NameTurns } from "./name-turns.ts";

test("a name has one thing done at a time, in order, and another name does not wait", async () => {
  const turns = new NameTurns();
  const done: string[] = [];
  const resume: (() => void)[] = [];
  const work = (what: string) => async (): Promise<string> => {
    done.push(`${what} begins`);
    await new Promise<void>((resolve) => resume.push(resolve));
    done.push(`${what} ends`);
    return what;
  };
  const all = [turns.take("a", work("a1")), turns.take("a", work("a2")), turns.take("b", work("b1"))];
  assert.deepEqual([turns.length("a"), turns.length("b"), turns.length("c")], [2, 1, 0]);
  while (done.length < 6) {
    for (const one of resume.splice(0)) one();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await Promise.all(all), ["a1", "a2", "b1"]);
  assert.deepEqual(done, ["a1 begins", "b1 begins", "a1 ends", "b1 ends", "a2 begins", "a2 ends"]);
  assert.equal(turns.length("a"), 0);
});

test("what fails fails for its caller alone", async () => {
  const turns = new NameTurns();
  const failed = turns.take("a", () => Promise.reject(new Error("no")));
  const next = turns.take("a", () => Promise.resolve("yes"));
  await assert.rejects(failed, /no/);
  assert.equal(await next, "yes");
});
