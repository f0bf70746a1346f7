/**
 * How long answers take while something else goes on: dnsperf asks for addresses of a zone at a moderate
 * rate. Where there are few cores it shares one with whatever else is going on.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type RunningLoad, startLoad } from "./dns/dnsperf.ts";
import { seededRandom } from "./dns/random.ts";
import { allowedCores } from "./machine.ts";
import { median, percentile } from "./statistics.ts";
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
/** For its threads to be there. */
const startMs = 50;
const secondsMax = 120;
const questionCount = 50_000;

/** Asks for as long as `work` takes. */
export async function latencyDuring(
  place: Workplace,
  server: { readonly port: number } & QueriedZone,
  work: () => Promise<void>,
): Promise<QueryLatency> {
  const load = startQueries(place, server);
  await delay(startMs);
  putFirst(load.group.pid);
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

export const latencyHead = [
  "quiet p99",
  "p99 then",
  "ratio",
  "quiet p50",
  "p50 then",
  "answers",
  "lost",
] as const;

/** Medians of the rounds. */
export function latencyRow(
  name: string,
  quiet: readonly QueryLatency[],
  busy: readonly QueryLatency[],
): string[] {
  const p99 = (of: readonly QueryLatency[]): number => median(of.map(({ p99Ms }) => p99Ms));
  const p50 = (of: readonly QueryLatency[]): number => median(of.map(({ p50Ms }) => p50Ms));
  return [
    name,
    `${p99(quiet).toFixed(2)} ms`,
    `${p99(busy).toFixed(2)} ms`,
    (p99(busy) / p99(quiet)).toFixed(2),
    `${p50(quiet).toFixed(2)} ms`,
    `${p50(busy).toFixed(2)} ms`,
    String(busy.reduce((sum, { answered }) => sum + answered, 0)),
    String([...quiet, ...busy].reduce((sum, { lost }) => sum + lost, 0)),
  ];
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

/**
 * It gets a core as soon as it has something to do (SCHED_RR, sched(7)) where that is allowed, so that its
 * own waiting is not in what it measures.
 */
function putFirst(pid: number): void {
  spawnSync("chrt", ["--all-tasks", "--rr", "--pid", "1", String(pid)], { stdio: "ignore" });
}

function* questionLines({ zone, names }: QueriedZone): Generator<string> {
  const pick = seededRandom(5_000);
  for (let i = 0; i < questionCount; i++) yield `${hostLabel(pick(names))}.${zone} A`;
}
