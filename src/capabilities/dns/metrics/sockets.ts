/** Numbers of the sockets that clients, secondaries and rndc come by. */
import type { MetricFamily, MetricSample } from "#contracts/metrics.ts";
import { counter, gauge, words } from "#platform/metrics/sample.ts";
import type { NameServerView } from "../view.ts";

export interface MeasuredSockets {
  readonly server: Pick<NameServerView["server"], "counters">;
  readonly tls: Pick<NameServerView["tls"], "counters">;
  readonly channels: Pick<NameServerView["channels"], "status">;
}

export function socketMetrics({ server, tls, channels }: MeasuredSockets): readonly MetricFamily[] {
  const sockets = server.counters;
  return [
    counter(
      "homeport_dns_udp_events_total",
      "What happened at the UDP sockets of an address.",
      sockets.flatMap(({ address, udp }) => eventsAt(address, udp)),
    ),
    counter(
      "homeport_dns_tcp_events_total",
      "What happened at the TCP socket of an address.",
      sockets.flatMap(({ address, tcp }) => eventsAt(address, tcp)),
    ),
    gauge(
      "homeport_dns_tcp_connections",
      "TCP connections that are open.",
      sockets.map(({ address, tcp }) => ({ labels: { address }, value: tcp.connections })),
    ),
    counter(
      "homeport_dns_tls_events_total",
      "What happened at the TLS socket of an address.",
      tls.counters.flatMap(({ address, counts }) => eventsAt(address, counts)),
    ),
    gauge(
      "homeport_dns_tls_connections",
      "TLS connections that are open.",
      tls.counters.map(({ address, connections }) => ({ labels: { address }, value: connections })),
    ),
    counter(
      "homeport_dns_control_events_total",
      "Commands of rndc at an address, and what was not let in.",
      channels.status.flatMap(({ address, ...events }) => eventsAt(address, events)),
    ),
  ];
}

function eventsAt(address: string, counts: object): MetricSample[] {
  return Object.entries(counts)
    .filter(([event]) => event !== "connections") // rises and falls, so a gauge
    .map(([event, value]) => ({ labels: { address, event: words(event) }, value }));
}
