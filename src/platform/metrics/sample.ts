/** How families of metrics are put together. */
import type { MetricFamily, MetricSample } from "#contracts/metrics.ts";

export function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, type: "counter", samples };
}

export function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, type: "gauge", samples };
}

/** One sample for each count, its name as the value of a label. */
export function byName(label: string, counts: object): MetricSample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: words(name) }, value }));
}

/** `sendErrors` as `send-errors`. */
export function words(name: string): string {
  return /^[A-Z]+$/.test(name) ? name : name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
