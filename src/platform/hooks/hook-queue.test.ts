import assert from "node:assert/strict";
import { test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import type { HookEvent } from "./hook-event.ts";
import { HookQueue, newHookCounters } from "./hook-queue.ts";
import { hookLimits } from "./limits.ts";

const event = (subject: string, at = 0): HookEvent => ({ event: "granted", subject, facts: { at } });

/** A queue of which each delivery ends when it is told to. */
function rig() {
  const { log, lines } = collectLog();
  const under: { readonly event: HookEvent; readonly end: (why?: string) => void }[] = [];
  const begun: string[] = [];
  const deliver = (one: HookEvent): Promise<string | undefined> => {
    begun.push(`${one.subject}${String(one.facts["at"])}`);
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    under.push({ event: one, end: (why) => resolve(why) });
    return promise;
  };
  const counters = newHookCounters();
  const queue = new HookQueue({ title: "h", deliver, log, counters });
  const turn = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const end = async (subject: string, why?: string): Promise<void> => {
    const at = under.findIndex((one) => one.event.subject === subject);
    under.splice(at, 1)[0]!.end(why);
    await turn();
  };
  const sentences = (): string[] => lines.map(({ level, sentence }) => `${level}: ${sentence}`);
  return { queue, counters, begun, turn, end, sentences };
}

test("nothing is delivered before whoever tells of it is done", async () => {
  const { queue, begun, turn } = rig();
  queue.add(event("a"));
  await Promise.resolve();
  assert.deepEqual(begun, []);
  await turn();
  assert.deepEqual(begun, ["a0"]);
});

test("some are delivered at once, those of one subject one after the other", async () => {
  const { queue, begun, turn, end } = rig();
  for (const one of [event("a", 1), event("a", 2), event("b", 1), event("c", 1)]) queue.add(one);
  await turn();
  assert.deepEqual(begun, ["a1", "b1"]);
  await end("b");
  assert.deepEqual(begun, ["a1", "b1", "c1"]);
  await end("a");
  assert.deepEqual(begun, ["a1", "b1", "c1", "a2"]);
});

test("when too many wait the oldest are dropped, counted and told of now and then", async () => {
  const { queue, counters, begun, turn, end, sentences } = rig();
  for (let at = 0; at < hookLimits.queueMax + 5; at++) queue.add(event("a", at));
  assert.equal(counters.dropped, 5);
  assert.deepEqual(
    sentences(),
    Array.from({ length: 3 }, () => "warn: the hook h is too slow: 1024 events wait"),
  );
  await turn();
  await end("a");
  assert.deepEqual(begun, ["a5", "a6"]);
});

test("failures are logged the first, second, fourth time, and when it works again", async () => {
  const { queue, counters, turn, end, sentences } = rig();
  for (let at = 1; at <= 5; at++) {
    queue.add(event("a", at));
    await turn();
    await end("a", `no ${at}`);
  }
  queue.add(event("a"));
  await turn();
  await end("a");
  assert.deepEqual(sentences(), [
    "warn: the hook h failed: no 1",
    "warn: the hook h failed: no 2",
    "warn: the hook h failed: no 4",
    "info: the hook h works again",
  ]);
  assert.deepEqual(counters, { delivered: 1, failed: 5, dropped: 0 });
});

test("closing forgets what waits and lasts as long as what runs", async () => {
  const { queue, begun, turn, end } = rig();
  queue.add(event("a", 1));
  queue.add(event("a", 2));
  await turn();
  let isClosed = false;
  const closed = queue.close().then(() => (isClosed = true));
  queue.add(event("b", 1));
  await turn();
  assert.equal(isClosed, false);
  await end("a");
  await closed;
  assert.deepEqual(begun, ["a1"]);
});
