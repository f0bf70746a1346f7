import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { DropReason, dropReasons, latencyBound, latencyPlace, latencyPlaces, sizeBounds } from "./layout.ts";
import { quantile, readCounters } from "./read-counters.ts";
import { countersMemory, WorkerCounters } from "./worker-counters.ts";

const [udp, tcp] = [0, 1] as const;

test("queries are counted by transport and type, unusual types together", () => {
  const counters = new WorkerCounters();
  for (const [transport, type] of [
    [udp, 1],
    [udp, 1],
    [udp, 255],
    [tcp, 257],
    [tcp, 263],
    [tcp, 65_535],
  ] as const)
    counters.query(transport, type, 40);
  assert.deepEqual(readCounters([counters.memory]).queries, [
    { transport: "udp", type: 1, count: 2 },
    { transport: "udp", type: 255, count: 1 },
    { transport: "tcp", type: 257, count: 1 },
    { transport: "tcp", type: undefined, count: 2 },
  ]);
});

test("responses are counted by transport, family and code", () => {
  const counters = new WorkerCounters();
  counters.response(udp, 4, 0, 100);
  counters.response(udp, 16, 3, 100);
  counters.response(tcp, 16, 4095, 100);
  assert.deepEqual(readCounters([counters.memory]).responses, [
    { transport: "udp", family: "ipv4", rcode: 0, count: 1 },
    { transport: "udp", family: "ipv6", rcode: 3, count: 1 },
    { transport: "tcp", family: "ipv6", rcode: undefined, count: 1 },
  ]);
});

test("each reason to drop has its own count, and so have truncated and slipped responses", () => {
  const counters = new WorkerCounters();
  for (const reason of Object.values(DropReason)) for (let i = 0; i <= reason; i++) counters.drop(reason);
  counters.truncated();
  counters.slipped();
  counters.slipped();
  const { dropped, truncated, slipped } = readCounters([counters.memory]);
  assert.deepEqual(dropped, Object.fromEntries(dropReasons.map((reason, index) => [reason, index + 1])));
  assert.deepEqual({ truncated, slipped }, { truncated: 1, slipped: 2 });
});

test("a size lies in the first bucket that holds it", () => {
  for (const octets of [0, 65_535, ...sizeBounds.flatMap((bound) => [bound - 1, bound, bound + 1])]) {
    const counters = new WorkerCounters();
    counters.query(tcp, 1, octets);
    counters.response(udp, 4, 0, octets);
    const sums = readCounters([counters.memory]);
    const found = sizeBounds.findIndex((bound) => octets <= bound);
    const bucket = found === -1 ? sizeBounds.length : found;
    for (const sizes of [sums.querySizes.tcp, sums.responseSizes.udp]) {
      assert.deepEqual([sizes.counts.indexOf(1), sizes.sum], [bucket, octets]);
    }
    for (const sizes of [sums.querySizes.udp, sums.responseSizes.tcp]) {
      assert.deepEqual([sizes.counts.indexOf(1), sizes.sum], [-1, 0]);
    }
  }
});

test("a latency lies in the first bucket that holds it, and buckets grow by a quarter", () => {
  for (let place = 1; place < latencyPlaces; place++) {
    assert.equal(latencyPlace(latencyBound(place)), place);
    assert.equal(latencyPlace(latencyBound(place - 1) + 1), place);
    assert.ok(latencyBound(place) <= latencyBound(place - 1) * 1.25 || latencyBound(place) <= 8);
  }
  assert.equal(latencyPlace(0), 0);
  assert.equal(latencyPlace(-5), 0);
  assert.equal(latencyPlace(1e9), latencyPlaces - 1);
});

test("the median and the 99th percentile are those of the messages, to a quarter", () => {
  const counters = new WorkerCounters();
  assert.equal(readCounters([counters.memory]).p99, 0);
  counters.batch(50, 20);
  counters.batch(48, 100);
  counters.batch(2, 5_000);
  const { p50, p99, batches, latency } = readCounters([counters.memory]);
  assert.equal(batches, 3);
  assert.equal(latency.sum, 50 * 20 + 48 * 100 + 2 * 5_000);
  assert.ok(p50 > 16 && p50 <= 20, String(p50));
  assert.ok(p99 > 4_096 && p99 <= 5_120, String(p99));
});

test("within a bucket, values count as lying evenly", () => {
  const histogram = { bounds: [10, 20], counts: [0, 100, 0], sum: 0 };
  assert.equal(quantile(histogram, 0.25), 12.5);
  assert.equal(quantile({ ...histogram, counts: [0, 0, 1] }, 0.5), 20, "beyond the last bound");
});

test("the counters of all threads are summed, and a replacement goes on where the dead one was", () => {
  const memories = [countersMemory(), countersMemory()];
  for (const memory of [...memories, memories[0]!]) {
    const counters = new WorkerCounters(memory);
    counters.query(udp, 28, 50);
    counters.batch(1, 10);
  }
  const sums = readCounters(memories);
  assert.deepEqual(sums.queries, [{ transport: "udp", type: 28, count: 3 }]);
  assert.equal(sums.latency.sum, 30);
});

test("a reader beside a thread that counts sees whole numbers that never fall", {
  timeout: 20_000,
}, async () => {
  const memory = countersMemory();
  const moduleUrl = new URL("worker-counters.ts", import.meta.url).href;
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(${JSON.stringify(moduleUrl)}).then(({ WorkerCounters }) => {
      const counters = new WorkerCounters(workerData);
      for (let i = 0; i < 2_000_000; i++) { counters.query(0, 1, 40); counters.batch(2 ** 31, 1); }
      parentPort.postMessage("done");
    });`;
  const worker = new Worker(source, { eval: true, workerData: memory });
  let ended = false;
  const done = new Promise<void>((resolve, reject) => {
    worker.on("message", () => resolve());
    worker.on("error", reject);
  }).finally(() => {
    ended = true;
  });
  let last = { queries: 0, latency: 0 };
  while (!ended) {
    const { queries, latency } = readCounters([memory]);
    const now = { queries: queries[0]?.count ?? 0, latency: latency.counts[0]! };
    assert.ok(now.queries >= last.queries && now.latency >= last.latency);
    assert.equal(now.latency % 2 ** 31, 0, "half a number");
    last = now;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  assert.deepEqual(readCounters([memory]).queries, [{ transport: "udp", type: 1, count: 2_000_000 }]);
});
