/** What the process as a whole uses. */
import type { MetricFamily } from "#contracts/metrics.ts";

export function processMetrics(version: string): readonly MetricFamily[] {
  const { user, system } = process.cpuUsage();
  return [
    {
      name: "homeport_build_info",
      help: "Always 1; its labels say what runs.",
      type: "gauge",
      samples: [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
    {
      name: "homeport_process_start_time_seconds",
      help: "When the process started, since 1970.",
      type: "gauge",
      samples: [{ value: (Date.now() - process.uptime() * 1000) / 1000 }],
    },
    {
      name: "homeport_process_cpu_seconds_total",
      help: "Processor time of all threads.",
      type: "counter",
      samples: [
        { labels: { mode: "user" }, value: user / 1e6 },
        { labels: { mode: "system" }, value: system / 1e6 },
      ],
    },
    {
      name: "homeport_process_resident_memory_bytes",
      help: "Memory that the process holds.",
      type: "gauge",
      samples: [{ value: process.memoryUsage.rss() }],
    },
  ];
}
