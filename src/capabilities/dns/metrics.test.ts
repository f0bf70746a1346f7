import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricFamily } from "#contracts/metrics.ts";
import { assertMetricsComply } from "#contracts/metrics-compliance.ts";
import { DropReason } from "./counters/layout.ts";
import { WorkerCounters } from "./counters/worker-counters.ts";
import { zoneImage } from "./engine/engine-rig.ts";
import { dnsMetrics, type MeasuredNameServer } from "./metrics.ts";

const counters = new WorkerCounters();
const others = new WorkerCounters();

const server: MeasuredNameServer = {
  counterMemories: [counters.memory, others.memory],
  zones: {
    zones: new Map(
      [
        { name: "a.", state: "serving", image: zoneImage("a.", "www A 192.0.2.1\n") },
        { name: "b.", state: "failed", image: undefined },
      ].map((zone) => [zone.name, zone]),
    ),
  } as unknown as MeasuredNameServer["zones"],
  server: {
    counters: [
      {
        address: "192.0.2.1:53",
        udp: { received: 9, sendErrors: 2 },
        tcp: { accepted: 3, connections: 1 },
      },
    ],
  },
};

function samplesOf(name: string): MetricFamily["samples"] {
  return dnsMetrics(server).find((family) => family.name === name)!.samples;
}

test("they keep to the rules of all metrics, before and after queries", () => {
  assertMetricsComply("dns", dnsMetrics(server));
  counters.query(0, 1, 50);
  counters.query(1, 1, 50);
  others.query(0, 1, 60);
  others.query(0, 65_535, 60);
  counters.response(0, 4, 0, 100);
  others.response(1, 16, 16, 1500);
  others.truncated();
  counters.slipped();
  counters.drop(DropReason.rateLimited);
  counters.batch(2, 100);
  others.batch(1, 3_000_000);
  assertMetricsComply("dns", dnsMetrics(server));
});

test("queries and responses of all threads are summed by what they are", () => {
  assert.deepEqual(samplesOf("homeport_dns_queries_total"), [
    { labels: { transport: "udp", type: "A" }, value: 2 },
    { labels: { transport: "udp", type: "other" }, value: 1 },
    { labels: { transport: "tcp", type: "A" }, value: 1 },
  ]);
  assert.deepEqual(samplesOf("homeport_dns_responses_total"), [
    { labels: { transport: "udp", family: "ipv4", rcode: "NOERROR" }, value: 1 },
    { labels: { transport: "tcp", family: "ipv6", rcode: "BADVERS" }, value: 1 },
  ]);
  assert.deepEqual(samplesOf("homeport_dns_truncated_total"), [{ value: 1 }]);
  assert.deepEqual(samplesOf("homeport_dns_slipped_total"), [{ value: 1 }]);
  const dropped = samplesOf("homeport_dns_dropped_total");
  assert.deepEqual(dropped[2], { labels: { reason: "rate-limited" }, value: 1 });
});

test("durations are in seconds, in buckets of powers of two", () => {
  const [sample] = samplesOf("homeport_dns_answer_duration_seconds");
  assert.ok(sample !== undefined && "bounds" in sample);
  assert.deepEqual(
    sample.bounds.slice(0, 9),
    [1, 2, 4, 8, 16, 32, 64, 128, 256].map((us) => us / 1e6),
  );
  assert.equal(sample.counts[7], 2, "at most 128 µs");
  assert.equal(sample.counts[22], 1, "at most 4.2 s");
  assert.equal(sample.sum, 3.0002);
});

test("zones are counted by state, records as they are served", () => {
  assert.deepEqual(
    samplesOf("homeport_dns_zones").map(
      (sample) => "value" in sample && [sample.labels!["state"], sample.value],
    ),
    [
      ["serving", 1],
      ["serving-previous", 0],
      ["failed", 1],
      ["not-fetched", 0],
    ],
  );
  assert.deepEqual(samplesOf("homeport_dns_records"), [{ value: 3 }]);
});

test("sockets show what happened at each address", () => {
  assert.deepEqual(samplesOf("homeport_dns_udp_events_total"), [
    { labels: { address: "192.0.2.1:53", event: "received" }, value: 9 },
    { labels: { address: "192.0.2.1:53", event: "send-errors" }, value: 2 },
  ]);
  assert.deepEqual(samplesOf("homeport_dns_tcp_events_total"), [
    { labels: { address: "192.0.2.1:53", event: "accepted" }, value: 3 },
  ]);
  assert.deepEqual(samplesOf("homeport_dns_tcp_connections"), [
    { labels: { address: "192.0.2.1:53" }, value: 1 },
  ]);
});
