/**
 * Numbers that a capability shows of itself while it runs, for Prometheus and for people. Reading them must
 * not hold anybody up.
 */
import { z } from "zod";

/**
 * `homeport_`, the capability, what it is, the unit when it has one (`_seconds`, `_bytes`), and `_total` for
 * a counter.
 */
export const MetricName = z.string().regex(/^homeport(_[a-z][a-z0-9]*)+$/);

const Labels = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string());

/** One value for one set of labels. */
const MetricSample = z.object({ labels: Labels.optional(), value: z.number() });
export type MetricSample = z.input<typeof MetricSample>;

const MetricHistogram = z.object({
  labels: Labels.optional(),
  bounds: z.array(z.number()).readonly().describe("Largest value of each bucket, rising"),
  counts: z
    .array(z.number())
    .readonly()
    .describe("Of each bucket by itself, and of all values above the last bound"),
  sum: z.number().describe("Of all values"),
});
export type MetricHistogram = z.input<typeof MetricHistogram>;

const about = { name: MetricName, help: z.string().describe("One sentence") };
export const MetricFamily = z.discriminatedUnion("type", [
  z.object({
    ...about,
    type: z.literal("counter").describe("Only rises, from 0 at the start"),
    samples: z.array(MetricSample).readonly(),
  }),
  z.object({
    ...about,
    type: z.literal("gauge").describe("Rises and falls"),
    samples: z.array(MetricSample).readonly(),
  }),
  z.object({ ...about, type: z.literal("histogram"), samples: z.array(MetricHistogram).readonly() }),
]);
/** All samples of one name, each with other labels. */
export type MetricFamily = z.input<typeof MetricFamily>;
