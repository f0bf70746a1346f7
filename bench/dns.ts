/**
 * `npm run bench dns`: Homeport beside the installed name servers, on the same zones, cores and questions.
 *
 * All servers of a case are started and stand still (SIGSTOP) but for the one that is measured. The rounds
 * are interleaved, so that what changes on the machine meanwhile changes for all.
 */
import { type ChangesCase, dnsCases, type LoadCase, type ReloadCase } from "./dns/cases.ts";
import { type ChangesRound, changesTable, measureChanges } from "./dns/changes.ts";
import { measureLoad, measureReload, rewriteMillion, type Scene, warmUp, whileAwake } from "./dns/measure.ts";
import { type DnsBenchOptions, type DnsBenchWords, OptionError, parseDnsOptions } from "./dns/options.ts";
import {
  idleNote,
  type LoadRound,
  loadTable,
  type ReloadRound,
  reloadTable,
  type Table,
} from "./dns/report.ts";
import { stageProblem, stageZone } from "./dns/stages.ts";
import { allowedCores, chooseCores, dnsperfVersion, machineLines, pinThisProgram } from "./machine.ts";
import { type RunningServer, startServer } from "./name-servers.ts";
import {
  homeportHasWorkers,
  installedServers,
  missingServers,
  serverNames,
  serverVersion,
} from "./server-arrangements.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import { Workplace } from "./workplace.ts";

/** Throws OptionError for words that say nothing. */
export async function dnsBench(words: DnsBenchWords): Promise<void> {
  const options = parseDnsOptions(words, { cases: dnsCases.map(({ id }) => id), servers: serverNames });
  const dnsperf = dnsperfVersion();
  if (dnsperf === undefined) {
    throw new OptionError("dnsperf is not installed; Debian package dnsperf brings it");
  }
  const servers = installedServers().filter((server) => options.servers.includes(server));
  const cores = chooseCores(allowedCores());
  for (const line of machineLines(cores)) console.log(line);
  console.log(`${servers.map(serverVersion).join("; ")}; dnsperf ${dnsperf}.`);
  const rounds = options.rounds === 1 ? "1 round" : `${options.rounds} rounds, interleaved,`;
  console.log(`${rounds} of ${options.seconds} s; medians, and for CPU the least and the most.`);
  for (const missing of missingServers()) console.log(`Left out: ${missing}.`);
  pinThisProgram(cores.client);
  await using place = new Workplace("dns");
  await new DnsBench({ place, cores, seconds: options.seconds }, servers, options).run();
}

class DnsBench {
  private readonly scene: Scene;
  private readonly names: readonly string[];
  private readonly options: DnsBenchOptions;
  /** Answers a second that each server was seen to give at most. */
  private readonly maxima = new Map<string, number>();
  private running: { readonly key: string; readonly servers: readonly RunningServer[] } | undefined;

  constructor(scene: Scene, names: readonly string[], options: DnsBenchOptions) {
    this.scene = scene;
    this.names = names;
    this.options = options;
  }

  async run(): Promise<void> {
    for (const one of dnsCases.filter(({ id }) => this.options.cases.includes(id))) {
      console.log(`\n### ${one.id}: ${one.title}`);
      const problem = one.kind === "changes" ? undefined : stageProblem(one.stage);
      if (problem !== undefined) console.log(`Not measured: ${problem}.`);
      else if (one.kind === "load") await this.load(one);
      else if (one.kind === "reload") await this.reload(one);
      else await this.changes(one);
    }
    await this.endServers();
  }

