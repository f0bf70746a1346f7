import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricFamily } from "#contracts/metrics.ts";
import { readMetricsText } from "./metrics-text.testing.ts";
import { metricsText } from "./metrics-text.ts";

const families: readonly MetricFamily[] = [
  {
    name: "homeport_test_queries_total",
    help: "Queries, as a \\ and\nanother line.",
    type: "counter",
    samples: [
      { labels: { transport: "udp", type: "A" }, value: 3 },
      { labels: { transport: "tcp", type: 'a "quoted" \\ name\nof two lines' }, value: 1e21 },
    ],
  },
  { name: "homeport_test_temperature", help: "Falls.", type: "gauge", samples: [{ value: -0.5 }] },
  { name: "homeport_test_edge", help: "Far.", type: "gauge", samples: [{ value: -Infinity }] },
  { name: "homeport_test_nothing", help: "Has no samples.", type: "gauge", samples: [] },
  {
    name: "homeport_test_duration_seconds",
    help: "How long.",
    type: "histogram",
    samples: [
      { bounds: [0.001, 0.5], counts: [4, 0, 2], sum: 9.25 },
      { labels: { zone: "a" }, bounds: [1], counts: [0, 0], sum: 0 },
    ],
  },
];

test("metrics are written as Prometheus reads them", () => {
  assert.equal(
    metricsText(families),
    String.raw`# HELP homeport_test_queries_total Queries, as a \\ and\nanother line.
# TYPE homeport_test_queries_total counter
homeport_test_queries_total{transport="udp",type="A"} 3
homeport_test_queries_total{transport="tcp",type="a \"quoted\" \\ name\nof two lines"} 1e+21
# HELP homeport_test_temperature Falls.
# TYPE homeport_test_temperature gauge
homeport_test_temperature -0.5
# HELP homeport_test_edge Far.
# TYPE homeport_test_edge gauge
homeport_test_edge -Inf
# HELP homeport_test_duration_seconds How long.
# TYPE homeport_test_duration_seconds histogram
homeport_test_duration_seconds_bucket{le="0.001"} 4
homeport_test_duration_seconds_bucket{le="0.5"} 4
homeport_test_duration_seconds_bucket{le="+Inf"} 6
homeport_test_duration_seconds_sum 9.25
homeport_test_duration_seconds_count 6
homeport_test_duration_seconds_bucket{zone="a",le="1"} 0
homeport_test_duration_seconds_bucket{zone="a",le="+Inf"} 0
homeport_test_duration_seconds_sum{zone="a"} 0
homeport_test_duration_seconds_count{zone="a"} 0
`,
  );
});

test("a reader that checks the format's rules reads them", () => {
  const read = readMetricsText(metricsText(families));
  assert.deepEqual(
    [...read.keys()],
    families.filter(({ samples }) => samples.length > 0).map(({ name }) => name),
  );
  assert.equal(read.get("homeport_test_edge")!.samples.get("homeport_test_edge"), -Infinity);
});

test("two families of one name are our fault", () =>
  assert.throws(() => metricsText([families[1]!, families[1]!]), /two families/));

const head = "# HELP a_total x\n# TYPE a_total counter\n";
const histogram = "# HELP h x\n# TYPE h histogram\n";
for (const [why, text, want] of [
  ["a sample without a type", "a_total 1\n", /without HELP/],
  ["a family that begins twice", head + head, /begins twice/],
  ["a sample that is there twice", `${head}a_total 1\na_total 2\n`, /a sample twice/],
  ["a quote that is not escaped", `${head}a_total{x="a"b"} 1\n`, /labels that are none/],
  ["an escape that is none", "# HELP a_total \\x\n", /an escape/],
  [
    "a bucket below the one before it",
    `${histogram}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\n`,
    /does not rise/,
  ],
  ["a histogram without its end", `${histogram}h_bucket{le="1"} 2\nh_sum 1\nh_count 2\n`, /no bucket \+Inf/],
  [
    "a count that is another",
    `${histogram}h_bucket{le="+Inf"} 2\nh_sum 1\nh_count 3\n`,
    /is not that of \+Inf/,
  ],
  ["a last line without an end", `${head}a_total 1`, /no end/],
] as const) {
  test(`the reader refuses ${why}`, () => assert.throws(() => readMetricsText(text), want));
}
