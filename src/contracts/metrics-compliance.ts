/** For tests: what must hold of the metrics of any capability, so that they fit together and last. */
import assert from "node:assert/strict";
import { MetricFamily } from "./metrics.ts";

/** `id`: of the capability. */
export function assertMetricsComply(id: string, families: readonly MetricFamily[]): void {
  const names = families.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)], "each name once");
  for (const family of families) {
    const { name, help, type, samples } = MetricFamily.parse(family);
    assert.ok(name.startsWith(`homeport_${id}_`), `${name} begins with homeport_${id}_`);
    assert.equal(
      name.endsWith("_total"),
      type === "counter",
      `${name}: counters, and they alone, end in _total`,
    );
    assert.match(help, /^[A-Z].*\.$/, `${name}: help is a sentence`);
    const labelNames = samples.map(({ labels }) => Object.keys(labels ?? {}).join());
    assert.ok(new Set(labelNames).size <= 1, `${name}: all samples have the same labels`);
    assert.ok(!labelNames[0]?.split(",").includes("le"), `${name}: le is the format's own`);
    const labels = samples.map((sample) => JSON.stringify(sample.labels ?? {}));
    assert.equal(new Set(labels).size, labels.length, `${name}: each set of labels once`);
    for (const sample of samples) {
      if ("value" in sample)
        assert.ok(type === "gauge" || sample.value >= 0, `${name}: a counter is not negative`);
      else assertBuckets(name, sample.bounds, sample.counts);
    }
  }
}

function assertBuckets(name: string, bounds: readonly number[], counts: readonly number[]): void {
  assert.equal(counts.length, bounds.length + 1, `${name}: one count more than bounds`);
  assert.deepEqual(
    bounds,
    [...bounds].sort((left, right) => left - right),
    `${name}: bounds rise`,
  );
  assert.ok(
    counts.every((count) => count >= 0),
    `${name}: no count is negative`,
  );
}
