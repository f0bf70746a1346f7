import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricFamily } from "./metrics.ts";
import { assertMetricsComply } from "./metrics-compliance.ts";

const counter = { name: "homeport_dns_queries_total", help: "Queries.", type: "counter" } as const;
const duration = { name: "homeport_dns_duration_seconds", help: "Time.", type: "histogram" } as const;

for (const [why, family, want] of [
  [
    "a name of another capability",
    { ...counter, name: "homeport_dhcp_leases_total", samples: [] },
    /begins with/,
  ],
  ["a counter without _total", { ...counter, name: "homeport_dns_queries", samples: [] }, /end in _total/],
  ["a gauge with _total", { ...counter, type: "gauge", samples: [] }, /end in _total/],
  ["a name with a capital", { ...counter, name: "homeport_dns_Queries_total", samples: [] }, /name/],
  ["help that is no sentence", { ...counter, help: "queries", samples: [] }, /a sentence/],
  ["a negative counter", { ...counter, samples: [{ value: -1 }] }, /not negative/],
  [
    "labels that differ",
    { ...counter, samples: [{ labels: { a: "1" }, value: 1 }, { value: 1 }] },
    /same labels/,
  ],
  ["a sample twice", { ...counter, samples: [{ value: 1 }, { value: 2 }] }, /each set of labels once/],
  ["a count too few", { ...duration, samples: [{ bounds: [1], counts: [1], sum: 1 }] }, /one count more/],
  [
    "bounds that fall",
    { ...duration, samples: [{ bounds: [2, 1], counts: [1, 1, 1], sum: 1 }] },
    /bounds rise/,
  ],
] as const satisfies readonly (readonly [string, MetricFamily, RegExp])[]) {
  test(`metrics with ${why} do not comply`, () => {
    assert.throws(() => assertMetricsComply("dns", [family]), want);
  });
}

test("metrics that keep to the rules comply", () => {
  const samples = [
    { labels: { type: "A" }, value: 1 },
    { labels: { type: "NS" }, value: 0 },
  ];
  assertMetricsComply("dns", [
    { ...counter, samples },
    { ...duration, samples: [] },
  ]);
});
