/** The short form of `npm run fuzz:flood`. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { requireFfi } from "../scenarios/ffi.ts";
import { flood } from "./flood.ts";

/** Code is still being compiled, and the collector has not found its measure. */
const growthOctetsMax = 48 * 1024 * 1024;

test("20 seconds of random and mutated packets at full rate: nothing dies, nothing grows, good queries are answered", {
  timeout: 120_000,
}, async (t) => {
  if (!requireFfi(t)) return;
  const seed = randomInt(1, 2 ** 31);
  const report = await flood(t, { seconds: 20, settleSeconds: 8, seed });
  t.diagnostic(`seed ${seed}: ${JSON.stringify(report)}`);
  assert.deepEqual([report.faults, report.deaths, report.errors, report.lost], [0, [0, 0], [], 0]);
  assert.ok(report.received > 10_000, "it was a flood");
  assert.ok(report.answered > report.received / 10, "most of what was sent can be answered");
  assert.ok(report.asked > 10);
  const { first, most } = report.residentOctets;
  assert.ok(most - first < growthOctetsMax, `${most - first} octets more`);
});
