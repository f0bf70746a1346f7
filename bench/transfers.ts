/**
 * `npm run bench transfers`: a zone of a million addresses given away whole and by differences, and taken in,
 * beside named and knotd; the memory that it takes, and how long queries take meanwhile.
 */
import { setTimeout as delay } from "node:timers/promises";
import { dnsperfVersion } from "./machine.ts";
import { latencyDuring, latencyHead, latencyRow, type QueryLatency } from "./query-latency.ts";
import { installedServers } from "./server-arrangements.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import {
  type MeasuredTransfer,
  peaksOfTwo,
  prepareReaders,
  readInTurn,
  readTransfer,
} from "./transfers/read-transfer.ts";
import { untilSerial } from "./transfers/serials.ts";
import { Primary, type TakenIn, takeIn } from "./transfers/take-in.ts";
import { type UpdateServer, updateServers } from "./updates/update-servers.ts";
import { UpdatedServer, updatedZone } from "./updates/updated-server.ts";
import { Workplace } from "./workplace.ts";

const names = 1_000_000;
const rounds = 3;
/** Each of one client, one after the other. */
const changeClients = 20;
const changesEach = 50;
const warmTransfers = 5;
const quietMs = 3_000;
const wholeMeanwhile = 4;
const differencesMeanwhile = 15;

export async function transferTimes(): Promise<void> {
  const servers = updateServers.filter((server) => installedServers().includes(server));
  await showGiven(servers);
  if (installedServers().includes("nsd")) await showTaken(servers);
  else console.log("nsd is not installed: no primary to copy from.");
}

/** Whether it is also seen how long queries take meanwhile. */
function hasQueries(server: UpdateServer): boolean {
  return server !== "knotd" && dnsperfVersion() !== undefined;
}

async function showGiven(names_: readonly UpdateServer[]): Promise<void> {
  await using place = new Workplace("transfers");
  const servers: UpdatedServer[] = [];
  for (const name of names_) {
    const server = await UpdatedServer.start(place, name, names);
    server.group.pause();
    servers.push(server);
  }
  await showWhole(servers);
  await showDifferences(servers);
  const latencies: string[][] = [];
  for (const server of servers.filter(({ name }) => hasQueries(name))) {
    server.group.resume();
    latencies.push(...(await latenciesOf(place, server)));
    server.group.pause();
  }
  console.log("");
  printTable(["server, meanwhile", ...latencyHead], latencies);
}

async function awake<T>(server: UpdatedServer, work: () => Promise<T>): Promise<T> {
  server.group.resume();
  try {
    return await work();
  } finally {
    server.group.pause();
  }
}

async function showWhole(servers: readonly UpdatedServer[]): Promise<void> {
  const transfers = new Map<UpdatedServer, MeasuredTransfer[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      transfers.get(server)!.push(await awake(server, () => readTransfer(server)));
    }
  }
  const timeOf = (server: UpdatedServer | undefined): number =>
    median((server === undefined ? [] : transfers.get(server)!).map(({ totalMs }) => totalMs));
  const named = servers.find(({ name }) => name === "named");
  const rows: string[][] = [];
  for (const server of servers) {
    const peaks = await awake(server, () => peaksOfTwo(server));
    const all = transfers.get(server)!;
    rows.push([
      server.name,
      `${timeOf(server).toFixed(0)} ms`,
      (timeOf(server) / timeOf(named)).toFixed(2),
      `${median(all.map(({ firstMs }) => firstMs)).toFixed(1)} ms`,
      `${median(all.map(({ serverMs }) => serverMs)).toFixed(0)} ms`,
      `${median(all.map(({ cpuSeconds }) => cpuSeconds * 1000)).toFixed(0)} ms`,
      String(all[0]!.messages),
      megabytes(all[0]!.octets),
      megabytes(peaks.before),
      megabytes(peaks.during),
    ]);
  }
  console.log(`A zone of ${names} addresses by AXFR:`);
  const head = ["server", "time", "x named", "first message", "its CPU", "reader's CPU"];
  printTable([...head, "messages", "octets", "memory before", "most with two at a time"], rows);
}

async function showDifferences(servers: readonly UpdatedServer[]): Promise<void> {
  const rows: string[][] = [];
  for (const server of servers) {
    const row = await awake(server, () => differencesRow(server));
    rows.push([server.name, ...row]);
  }
  console.log(`\n${changeClients * changesEach} changes of that zone by IXFR:`);
  const head = ["server", "first time", "again", "its CPU", "again", "records", "octets"];
  printTable([...head, "after a restart", "again"], rows);
}

