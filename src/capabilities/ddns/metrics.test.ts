import assert from "node:assert/strict";
import test from "node:test";
import { assertMetricsComply } from "#contracts/metrics-compliance.ts";
import type { ReturnCode } from "#protocols/dyndns2/return-codes.ts";
import { newDdnsCounters } from "./counters.ts";
import { ddnsMetrics } from "./metrics.ts";
import { FakeControl, ipv6View, noonMs, providerView, recordView } from "./routes/fake-control.testing.ts";

const server = {
  requests: 9,
  limited: 2,
  results: { good: 4, nochg: 3, badauth: 0 } as Record<ReturnCode, number>,
  http: { accepted: 9, refused: 0, malformed: 0, busy: 0, faults: 0 },
  connections: 1,
  hosts: 2,
  names: 3,
  hashed: 1,
};

function samplesOf(name: string, control = new FakeControl(), counters = newDdnsCounters()) {
  const family = ddnsMetrics(control, counters, server).find((one) => one.name === `homeport_ddns_${name}`);
  return family?.samples.map((sample) => [
    ...Object.values(sample.labels ?? {}),
    "value" in sample ? sample.value : undefined,
  ]);
}

test("they keep to the rules of all metrics, with and without records and an update server", () => {
  const quiet = new FakeControl();
  quiet.familyViews = [];
  quiet.providerViews = [];
  assertMetricsComply("ddns", ddnsMetrics(quiet, newDdnsCounters()));
  const busy = new FakeControl(recordView("a.example"), recordView("b.example", { state: "failed" }));
  busy.providerViews = [providerView(), providerView({ name: "old" })];
  assertMetricsComply("ddns", ddnsMetrics(busy, newDdnsCounters(), server));
});

test("a family that nobody looks for has no numbers, and one that is not known has a zero", () => {
  const control = new FakeControl();
  assert.deepEqual(samplesOf("address_known", control), [["ipv4", 1]]);
  control.familyViews = [...control.familyViews, { ...ipv6View, isWatched: true }];
  assert.deepEqual(samplesOf("address_known", control), [
    ["ipv4", 1],
    ["ipv6", 0],
  ]);
  assert.deepEqual(samplesOf("address_seen_seconds", control), [["ipv4", (noonMs - 60_000) / 1_000]]);
});

test("each state of records is counted, also when there is none", () => {
  const control = new FakeControl(
    recordView("a.example"),
    recordView("b.example"),
    recordView("c.example", { state: "stopped" }),
  );
  assert.deepEqual(samplesOf("records", control), [
    ["current", 2],
    ["pending", 0],
    ["failed", 0],
    ["stopped", 1],
    ["waiting", 0],
    ["unconfirmed", 0],
  ]);
});

test("what is counted is there by outcome, account and code", () => {
  const counters = newDdnsCounters();
  counters.looks.couldNotTell = 5;
  counters.updates.refused = 4;
  counters.notices.failed = 3;
  const of = (name: string) => samplesOf(name, new FakeControl(), counters);
  assert.deepEqual(of("looks_total"), [
    ["same", 0],
    ["changed", 0],
    ["could-not-tell", 5],
  ]);
  assert.deepEqual(of("updates_total")?.[2], ["refused", 4]);
  assert.deepEqual(of("notices_total")?.[1], ["failed", 3]);
  assert.deepEqual(of("provider_requests"), [["friend", 3]]);
  assert.deepEqual(of("server_results_total"), [
    ["good", 4],
    ["nochg", 3],
    ["badauth", 0],
  ]);
  assert.deepEqual([of("server_hosts"), of("server_limited_total")], [[[2]], [[2]]]);
});
