/** Numbers of what changes zones and copies them. */
import type { MetricFamily } from "#contracts/metrics.ts";
import { byName, counter, gauge } from "#platform/metrics/sample.ts";
import type { NameServerView } from "../view.ts";

type Services = NameServerView["services"];

/** As far as these numbers need it. */
export interface ChangingZones {
  readonly services: {
    readonly updates: Pick<Services["updates"], "counts">;
    readonly replays: Pick<Services["replays"], "replays" | "forgotten">;
    readonly router: Pick<Services["router"], "refused">;
    readonly transfersOut: Pick<Services["transfersOut"], "counters" | "runningCount">;
    readonly secondaries: Pick<Services["secondaries"], "counters" | "load">;
    readonly notifier: Pick<Services["notifier"], "counters">;
    readonly notifyReceiver: Pick<Services["notifyReceiver"], "counters">;
  };
  readonly served: {
    readonly keeper: Pick<NameServerView["served"]["keeper"], "counts">;
  };
}

export function changeMetrics(view: ChangingZones): readonly MetricFamily[] {
  return [
    ...updateMetrics(view),
    ...journalMetrics(view),
    ...transferOutMetrics(view),
    ...transferInMetrics(view),
    ...notifyMetrics(view),
  ];
}

function updateMetrics({ services }: ChangingZones): MetricFamily[] {
  const { updates, replays, router } = services;
  return [
    counter(
      "homeport_dns_updates_total",
      "Dynamic updates, by what became of them.",
      byName("outcome", updates.counts),
    ),
    counter(
      "homeport_dns_update_replays_total",
      "Signed updates that had come before and got the answer of then.",
      [{ value: replays.replays }],
    ),
    counter(
      "homeport_dns_update_replays_forgotten_total",
      "Signed updates that could come again, of which nothing is known any more.",
      [{ value: replays.forgotten }],
    ),
    counter(
      "homeport_dns_signatures_refused_total",
      "Messages that are not signed as they should be, by why.",
      byName("reason", router.refused),
    ),
  ];
}

function journalMetrics({ served }: ChangingZones): MetricFamily[] {
  const { commits, sets, failed, waiting, snapshots } = served.keeper.counts;
  return [
    counter("homeport_dns_journal_changes_total", "Changes of zones that are durable.", [{ value: sets }]),
    counter("homeport_dns_journal_commits_total", "Transactions by which they became so.", [
      { value: commits },
    ]),
    counter("homeport_dns_journal_failed_commits_total", "Transactions that the store did not take.", [
      { value: failed },
    ]),
    gauge("homeport_dns_journal_waiting", "Changes that wait for their turn.", [{ value: waiting }]),
    counter("homeport_dns_journal_snapshots_total", "Contents of zones that were written to a file.", [
      { value: snapshots },
    ]),
  ];
}

function transferOutMetrics({ services }: ChangingZones): MetricFamily[] {
  const { counters, runningCount } = services.transfersOut;
  const { gone, cut, failed, messages, records, octets, ...requests } = counters;
  return [
    counter(
      "homeport_dns_transfers_out_total",
      "Requests to copy a zone, by what was sent.",
      byName("outcome", requests),
    ),
    counter(
      "homeport_dns_transfers_out_broken_total",
      "Transfers to others that did not come to their end, by why.",
      byName("reason", { gone, cut, failed }),
    ),
    counter("homeport_dns_transfers_out_messages_total", "Messages of transfers to others.", [
      { value: messages },
    ]),
    counter("homeport_dns_transfers_out_records_total", "Records in these messages.", [{ value: records }]),
    counter("homeport_dns_transfers_out_bytes_total", "Sizes of these messages.", [{ value: octets }]),
    gauge("homeport_dns_transfers_out_running", "Transfers to others under way.", [{ value: runningCount }]),
  ];
}

function transferInMetrics({ services }: ChangingZones): MetricFamily[] {
  const { counters, load } = services.secondaries;
  const { whole, differences, current, failed, asked, askedInVain, records, octets } = counters;
  return [
    counter(
      "homeport_dns_transfers_in_total",
      "Transfers from primaries that came to a good end, by what they brought.",
      byName("outcome", { whole, differences, current }),
    ),
    counter(
      "homeport_dns_transfers_in_failed_total",
      "Transfers from primaries that came to nothing, by why.",
      [...failed].map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    counter("homeport_dns_transfers_in_records_total", "Records that were copied.", [{ value: records }]),
    counter("homeport_dns_transfers_in_bytes_total", "Sizes of the messages with them.", [{ value: octets }]),
    gauge(
      "homeport_dns_transfers_in",
      "Transfers from primaries that are under way or wait.",
      byName("state", load),
    ),
    counter(
      "homeport_dns_serial_queries_total",
      "Questions to primaries for the serial number, by whether there was a good answer.",
      byName("outcome", { answered: Math.max(0, asked - askedInVain), failed: askedInVain }),
    ),
  ];
}

function notifyMetrics({ services }: ChangingZones): MetricFamily[] {
  return [
    counter(
      "homeport_dns_notify_sent_total",
      "Notifications of secondaries, by what happened.",
      byName("event", services.notifier.counters),
    ),
    counter(
      "homeport_dns_notify_received_total",
      "Notifications from primaries, by what became of them.",
      byName("outcome", services.notifyReceiver.counters),
    ),
  ];
}
