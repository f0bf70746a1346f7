/** The numbers of the site's address, for `homeport metrics`. */
import type { MetricFamily } from "#contracts/metrics.ts";
import { byName, counter, gauge } from "#platform/metrics/sample.ts";
import { type DdnsControl, recordStates } from "./control.ts";
import type { DdnsCounters } from "./counters.ts";
import type { UpdateServerCounters } from "./serve/update-server.ts";

export function ddnsMetrics(
  control: Pick<DdnsControl, "families" | "records" | "providers">,
  counters: DdnsCounters,
  server?: UpdateServerCounters,
): MetricFamily[] {
  const families = control.families().filter(({ isWatched }) => isWatched);
  const records = control.records();
  const providers = control.providers();
  return [
    gauge(
      "homeport_ddns_address_known",
      "Whether the public address of a family is known: 1 when it is.",
      families.map(({ family, address }) => ({ labels: { family }, value: address === undefined ? 0 : 1 })),
    ),
    gauge(
      "homeport_ddns_address_seen_seconds",
      "When the public address of a family was last seen, in seconds since 1970.",
      families.flatMap(({ family, lastSeenMs }) =>
        lastSeenMs === undefined ? [] : [{ labels: { family }, value: Math.floor(lastSeenMs / 1000) }],
      ),
    ),
    counter(
      "homeport_ddns_looks_total",
      "Looks at the public address, by what came of them.",
      byName("outcome", counters.looks),
    ),
    gauge(
      "homeport_ddns_records",
      "Records that follow the public address, by state.",
      recordStates.map((state) => ({
        labels: { state },
        value: records.filter((record) => record.state === state).length,
      })),
    ),
    counter(
      "homeport_ddns_updates_total",
      "Records that were sent to providers, by what came of them.",
      byName("outcome", counters.updates),
    ),
    gauge(
      "homeport_ddns_provider_requests",
      "Requests to a provider that count against its budget now.",
      providers.map(({ name, requestsThisHour }) => ({
        labels: { provider: name },
        value: requestsThisHour,
      })),
    ),
    ...(server === undefined ? [] : serverMetrics(server)),
    counter(
      "homeport_ddns_notices_total",
      "Notices, by what came of them.",
      byName("outcome", counters.notices),
    ),
  ];
}

function serverMetrics({
  requests,
  limited,
  results,
  hosts,
  names,
  connections,
}: UpdateServerCounters): MetricFamily[] {
  return [
    gauge("homeport_ddns_server_hosts", "Hosts that may tell this server their address.", [{ value: hosts }]),
    gauge("homeport_ddns_server_names", "Names of those hosts.", [{ value: names }]),
    gauge("homeport_ddns_server_connections", "Connections to the update server.", [{ value: connections }]),
    counter("homeport_ddns_server_requests_total", "Requests to the update server.", [{ value: requests }]),
    counter("homeport_ddns_server_limited_total", "Requests of clients that came too often.", [
      { value: limited },
    ]),
    counter(
      "homeport_ddns_server_results_total",
      "Answers of the update server, by code.",
      Object.entries(results).map(([code, value]) => ({ labels: { code }, value })),
    ),
  ];
}
