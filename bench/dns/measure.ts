/** One server, one round. */
import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Cores } from "../machine.ts";
import type { RunningServer } from "../name-servers.ts";
import { percentile } from "../statistics.ts";
import type { Workplace } from "../workplace.ts";
import { hostsZone, writeLines } from "../zone-files.ts";
import type { LoadCase } from "./cases.ts";
import { type Load, type LoadResult, runLoad, startLoad } from "./dnsperf.ts";
import type { ProbeOrder, ProbeReport } from "./prober.ts";
import { type LoadRound, type ReloadRound, wrongAnswers } from "./report.ts";
import { millionZone, questionsFile } from "./stages.ts";

export interface Scene {
  readonly place: Workplace;
  readonly cores: Cores;
  readonly seconds: number;
}

/** Beside the probe while a zone is loaded anew: what every server can answer in its sleep. */
const reloadLoadPerSecond = 20_000;
const reloadLoadSecondsMax = 120;
/** For compilers and caches; counts for nothing. */
const warmUpSeconds = 1;

/** Resumes the server for as long as `work` takes: all others stand still meanwhile. */
export async function whileAwake<T>(server: RunningServer, work: () => Promise<T>): Promise<T> {
  if (server.group.ended) throw new Error(`${server.name} has ended by itself:\n${server.group.errors}`);
  server.group.resume();
  try {
    return await work();
  } finally {
    server.group.pause();
  }
}

/** Returns how many questions a second the server answered, unlimited. */
export async function warmUp(scene: Scene, one: LoadCase, server: RunningServer): Promise<number> {
  const { answered, seconds } = await runLoad(scene.place, {
    ...loadOf(scene, one, server),
    seconds: warmUpSeconds,
  });
  return answered / seconds;
}

export interface MeasuredLoad {
  readonly round: LoadRound;
  /** A sentence on answers that were not what was asked for. */
  readonly wrong: string | undefined;
}

/** At full load, latencies come from a second run: writing each of them down makes dnsperf slower. */
export async function measureLoad(
  scene: Scene,
  one: LoadCase,
  server: RunningServer,
  queriesPerSecond: number | undefined,
): Promise<MeasuredLoad> {
  const limited = queriesPerSecond !== undefined;
  const load: Load = { ...loadOf(scene, one, server), ...(limited ? { queriesPerSecond } : {}) };
  const before = server.group.cpuNanoseconds();
  const counted = await runLoad(scene.place, { ...load, eachLatency: limited });
  const nanoseconds = Number(server.group.cpuNanoseconds() - before);
  const secondsOfLatencies = Math.max(1, Math.round(scene.seconds / 3));
  const timed = limited
    ? counted
    : await runLoad(scene.place, { ...load, seconds: secondsOfLatencies, eachLatency: true });
  return {
    round: roundOf(counted, timed, nanoseconds, one.workers),
    wrong: wrongAnswers(counted.rcodes, one.rcodes),
  };
}

function roundOf(counted: LoadResult, timed: LoadResult, nanoseconds: number, workers: number): LoadRound {
  return {
    cpuMicrosecondsPerAnswer: nanoseconds / 1_000 / counted.answered,
    answersPerSecond: counted.answered / counted.seconds,
    lost: counted.lost + (timed === counted ? 0 : timed.lost),
    busy: nanoseconds / 1e9 / counted.seconds / workers,
    responseOctets: counted.responseOctets,
    p50Ms: percentile(timed.latencies, 0.5) * 1_000,
    p99Ms: percentile(timed.latencies, 0.99) * 1_000,
  };
}

function loadOf({ place, cores, seconds }: Scene, one: LoadCase, server: RunningServer): Load {
  return {
    port: server.port,
    questions: questionsFile(place.folder, one.questions),
    seconds,
    cores: one.workers === 1 ? cores.client : cores.both,
    transport: one.transport,
    dnssecOk: one.dnssecOk,
  };
}

/** Puts a zone file with another serial in the place of the present one, at once. */
export function rewriteMillion(file: string, serial: number): void {
  writeLines(`${file}.new`, hostsZone(millionZone.names, serial));
  renameSync(`${file}.new`, file);
}

/** The server must have a file with the new serial to load. */
export async function measureReload(
  { place, cores }: Scene,
  server: RunningServer,
  serial: number,
): Promise<ReloadRound> {
  const load = startLoad(place, {
    port: server.port,
    questions: questionsFile(place.folder, "million"),
    seconds: reloadLoadSecondsMax,
    cores: cores.client,
    transport: "udp",
    dnssecOk: false,
    queriesPerSecond: reloadLoadPerSecond,
  });
  const { port, group } = server;
  const order: ProbeOrder = {
    port,
    zone: millionZone.name,
    names: millionZone.names,
    serial,
    pid: group.pid,
  };
  const report = await probe(place, cores.client, order);
  load.group.leader.kill("SIGINT"); // it says its statistics, and ends
  const { sent, lost } = await load.result();
  return { ...report, loadSent: sent, loadLost: lost };
}

async function probe(place: Workplace, cores: string, order: ProbeOrder): Promise<ProbeReport> {
  const prober = join(import.meta.dirname, "prober.ts");
  const output = place.openOutput("probe");
  const group = place.start([process.execPath, prober, JSON.stringify(order)], {
    cores,
    stdout: output.descriptor,
  });
  output.close();
  const code = await group.end();
  await place.end(group);
  if (code !== 0) throw new Error(`the probe ended with ${code}:\n${group.errors}`);
  return JSON.parse(readFileSync(output.file, "utf8")) as ProbeReport;
}
