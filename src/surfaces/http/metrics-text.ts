/** Metrics as Prometheus reads them: its text format 0.0.4. */
import assert from "node:assert/strict";
import type { MetricFamily, MetricHistogram } from "#contracts/metrics.ts";

export const metricsMediaType = "text/plain; version=0.0.4; charset=utf-8";

export function metricsText(families: readonly MetricFamily[]): string {
  const names = new Set(families.map(({ name }) => name));
  assert.equal(names.size, families.length, "two families have one name");
  return families.map(familyText).join("");
}

function familyText(family: MetricFamily): string {
  const { name, help, type, samples } = family;
  if (samples.length === 0) return "";
  const head = `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`;
  if (type === "histogram") return head + samples.map((sample) => histogramText(name, sample)).join("");
  return head + samples.map(({ labels, value }) => line(name, labels, value)).join("");
}

/** Each bucket counts those below it too, up to the last, which counts all. */
function histogramText(name: string, { labels, bounds, counts, sum }: MetricHistogram): string {
  assert.equal(
    counts.length,
    bounds.length + 1,
    `${name}: one count for each bucket and one for those above`,
  );
  let below = 0;
  const buckets = counts.map((count, index) => {
    below += count;
    return line(`${name}_bucket`, { ...labels, le: numberText(bounds[index] ?? Infinity) }, below);
  });
  return buckets.join("") + line(`${name}_sum`, labels, sum) + line(`${name}_count`, labels, below);
}

function line(name: string, labels: Readonly<Record<string, string>> | undefined, value: number): string {
  const pairs = Object.entries(labels ?? {}).map(
    ([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberText(value)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
