/**
 * How long answers take while something else goes on: dnsperf asks for addresses of a zone at a moderate
 * rate. Where there are few cores it shares one with whatever else is going on.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type RunningLoad, startLoad } from "./dns/dnsperf.ts";
import { seededRandom } from "./dns/random.ts";
import { allowedCores } from "./machine.ts";
import { percentile } from "./statistics.ts";
import type { Workplace } from "./workplace.ts";
import { hostLabel, writeLines } from "./zone-files.ts";

export interface QueriedZone {
  readonly zone: string;
  /** How many it has, as `hostsZone` makes them. */
  readonly names: number;
}

export interface QueryLatency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
  readonly lost: number;
}

const perSecond = 5_000;
const secondsMax = 120;
const questionCount = 50_000;

/** Asks for as long as `work` takes. */
export async function latencyDuring(
  place: Workplace,
  server: { readonly port: number } & QueriedZone,
  work: () => Promise<void>,
): Promise<QueryLatency> {
  const load = startQueries(place, server);
  try {
    await work();
  } finally {
    load.group.leader.kill("SIGINT"); // it says its statistics, and ends
  }
  const { latencies, answered, lost } = await load.result();
  return {
    p50Ms: percentile(latencies, 0.5) * 1_000,
    p99Ms: percentile(latencies, 0.99) * 1_000,
    answered,
    lost,
  };
}

function startQueries(
  place: Workplace,
  { port, zone, names }: { readonly port: number } & QueriedZone,
): RunningLoad {
  const questions = join(place.folder, `${zone}-${names}.questions`);
  if (!existsSync(questions)) writeLines(questions, questionLines({ zone, names }));
  return startLoad(place, {
    port,
    questions,
    seconds: secondsMax,
    cores: allowedCores().join(","),
    transport: "udp",
    dnssecOk: false,
    queriesPerSecond: perSecond,
    eachLatency: true,
  });
}

function* questionLines({ zone, names }: QueriedZone): Generator<string> {
  const pick = seededRandom(5_000);
  for (let i = 0; i < questionCount; i++) yield `${hostLabel(pick(names))}.${zone} A`;
}
