import assert from "node:assert/strict";
import { test } from "node:test";
import { assertMetricsComply } from "#contracts/metrics-compliance.ts";
import { newDhcpCounters } from "./counters.ts";
import { dhcpMetrics } from "./metrics.ts";
import { FakeControl, pool } from "./routes/fake-control.testing.ts";

const control = new FakeControl();

test("they keep to the rules of all metrics, with and without pools and hooks", () => {
  assertMetricsComply("dhcp", dhcpMetrics({ pools: () => [] }, newDhcpCounters()));
  const hooks = { delivered: 1, failed: 2, dropped: 3 };
  const pools = [pool, { ...pool, range: "192.168.9.200-192.168.9.209" }];
  assertMetricsComply("dhcp", dhcpMetrics({ pools: () => pools }, newDhcpCounters(), hooks));
});

test("each pool has its numbers", () => {
  const labels = { subnet: "192.168.9.0/24", pool: "192.168.9.10-192.168.9.109" };
  const pools = dhcpMetrics(control, newDhcpCounters()).filter(({ name }) => name.includes("_pool_"));
  assert.deepEqual(
    pools.map(({ name, samples }) => [name, samples]),
    [
      ["homeport_dhcp_pool_addresses", [{ labels, value: 100 }]],
      ["homeport_dhcp_pool_used_addresses", [{ labels, value: 91 }]],
      ["homeport_dhcp_pool_free_addresses", [{ labels, value: 8 }]],
      ["homeport_dhcp_pool_declined_addresses", [{ labels, value: 1 }]],
      ["homeport_dhcp_pool_used_percent", [{ labels, value: 91 }]],
    ],
  );
});

test("what is counted is there by type, reason and outcome", () => {
  const counters = newDhcpCounters();
  counters.received.DISCOVER = 5;
  counters.sent.OFFER = 4;
  counters.ignored.newClientsLimited = 3;
  counters.commits.failed = 2;
  counters.names.refused = 1;
  const value = (name: string, label: string): number | undefined => {
    const family = dhcpMetrics(control, counters).find((one) => one.name === `homeport_dhcp_${name}_total`);
    const sample = family?.samples.find((one) => Object.values(one.labels ?? {}).includes(label));
    return sample !== undefined && "value" in sample ? sample.value : undefined;
  };
  assert.deepEqual(
    [
      value("received", "DISCOVER"),
      value("sent", "OFFER"),
      value("ignored", "new-clients-limited"),
      value("commits", "failed"),
      value("names", "refused"),
    ],
    [5, 4, 3, 2, 1],
  );
});
