/** The name server's numbers, for `homeport metrics`. */
import type { MetricFamily, MetricHistogram } from "#contracts/metrics.ts";
import { counter } from "#platform/metrics/sample.ts";
import { mnemonicOfRcode, mnemonicOfType } from "#protocols/dns/registry.ts";
import { type CountedHistogram, type CounterSums, readCounters } from "./counters/read-counters.ts";
import { type ChangingZones, changeMetrics } from "./metrics/changing-zones.ts";
import { type MeasuredSockets, socketMetrics } from "./metrics/sockets.ts";
import { type MeasuredZones, zoneMetrics } from "./metrics/zones.ts";
import type { NameServerView } from "./view.ts";

/** As far as these numbers need it. */
export type MeasuredNameServer = Pick<NameServerView, "counterMemories"> &
  MeasuredZones &
  MeasuredSockets &
  ChangingZones;

/** `nowMs`: of the wall clock, for times that are yet to come. */
export function dnsMetrics(view: MeasuredNameServer, nowMs = Date.now()): readonly MetricFamily[] {
  const sums = readCounters(view.counterMemories);
  return [
    ...queryMetrics(sums),
    ...responseMetrics(sums),
    ...zoneMetrics(view, nowMs),
    ...changeMetrics(view),
    ...socketMetrics(view),
  ];
}

function queryMetrics({ queries, querySizes, dropped, batches, latency }: CounterSums): MetricFamily[] {
  return [
    counter(
      "homeport_dns_queries_total",
      "Queries that could be read, by the type asked for.",
      queries.map(({ transport, type, count }) => ({
        labels: { transport, type: type === undefined ? "other" : mnemonicOfType(type) },
        value: count,
      })),
    ),
    {
      name: "homeport_dns_query_size_bytes",
      help: "Sizes of these queries.",
      type: "histogram",
      samples: byTransport(querySizes),
    },
    counter(
      "homeport_dns_dropped_total",
      "Messages without an answer of the thread that received them.",
      Object.entries(dropped).map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    counter("homeport_dns_batches_total", "Batches of messages that were received and answered at once.", [
      { value: batches },
    ]),
    {
      name: "homeport_dns_answer_duration_seconds",
      help: "From the arrival of a batch to when the kernel has its answers, for each of its messages.",
      type: "histogram",
      samples: [inSeconds(latency)],
    },
  ];
}

function responseMetrics({ responses, responseSizes, truncated, slipped }: CounterSums): MetricFamily[] {
  return [
    counter(
      "homeport_dns_responses_total",
      "Responses, by response code.",
      responses.map(({ transport, family, rcode, count }) => ({
        labels: { transport, family, rcode: rcode === undefined ? "other" : mnemonicOfRcode(rcode) },
        value: count,
      })),
    ),
    {
      name: "homeport_dns_response_size_bytes",
      help: "Sizes of these responses.",
      type: "histogram",
      samples: byTransport(responseSizes),
    },
    counter("homeport_dns_truncated_total", "Responses that had no room for all records.", [
      { value: truncated },
    ]),
    counter("homeport_dns_slipped_total", "Responses that were sent truncated by a rate limit.", [
      { value: slipped },
    ]),
  ];
}

function byTransport(sizes: CounterSums["querySizes"]): MetricHistogram[] {
  return Object.entries(sizes).map(([transport, { bounds, counts, sum }]) => ({
    labels: { transport },
    bounds,
    counts,
    sum,
  }));
}

/** Powers of two only: a fourth of the buckets is fine enough to store for years. */
function inSeconds({ bounds, counts, sum }: CountedHistogram): MetricHistogram {
  const kept: number[] = [];
  const grouped: number[] = [];
  let count = 0;
  bounds.forEach((bound, bucket) => {
    count += counts[bucket]!;
    if (!Number.isInteger(Math.log2(bound))) return;
    kept.push(bound / 1e6);
    grouped.push(count);
    count = 0;
  });
  return { bounds: kept, counts: [...grouped, count + counts.at(-1)!], sum: sum / 1e6 };
}