async function differencesRow(server: UpdatedServer): Promise<string[]> {
  const serial = await untilSerial({ port: server.port, zone: updatedZone });
  const changes = { clients: changeClients, updatesEach: changesEach, seconds: 60, prefix: "c" };
  using load = await server.prepareLoad(changes);
  load.begin();
  const { acknowledged } = await load.report();
  if (acknowledged !== changeClients * changesEach) throw new Error(`only ${acknowledged} updates were done`);
  const cold = await readTransfer(server, serial);
  const warm = await severalTransfers(server, serial);
  await server.restart();
  const coldAgain = await readTransfer(server, serial);
  const warmAgain = await severalTransfers(server, serial);
  const ms = (all: readonly MeasuredTransfer[]): string =>
    `${median(all.map(({ totalMs }) => totalMs)).toFixed(1)} ms`;
  const cpu = (all: readonly MeasuredTransfer[]): string =>
    `${median(all.map(({ serverMs }) => serverMs)).toFixed(1)} ms`;
  const what = cold.isDifferences && coldAgain.isDifferences ? "" : " (the whole zone)";
  return [
    ms([cold]),
    ms(warm),
    cpu([cold]),
    cpu(warm),
    `${cold.records}${what}`,
    String(cold.octets),
    ms([coldAgain]),
    ms(warmAgain),
  ];
}

async function severalTransfers(server: UpdatedServer, from: number): Promise<MeasuredTransfer[]> {
  const transfers: MeasuredTransfer[] = [];
  for (let i = 0; i < warmTransfers; i++) transfers.push(await readTransfer(server, from));
  return transfers;
}

/** The changes are there already. */
async function latenciesOf(place: Workplace, server: UpdatedServer): Promise<string[][]> {
  const queried = { port: server.port, zone: updatedZone, names };
  const quiet: QueryLatency[] = [];
  const whole: QueryLatency[] = [];
  const differences: QueryLatency[] = [];
  const serial = await untilSerial({ port: server.port, zone: updatedZone });
  const from = serial - changeClients * changesEach;
  for (let round = 0; round < rounds; round++) {
    const readers = await prepareReaders(server, wholeMeanwhile);
    const others = await prepareReaders(server, differencesMeanwhile, from);
    quiet.push(await latencyDuring(place, queried, () => delay(quietMs)));
    whole.push(await latencyDuring(place, queried, () => readInTurn(readers)));
    differences.push(await latencyDuring(place, queried, () => readInTurn(others)));
  }
  return [
    latencyRow(`${server.name}, AXFR`, quiet, whole),
    latencyRow(`${server.name}, IXFR`, quiet, differences),
  ];
}

async function showTaken(servers: readonly UpdateServer[]): Promise<void> {
  await using place = new Workplace("copies");
  const primary = await Primary.start(place, names);
  const taken = new Map<UpdateServer, TakenIn[]>(servers.map((server) => [server, []]));
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const withQueries = round > 0 && hasQueries(server);
      taken.get(server)!.push(await takeIn(place, server, { primary, withQueries }));
    }
  }
  const timeOf = (server: UpdateServer): number => median((taken.get(server) ?? []).map(({ ms }) => ms));
  const rows = servers.map((server) => {
    const all = taken.get(server)!;
    return [
      server,
      `${(timeOf(server) / 1000).toFixed(2)} s`,
      (timeOf(server) / timeOf("named")).toFixed(2),
      `${(median(all.map(({ cpuMs }) => cpuMs)) / 1000).toFixed(2)} s`,
      megabytes(median(all.map((one) => one.peakOctets))),
    ];
  });
  console.log("\nThe same copied from NSD, from the start of the process to the first answer:");
  printTable(["server", "time", "x named", "its CPU", "most memory"], rows);
  const latencies = servers.filter(hasQueries).map((server) => {
    const seen = taken.get(server)!.flatMap((one) => one.latencies ?? []);
    const [quiet, busy] = [seen.map((one) => one.quiet), seen.map((one) => one.busy)];
    const ms = median(seen.map((one) => one.ms));
    return latencyRow(`${server}, copied anew in ${(ms / 1000).toFixed(2)} s`, quiet, busy);
  });
  console.log("");
  printTable(["server, meanwhile", ...latencyHead], latencies);
}

function megabytes(octets: number): string {
  return `${(octets / 1e6).toFixed(0)} MB`;
}
