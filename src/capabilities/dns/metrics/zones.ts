/** Numbers of zones: how many, in which state, and how copies stand with their primaries. */
import type { MetricFamily, MetricSample } from "#contracts/metrics.ts";
import { gauge } from "#platform/metrics/sample.ts";
import type { SecondaryStatus } from "../transfer/in/secondary-memory.ts";
import type { NameServerView } from "../view.ts";
import { type SiteZone, type ZoneState, zoneText } from "../zones/zone-set.ts";

export interface MeasuredZones {
  readonly zones: NameServerView["zones"];
  readonly served: Pick<NameServerView["served"], "catalogFacts">;
  readonly services: {
    readonly secondaries: Pick<NameServerView["services"]["secondaries"], "status">;
  };
}

const zoneStates = [
  "serving",
  "serving-previous",
  "failed",
  "not-fetched",
  "expired",
] as const satisfies readonly ZoneState[];

const copyStates = [
  "current",
  "asking",
  "transferring",
  "empty",
  "expired",
] as const satisfies readonly SecondaryStatus["state"][];

/** Copies that are named one by one. With more of them their sum must do: each is a series to keep. */
const namedCopiesMax = 1000;

export function zoneMetrics(view: MeasuredZones, nowMs: number): readonly MetricFamily[] {
  const all = [...view.zones.zones.values()];
  return [
    gauge(
      "homeport_dns_zones",
      "Zones by state.",
      zoneStates.map((state) => ({
        labels: { state },
        value: all.filter((zone) => zone.state === state).length,
      })),
    ),
    gauge("homeport_dns_records", "Records of all zones that are served.", [
      { value: all.reduce((sum, { image }) => sum + (image?.recordCount ?? 0), 0) },
    ]),
    gauge("homeport_dns_frozen_zones", "Zones that take no updates since their files are being edited.", [
      { value: all.filter(({ live }) => live.frozen).length },
    ]),
    ...copyMetrics(all, view, nowMs),
    gauge(
      "homeport_dns_catalog_members",
      "Zones that a catalog brings or lists.",
      view.served.catalogFacts.map(({ name, kind, members }) => ({
        labels: { catalog: zoneText(name), kind },
        value: members,
      })),
    ),
  ];
}

function copyMetrics(
  all: readonly SiteZone[],
  { services }: MeasuredZones,
  nowMs: number,
): readonly MetricFamily[] {
  const copies = all.flatMap(({ name }) => {
    const status = services.secondaries.status(name);
    return status === undefined ? [] : [{ name, status }];
  });
  const expiring = copies.flatMap(({ name, status: { expiresAtMs } }): MetricSample[] => {
    if (expiresAtMs === undefined || !Number.isFinite(expiresAtMs)) return [];
    return [{ labels: { zone: zoneText(name) }, value: Math.max(0, (expiresAtMs - nowMs) / 1000) }];
  });
  return [
    gauge(
      "homeport_dns_secondary_zones",
      "Copies of other servers' zones, by state.",
      copyStates.map((state) => ({
        labels: { state },
        value: copies.filter(({ status }) => status.state === state).length,
      })),
    ),
    gauge("homeport_dns_secondary_zones_failing", "Copies whose last check came to nothing.", [
      { value: copies.filter(({ status }) => status.error !== undefined).length },
    ]),
    gauge(
      "homeport_dns_secondary_expiry_seconds",
      `Until a copy is served no longer, for up to ${namedCopiesMax} of them.`,
      copies.length > namedCopiesMax ? [] : expiring,
    ),
  ];
}
