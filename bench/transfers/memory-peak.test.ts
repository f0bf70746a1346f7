import assert from "node:assert/strict";
import { once } from "node:events";
import test from "node:test";
import { ProcessGroup } from "../process-group.ts";
import { forgetPeak, peakIn, peakOctets } from "./memory-peak.ts";

const large = 300_000_000;
/** Takes memory, gives it back, says so. */
const greedy = `
  let all = Buffer.alloc(${large}, 1);
  all = undefined;
  globalThis.gc();
  setTimeout(() => console.error("done"), 100);
  setInterval(() => {}, 1000);`;

test("the most memory that a program has had is known, and only since it was forgotten", async () => {
  await using group = new ProcessGroup([process.execPath, "--expose-gc", "-e", greedy]);
  await once(group.leader.stderr!, "data");
  assert.ok(peakOctets(group) > large);
  forgetPeak(group);
  assert.ok(peakOctets(group) < large);
});

test("a program that has ended has none", () => assert.equal(peakIn("Name:\tnode\n"), 0));
