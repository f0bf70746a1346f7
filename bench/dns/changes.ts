/** What changing a zone all the time costs those who ask, and how soon they see it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, untilAnswered } from "../name-servers.ts";
import { median, spreadOf } from "../statistics.ts";
import type { ChangeOrder, ChangeReport } from "./changing-server.ts";
import { type Load, runLoad } from "./dnsperf.ts";
import type { Scene } from "./measure.ts";
import type { Table } from "./report.ts";
import { changingZone, questionsFile, stageZone } from "./stages.ts";

export interface ChangesLoad extends ChangeReport {
  readonly cpuMicrosecondsPerAnswer: number;
  readonly answersPerSecond: number;
  readonly lost: number;
}

export interface ChangesRound {
  readonly still: ChangesLoad;
  readonly changing: ChangesLoad;
}

const patienceMs = 60_000;

export async function measureChanges(scene: Scene, changesPerSecond: number): Promise<ChangesLoad> {
  const { place, cores, seconds } = scene;
  const { name: zone, file } = stageZone(place.folder, "hundred-thousand");
  const port = await freePort();
  const order: ChangeOrder = { port, zone, file, names: changingZone.names, changesPerSecond };
  const output = place.openOutput("changes");
  const program = join(import.meta.dirname, "changing-server.ts");
  const group = place.start([process.execPath, program, JSON.stringify(order)], {
    cores: cores.server,
    stdout: output.descriptor,
  });
  output.close();
  await untilAnswered(port, zone, group, patienceMs);
  const load: Load = {
    port,
    questions: questionsFile(place.folder, "changing"),
    seconds,
    cores: cores.client,
    transport: "udp",
    dnssecOk: false,
  };
  await runLoad(place, { ...load, seconds: 1 });
  const before = group.cpuNanoseconds();
  const { answered, lost, seconds: took } = await runLoad(place, load);
  const nanoseconds = Number(group.cpuNanoseconds() - before);
  group.leader.kill("SIGTERM");
  const code = await group.end();
  await place.end(group);
  if (code !== 0) throw new Error(`the changing server ended with ${code}:\n${group.errors}`);
  const report = JSON.parse(readFileSync(output.file, "utf8")) as ChangeReport;
  return {
    ...report,
    cpuMicrosecondsPerAnswer: nanoseconds / 1_000 / answered,
    answersPerSecond: answered / took,
    lost,
  };
}

export function changesTable(rounds: readonly ChangesRound[]): Table {
  const still = rounds.map((round) => round.still);
  const changing = rounds.map((round) => round.changing);
  const ratio = median(rounds.map((round) => ratioOf(round)));
  return {
    head: [
      "zone",
      "CPU µs/answer",
      "of still",
      "answers/s",
      "lost",
      "changes",
      "stale",
      "visible p50",
      "p99",
      "max",
    ],
    rows: [row("still", still, 1), row("changing", changing, ratio)],
  };
}

function ratioOf({ still, changing }: ChangesRound): number {
  return changing.cpuMicrosecondsPerAnswer / still.cpuMicrosecondsPerAnswer;
}

function row(name: string, loads: readonly ChangesLoad[], ratio: number): string[] {
  const cpu = spreadOf(loads.map(({ cpuMicrosecondsPerAnswer }) => cpuMicrosecondsPerAnswer));
  const sum = (of: (load: ChangesLoad) => number) => loads.reduce((total, load) => total + of(load), 0);
  const worst = (of: (load: ChangesLoad) => number) => `${Math.max(...loads.map(of)).toFixed(2)} ms`;
  const changes = sum((load) => load.changes);
  return [
    name,
    `${cpu.median.toFixed(2)} (${cpu.least.toFixed(2)}-${cpu.most.toFixed(2)})`,
    ratio.toFixed(2),
    Math.round(median(loads.map(({ answersPerSecond }) => answersPerSecond))).toString(),
    String(sum((load) => load.lost)),
    String(changes),
    changes === 0 ? "-" : `${sum((load) => load.stale)} of ${sum((load) => load.asked)}`,
    ...(changes === 0
      ? ["-", "-", "-"]
      : [
          worst((load) => load.visibleP50Ms),
          worst((load) => load.visibleP99Ms),
          worst((load) => load.visibleMaxMs),
        ]),
  ];
}