  private async load(one: LoadCase): Promise<void> {
    const servers = await this.serversOf(one);
    const wrong = new Map<string, string>();
    for (const server of servers) {
      progress(`warm-up ${server.name}`);
      const unlimited = await whileAwake(server, () => warmUp(this.scene, one, server));
      if (!this.maxima.has(server.name)) this.maxima.set(server.name, unlimited);
    }
    // The same for all: with more questions on the way the client itself gets slower.
    const most = this.maxima.get("homeport") ?? Math.min(...this.maxima.values());
    const rate = one.share < 1 ? one.share * most : undefined;
    const rounds = await this.interleaved<LoadRound>(servers, async (server) => {
      const measured = await measureLoad(this.scene, one, server, rate);
      if (measured.wrong !== undefined) wrong.set(server.name, measured.wrong);
      const { cpuMicrosecondsPerAnswer: cpu, answersPerSecond } = measured.round;
      return [measured.round, `${cpu.toFixed(2)} µs, ${Math.round(answersPerSecond)} answers/s`];
    });
    if (one.id === "hits") {
      for (const [name, list] of rounds)
        this.maxima.set(name, median(list.map(({ answersPerSecond }) => answersPerSecond)));
    }
    const { compare: by, besides } = one;
    show(loadTable(rounds, { by, ...(besides && { besides }), wrong: new Set(wrong.keys()) }));
    for (const [name, what] of wrong) console.log(`(!) ${name} ${what}: not what was asked for.`);
    const idle = one.share === 1 && one.workers === 1 ? idleNote(rounds) : undefined;
    if (idle !== undefined) console.log(idle);
    if (one.workers > 1 && rounds.has("homeport") && !homeportHasWorkers())
      console.log("Homeport has no setting for workers here (dns.workers): it ran as it is.");
  }

  private async reload(one: ReloadCase): Promise<void> {
    const servers = await this.serversOf(one);
    const { file } = stageZone(this.scene.place.folder, one.stage);
    let serial = 1;
    const newContent = (): void => rewriteMillion(file, ++serial);
    const rounds = await this.interleaved<ReloadRound>(
      servers,
      async (server) => {
        const round = await measureReload(this.scene, server, serial);
        const visible = round.visibleMs === undefined ? "never" : `${(round.visibleMs / 1e3).toFixed(2)} s`;
        return [round, `new content ${visible}, gap ${round.reloadGapMs.toFixed(1)} ms`];
      },
      newContent,
    );
    show(reloadTable(rounds));
  }

  private async changes({ changesPerSecond }: ChangesCase): Promise<void> {
    if (!this.names.includes("homeport")) return;
    await this.endServers();
    const rounds: ChangesRound[] = [];
    for (let round = 1; round <= this.options.rounds; round++) {
      const still = await measureChanges(this.scene, 0);
      const changing = await measureChanges(this.scene, changesPerSecond);
      rounds.push({ still, changing });
      const words = `${still.cpuMicrosecondsPerAnswer.toFixed(2)} and ${changing.cpuMicrosecondsPerAnswer.toFixed(2)} µs`;
      progress(`round ${round}/${this.options.rounds}: ${words}`);
    }
    show(changesTable(rounds));
  }

  /** Server A, B, C, D, and again. `work` returns what it measured, and a few words on it. */
  private async interleaved<Round>(
    servers: readonly RunningServer[],
    work: (server: RunningServer) => Promise<readonly [Round, string]>,
    beforeEach: () => void = () => {},
  ): Promise<Map<string, Round[]>> {
    const rounds = new Map<string, Round[]>(servers.map(({ name }) => [name, []]));
    for (let round = 1; round <= this.options.rounds; round++) {
      beforeEach();
      for (const server of servers) {
        const [measured, words] = await whileAwake(server, () => work(server));
        rounds.get(server.name)!.push(measured);
        progress(`round ${round}/${this.options.rounds} ${server.name}: ${words}`);
      }
    }
    return rounds;
  }

  /** Those that run already, when the case before had the same zones and workers. */
  private async serversOf({ stage, workers }: LoadCase | ReloadCase): Promise<readonly RunningServer[]> {
    const key = `${stage} ${workers}`;
    if (this.running?.key === key) return this.running.servers;
    await this.endServers();
    const { place, cores } = this.scene;
    const zones = [stageZone(place.folder, stage)];
    const servers: RunningServer[] = [];
    for (const name of this.names) {
      const serverCores = workers === 1 ? cores.server : cores.both;
      const server = await startServer(place, name, { zones, workers, cores: serverCores });
      progress(`${name} answers after ${(server.readyMs / 1_000).toFixed(2)} s`);
      server.group.pause();
      servers.push(server);
    }
    this.running = { key, servers };
    return servers;
  }

  private async endServers(): Promise<void> {
    for (const { group } of this.running?.servers ?? []) await this.scene.place.end(group);
    this.running = undefined;
  }
}

function show({ head, rows }: Table): void {
  console.log("");
  printTable(head, rows);
}

/** On standard error, so that standard output has the tables alone. */
function progress(words: string): void {
  console.error(`  ${words}`);
}
