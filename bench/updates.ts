/**
 * `npm run bench updates`: durable updates. 64 clients, each with one small signed update under way at a
 * time, beside named and knotd, which make them durable too; then whether kill -9 loses any, and how long
 * queries take meanwhile.
 */
import { setTimeout as delay } from "node:timers/promises";
import { dnsperfVersion } from "./machine.ts";
import { latencyDuring, latencyHead, latencyRow, type QueryLatency } from "./query-latency.ts";
import { installedServers } from "./server-arrangements.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import { killRounds } from "./updates/kill-rounds.ts";
import type { UpdateReport } from "./updates/update-load.ts";
import { type UpdateServer, updateServers } from "./updates/update-servers.ts";
import { UpdatedServer, updatedZone } from "./updates/updated-server.ts";
import { Workplace } from "./workplace.ts";

const clients = 64;
const seconds = 4;
const rounds = 3;
const kills = 20;
const names = 1_000;
/** Of the zone that a server is killed over: more than a round changes, so that differences are sent. */
const namesBeforeKills = 30_000;
/** No client gets more done in the time. */
const updatesEach = Math.ceil((seconds * 20_000) / clients);

interface Round extends UpdateReport {
  /** On a processor, for each update. */
  readonly serverMicroseconds: number;
  /** Processors that the clients and the server kept busy. */
  readonly clientCores: number;
  readonly serverCores: number;
}

export async function updateRate(): Promise<void> {
  const servers = updateServers.filter((server) => installedServers().includes(server));
  await showRates(servers);
  await showKills();
  await showLatencies(servers.filter((server) => server !== "knotd"));
}

async function showRates(servers: readonly UpdateServer[]): Promise<void> {
  const results = new Map<UpdateServer, Round[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) results.get(server)!.push(await measure(server));
  }
  const rateOf = (server: string): number =>
    median((results.get(server as UpdateServer) ?? []).map((one) => one.acknowledged / one.seconds));
  const rows = servers.map((server) => {
    const all = results.get(server)!;
    const middle = (of: (round: Round) => number): number => median(all.map(of));
    return [
      server,
      `${rateOf(server).toFixed(0)}/s`,
      ...["named", "knotd"].map((peer) => (rateOf(server) / rateOf(peer)).toFixed(2)),
      `${middle(({ p50Ms }) => p50Ms).toFixed(1)} ms`,
      `${middle(({ p99Ms }) => p99Ms).toFixed(1)} ms`,
      `${middle(({ serverMicroseconds }) => serverMicroseconds).toFixed(0)} µs`,
      middle(({ serverCores }) => serverCores).toFixed(2),
      middle(({ clientCores }) => clientCores).toFixed(2),
      String(all.reduce((sum, { refused, lost }) => sum + refused + lost, 0)),
    ];
  });
  const head = ["server", "updates", "x named", "x knotd", "median", "99 %"];
  printTable([...head, "CPU each", "its cores", "clients' cores", "not done"], rows);
}

export async function measure(name: UpdateServer): Promise<Round> {
  await using place = new Workplace("updates");
  const server = await UpdatedServer.start(place, name, names);
  using load = await server.prepareLoad({ clients, seconds, updatesEach, prefix: "u" });
  const before = server.group.cpuNanoseconds();
  load.begin();
  const report = await load.report();
  const cpuSeconds = Number(server.group.cpuNanoseconds() - before) / 1e9;
  return {
    ...report,
    serverMicroseconds: (cpuSeconds / report.acknowledged) * 1e6,
    serverCores: cpuSeconds / report.seconds,
    clientCores: report.cpuSeconds / report.seconds,
  };
}

async function showKills(): Promise<void> {
  await using place = new Workplace("kills");
  const server = await UpdatedServer.start(place, "homeport", namesBeforeKills);
  const report = await killRounds(server, kills);
  console.log(
    `\nhomeport, killed ${report.rounds} times: ${report.acknowledged} updates acknowledged, ${report.lost} of ` +
      `them lost; ${report.unacknowledged} more are there whose clients heard nothing. After ` +
      `${report.incremental} restarts the differences since before led to the zone; started again in ` +
      `${(report.restartMs / 1000).toFixed(2)} s.`,
  );
  for (const difference of report.differences) console.log(`! ${difference}`);
}

/** By turns quiet and under updates, so that what changes on the machine changes for both. */
async function showLatencies(servers: readonly UpdateServer[]): Promise<void> {
  if (dnsperfVersion() === undefined) return console.log("dnsperf is not installed: no queries meanwhile.");
  const rows: string[][] = [];
  for (const name of servers) {
    await using place = new Workplace("queries");
    const server = await UpdatedServer.start(place, name, names);
    const queried = { port: server.port, zone: updatedZone, names };
    const quiet: QueryLatency[] = [];
    const busy: QueryLatency[] = [];
    for (let round = 0; round < rounds; round++) {
      quiet.push(await latencyDuring(place, queried, () => delay(2_000)));
      using load = await server.prepareLoad({ clients, seconds: 3, updatesEach, prefix: `q${round}x` });
      busy.push(
        await latencyDuring(place, queried, async () => {
          load.begin();
          await load.report();
        }),
      );
    }
    rows.push(latencyRow(name, quiet, busy));
  }
  console.log("");
  printTable(["server, during updates", ...latencyHead], rows);
}
