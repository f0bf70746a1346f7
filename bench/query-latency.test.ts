import assert from "node:assert/strict";
import test from "node:test";
import { latencyHead, latencyRow } from "./query-latency.ts";

const round = (p99Ms: number, lost = 0) => ({ p50Ms: p99Ms / 10, p99Ms, answered: 1_000, lost });

test("a row has medians of the rounds, their ratio, and all that was lost", () => {
  const row = latencyRow("homeport", [round(1), round(9), round(1.2)], [round(2, 1), round(3), round(80, 2)]);
  assert.deepEqual(row, ["homeport", "1.20 ms", "3.00 ms", "2.50", "0.12 ms", "0.30 ms", "3000", "3"]);
  assert.equal(row.length, latencyHead.length + 1);
});
