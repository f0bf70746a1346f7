import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricFamily } from "#contracts/metrics.ts";
import { assertMetricsComply } from "#contracts/metrics-compliance.ts";
import { parseName } from "#protocols/dns/name.ts";
import { DropReason } from "./counters/layout.ts";
import { WorkerCounters } from "./counters/worker-counters.ts";
import { zoneImage } from "./engine/engine-rig.ts";
import { quietServer } from "./metrics/quiet-server.testing.ts";
import { dnsMetrics, type MeasuredNameServer } from "./metrics.ts";

const counters = new WorkerCounters();
const others = new WorkerCounters();

const quiet = quietServer();

const server: MeasuredNameServer = {
  ...quiet,
  counterMemories: [counters.memory, others.memory],
  zones: {
    zones: new Map(
      [
        { name: "a.", state: "serving", image: zoneImage("a.", "www A 192.0.2.1\n"), live: { frozen: true } },
        { name: "b.", state: "failed", image: undefined, live: { frozen: false } },
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
      ["expired", 0],
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

test("copies are counted by state, and how long each is good is said while there are not too many", () => {
  const copies = (number: number): MeasuredNameServer => {
    const zones = Array.from({ length: number }, (_, index) => {
      const name = parseName(`z${index}.`);
      return [name, { name, state: "serving", image: undefined, live: { frozen: false } }];
    });
    const status = { state: "current", expiresAtMs: 61_000, error: undefined };
    return {
      ...quiet,
      zones: { zones: new Map(zones as never) } as unknown as MeasuredNameServer["zones"],
      services: {
        ...quiet.services,
        secondaries: { ...quiet.services.secondaries, status: () => status as never },
      },
    };
  };
  const samples = (number: number, name: string): MetricFamily["samples"] =>
    dnsMetrics(copies(number), 1000).find((family) => family.name === name)!.samples;
  assertMetricsComply("dns", dnsMetrics(copies(2), 1000));
  assert.deepEqual(samples(2, "homeport_dns_secondary_expiry_seconds"), [
    { labels: { zone: "z0" }, value: 60 },
    { labels: { zone: "z1" }, value: 60 },
  ]);
  assert.equal(samples(1001, "homeport_dns_secondary_expiry_seconds").length, 0);
  assert.deepEqual(samples(1001, "homeport_dns_secondary_zones")[0], {
    labels: { state: "current" },
    value: 1001,
  });
});

test("what became of updates, signatures, transfers and commands has words for labels", () => {
  const { services } = quiet;
  services.updates.counts.prerequisiteFailed = 2;
  services.router.refused.BADSIG = 3;
  services.transfersOut.counters.ixfrWhole = 4;
  services.secondaries.counters.fail("bad-zone");
  const busy: MeasuredNameServer = {
    ...quiet,
    channels: {
      status: [
        { address: "127.0.0.1:953", commands: 5, notAllowed: 1, refused: 0, malformed: 0, connections: 1 },
      ],
    },
  };
  const families = dnsMetrics(busy);
  assertMetricsComply("dns", families);
  const countOf = (name: string, label: string, text: string): unknown => {
    const { samples } = families.find((family) => family.name === name)!;
    return samples.flatMap((one) => ("value" in one && one.labels?.[label] === text ? [one.value] : []));
  };
  assert.deepEqual(countOf("homeport_dns_updates_total", "outcome", "prerequisite-failed"), [2]);
  assert.deepEqual(countOf("homeport_dns_signatures_refused_total", "reason", "BADSIG"), [3]);
  assert.deepEqual(countOf("homeport_dns_transfers_out_total", "outcome", "ixfr-whole"), [4]);
  assert.deepEqual(countOf("homeport_dns_transfers_in_failed_total", "reason", "bad-zone"), [1]);
  assert.deepEqual(countOf("homeport_dns_control_events_total", "event", "not-allowed"), [1]);
});
