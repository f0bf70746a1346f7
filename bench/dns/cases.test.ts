import assert from "node:assert/strict";
import test from "node:test";
import { dnsCases } from "./cases.ts";

test("every case has a name of its own", () => {
  const ids = dnsCases.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
});

test("cases with the same zones and workers stand together, so that servers are started once for them", () => {
  const keys = dnsCases.flatMap((one) => (one.kind === "changes" ? [] : [`${one.stage} ${one.workers}`]));
  const runs = keys.filter((key, index) => key !== keys[index - 1]);
  assert.deepEqual(runs, [...new Set(runs)]);
});

test("the wanted shares of response codes add up to all answers", () => {
  for (const one of dnsCases) {
    if (one.kind !== "load") continue;
    const sum = Object.values(one.rcodes).reduce((all, share) => all + share, 0);
    assert.equal(sum, 1, one.id);
  }
});
