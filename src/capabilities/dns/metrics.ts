/** The name server's numbers, for `homeport metrics`. */
import type { MetricFamily, MetricHistogram, MetricSample } from "#contracts/metrics.ts";
import { mnemonicOfRcode, mnemonicOfType } from "#protocols/dns/registry.ts";
import { type CountedHistogram, type CounterSums, readCounters } from "./counters/read-counters.ts";
import type { NameServerView } from "./view.ts";
import type { ZoneState } from "./zones/zone-set.ts";

/** As far as these numbers need it. */
export type MeasuredNameServer = Pick<NameServerView, "zones" | "counterMemories"> & {
  readonly server: Pick<NameServerView["server"], "counters">;
};

const zoneStates = [
  "serving",
  "serving-previous",
  "failed",
  "not-fetched",
] as const satisfies readonly ZoneState[];

export function dnsMetrics(view: MeasuredNameServer): readonly MetricFamily[] {
  const sums = readCounters(view.counterMemories);
  return [...queryMetrics(sums), ...responseMetrics(sums), ...zoneMetrics(view), ...socketMetrics(view)];
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

function zoneMetrics({ zones }: MeasuredNameServer): MetricFamily[] {
  const all = [...zones.zones.values()];
  return [
    {
      name: "homeport_dns_zones",
      help: "Zones by state.",
      type: "gauge",
      samples: zoneStates.map((state) => ({
        labels: { state },
        value: all.filter((zone) => zone.state === state).length,
      })),
    },
    {
      name: "homeport_dns_records",
      help: "Records of all zones that are served.",
      type: "gauge",
      samples: [{ value: all.reduce((sum, { image }) => sum + (image?.recordCount ?? 0), 0) }],
    },
  ];
}

function socketMetrics({ server }: MeasuredNameServer): MetricFamily[] {
  const sockets = server.counters;
  const events = (transport: "udp" | "tcp"): MetricSample[] =>
    sockets.flatMap(({ address, [transport]: counts }) =>
      Object.entries(counts)
        .filter(([event]) => event !== "connections") // rises and falls, so a gauge
        .map(([event, value]) => ({ labels: { address, event: words(event) }, value })),
    );
  return [
    counter(
      "homeport_dns_udp_events_total",
      "What happened at the UDP sockets of an address.",
      events("udp"),
    ),
    counter("homeport_dns_tcp_events_total", "What happened at the TCP socket of an address.", events("tcp")),
    {
      name: "homeport_dns_tcp_connections",
      help: "TCP connections that are open.",
      type: "gauge",
      samples: sockets.map(({ address, tcp }) => ({ labels: { address }, value: tcp.connections })),
    },
  ];
}

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, type: "counter", samples };
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

/** `sendErrors` as `send-errors`. */
function words(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
