/** The DHCP server's numbers, for `homeport metrics`. */
import type { MetricFamily } from "#contracts/metrics.ts";
import type { HookCounters } from "#platform/hooks/hook-queue.ts";
import { byName, counter, gauge } from "#platform/metrics/sample.ts";
import type { DhcpControl, PoolView } from "./control.ts";
import type { DhcpCounters } from "./counters.ts";

export function dhcpMetrics(
  control: Pick<DhcpControl, "pools">,
  counters: DhcpCounters,
  hooks?: HookCounters,
): MetricFamily[] {
  return [
    ...poolMetrics(control.pools()),
    ...messageMetrics(counters),
    ...leaseMetrics(counters),
    ...(hooks === undefined
      ? []
      : [
          counter(
            "homeport_dhcp_hooks_total",
            "Events for hooks, by what came of them.",
            byName("outcome", hooks),
          ),
        ]),
  ];
}

function poolMetrics(pools: readonly PoolView[]): MetricFamily[] {
  const ofEach = (name: string, help: string, amountOf: (pool: PoolView) => number): MetricFamily =>
    gauge(
      `homeport_dhcp_pool_${name}`,
      help,
      pools.map((pool) => ({ labels: { subnet: pool.subnet, pool: pool.range }, value: amountOf(pool) })),
    );
  return [
    ofEach("addresses", "Addresses of a pool that can be given to anybody.", ({ size }) => size),
    ofEach("used_addresses", "Addresses of a pool that somebody has.", ({ used }) => used),
    ofEach("free_addresses", "Addresses of a pool that nobody has.", ({ free }) => free),
    ofEach("declined_addresses", "Addresses of a pool in quarantine.", ({ declined }) => declined),
    ofEach("used_percent", "How much of a pool is used, in per cent.", ({ percent }) => percent),
  ];
}

function messageMetrics({
  received,
  sent,
  ignored,
  optionsLeftOut,
  sendErrors,
}: DhcpCounters): MetricFamily[] {
  return [
    counter(
      "homeport_dhcp_received_total",
      "Messages of clients and relays, by type.",
      byName("type", received),
    ),
    counter("homeport_dhcp_sent_total", "Answers, by type.", byName("type", sent)),
    counter(
      "homeport_dhcp_ignored_total",
      "Messages that got no answer and changed nothing, by reason.",
      byName("reason", ignored),
    ),
    counter("homeport_dhcp_options_left_out_total", "Options that an answer had no room for.", [
      { value: optionsLeftOut },
    ]),
    counter("homeport_dhcp_send_errors_total", "Answers that the kernel did not take.", [
      { value: sendErrors },
    ]),
  ];
}

function leaseMetrics({ leases, names, probes, commits }: DhcpCounters): MetricFamily[] {
  return [
    counter("homeport_dhcp_leases_total", "What became of leases.", byName("event", leases)),
    counter(
      "homeport_dhcp_names_total",
      "Names of machines, by what came of them.",
      byName("outcome", names),
    ),
    counter(
      "homeport_dhcp_probes_total",
      "Probes of addresses before an offer, by outcome.",
      byName("outcome", probes),
    ),
    counter("homeport_dhcp_commits_total", "Transactions of leases, by outcome.", byName("outcome", commits)),
  ];
}
