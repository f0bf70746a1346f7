/** What several rounds of a case say, as a table. */
import { median, type Spread, spreadOf } from "../statistics.ts";
import type { ProbeReport } from "./prober.ts";

/** One server, one round. */
export interface LoadRound {
  /** Of all threads of all its processes. */
  readonly cpuMicrosecondsPerAnswer: number;
  readonly answersPerSecond: number;
  readonly lost: number;
  /** Of the cores that the server may use, 0 to 1. */
  readonly busy: number;
  readonly responseOctets: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface ReloadRound extends ProbeReport {
  /** Of the load beside the probe. */
  readonly loadSent: number;
  readonly loadLost: number;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Comparison {
  readonly by: "cpu" | "p99";
  /** A peer beside the best one. */
  readonly besides?: string;
  /** Servers that answered something else than was asked for; they are no measure for others. */
  readonly wrong: ReadonlySet<string>;
}

/** Homeport is the one that is compared; every other server is a peer. */
const own = "homeport";

export function loadTable(
  rounds: ReadonlyMap<string, readonly LoadRound[]>,
  { by, besides, wrong }: Comparison,
): Table {
  const values = new Map(
    [...rounds].map(([server, list]) => [
      server,
      median(list.map((round) => (by === "cpu" ? round.cpuMicrosecondsPerAnswer : round.p99Ms))),
    ]),
  );
  const best = bestPeer(values, wrong);
  const measure = by === "cpu" ? "CPU" : "p99";
  const head = ["server", "CPU µs/answer", "least–most"];
  head.push("answers/s", "lost", "p50 ms", "p99 ms", "octets", "busy", `${measure} / best peer's`);
  if (besides !== undefined) head.push(`${measure} / ${besides}'s`);
  const rows = [...rounds].map(([server, list]) => {
    const of = (pick: (round: LoadRound) => number): Spread => spreadOf(list.map(pick));
    const cpu = of((round) => round.cpuMicrosecondsPerAnswer);
    const row = [
      wrong.has(server) ? `${server} (!)` : server,
      fixed(cpu.median, 2),
      `${fixed(cpu.least, 2)}–${fixed(cpu.most, 2)}`,
      grouped(of((round) => round.answersPerSecond).median),
      grouped(list.reduce((sum, { lost }) => sum + lost, 0)),
      fixed(of((round) => round.p50Ms).median, 3),
      fixed(of((round) => round.p99Ms).median, 3),
      fixed(of((round) => round.responseOctets).median, 0),
      `${fixed(of((round) => round.busy).median * 100, 0)} %`,
      ratio(values.get(server), values.get(best ?? "")),
    ];
    if (besides !== undefined) row.push(ratio(values.get(server), values.get(besides)));
    return row;
  });
  return { head, rows };
}

/** A server with less than this to do was waiting for questions. */
const busyAtLeast = 0.9;

/** Who had less to do than it could, as a sentence; undefined when all were busy. */
export function idleNote(rounds: ReadonlyMap<string, readonly LoadRound[]>): string | undefined {
  const idle = [...rounds]
    .filter(([, list]) => median(list.map(({ busy }) => busy)) < busyAtLeast)
    .map(([server]) => server);
  if (idle.length === 0) return undefined;
  return `dnsperf, not the server, was the limit of answers/s for ${idle.join(", ")}.`;
}

/** The peer with the least; undefined without any. */
export function bestPeer(
  values: ReadonlyMap<string, number>,
  wrong: ReadonlySet<string> = new Set(),
): string | undefined {
  return [...values]
    .filter(([server, value]) => server !== own && !wrong.has(server) && !Number.isNaN(value))
    .sort(([, one], [, other]) => one - other)[0]?.[0];
}

/** The worst of all rounds: one lost answer is one too many. */
export function reloadTable(rounds: ReadonlyMap<string, readonly ReloadRound[]>): Table {
  const head = ["server", "probe lost", "load lost", "failed", "longest gap ms", "gap before ms"];
  head.push("client stall ms", "new content s");
  const rows = [...rounds].map(([server, list]) => {
    const sum = (pick: (round: ReloadRound) => number) => list.reduce((all, one) => all + pick(one), 0);
    const worst = (pick: (round: ReloadRound) => number) => Math.max(...list.map(pick));
    const visible = list.map(({ visibleMs }) => visibleMs);
    return [
      server,
      `${grouped(sum(({ lost }) => lost))} of ${grouped(sum(({ sent }) => sent))}`,
      `${grouped(sum(({ loadLost }) => loadLost))} of ${grouped(sum(({ loadSent }) => loadSent))}`,
      grouped(sum(({ failed }) => failed)),
      fixed(
        worst(({ reloadGapMs }) => reloadGapMs),
        1,
      ),
      fixed(
        worst(({ calmGapMs }) => calmGapMs),
        1,
      ),
      fixed(
        worst(({ clientStallMs }) => clientStallMs),
        1,
      ),
      visible.includes(undefined) ? "never" : fixed(median(visible.map((ms) => ms! / 1_000)), 2),
    ];
  });
  return { head, rows };
}

/**
 * What is wrong with the answers, as a sentence; undefined when the shares of response codes are the wanted
 * ones to within 2 in 100.
 */
export function wrongAnswers(
  rcodes: ReadonlyMap<string, number>,
  wanted: Readonly<Record<string, number>>,
): string | undefined {
  const all = [...rcodes.values()].reduce((sum, count) => sum + count, 0);
  const share = (code: string) => (all === 0 ? 0 : (rcodes.get(code) ?? 0) / all);
  const codes = new Set([...rcodes.keys(), ...Object.keys(wanted)]);
  if ([...codes].every((code) => Math.abs(share(code) - (wanted[code] ?? 0)) <= 0.02)) return undefined;
  const said = [...rcodes].map(([code, count]) => `${code} ${fixed((count / all) * 100, 1)} %`).join(", ");
  return `answered ${said || "nothing"}`;
}

function ratio(value: number | undefined, to: number | undefined): string {
  return value === undefined || to === undefined || Number.isNaN(value / to) ? "-" : fixed(value / to, 2);
}

function fixed(value: number, digits: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(digits);
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
