/**
 * `npm run bench dhcp`: Homeport beside the installed DHCP servers, each alone at one end of a cable between
 * two network namespaces, perfdhcp or our own clients at the other. All share the cores.
 */
import { statfsSync } from "node:fs";
import { findProgram } from "../test/peers.ts";
import { BenchNetwork } from "./dhcp/bench-network.ts";
import {
  type DhcpServerName,
  dhcpServers,
  dhcpVersions,
  installedDhcpServers,
  missingDhcpServers,
  promiseOf,
} from "./dhcp/dhcp-servers.ts";
import {
  dropsMax,
  type ExchangeRate,
  judgeRate,
  measureExchanges,
  secondsFor,
} from "./dhcp/exchange-rate.ts";
import { killRounds } from "./dhcp/kill-rounds.ts";
import { LeaseHolder } from "./dhcp/lease-holder.ts";
import { leasesWeighed, weighLeases } from "./dhcp/lease-memory.ts";
import { MeasuredServer, type MeasuringPlace } from "./dhcp/measured-server.ts";
import { highestRate, rates } from "./dhcp/rate-search.ts";
import { type DnsBenchWords, OptionError, parseDnsOptions } from "./dns/options.ts";
import { allowedCores, chooseCores, machineLines } from "./machine.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import { Workplace } from "./workplace.ts";

const cases = ["rate", "leases", "kills", "memory"] as const;
const clients = 60_000;
const fewClients = 1_000;
const kills = 20;
/** Of one run of perfdhcp: the search has many. */
const secondsDefault = "6";
/** Those that others are compared with. */
const peers: readonly DhcpServerName[] = ["kea", "dnsmasq", "dhcpd"];

interface Scene extends MeasuringPlace {
  readonly servers: readonly DhcpServerName[];
  readonly seconds: number;
  readonly rounds: number;
}

/** Throws OptionError for words that say nothing, and where it cannot run. */
export async function dhcpBench(words: DnsBenchWords): Promise<void> {
  const typed = { ...words, seconds: words.seconds ?? secondsDefault };
  const options = parseDnsOptions(typed, { cases, servers: dhcpServers });
  for (const [program, debianPackage] of [
    ["perfdhcp", "kea-admin"],
    ["ip", "iproute2"],
  ] as const) {
    if (findProgram(program) !== undefined) continue;
    throw new OptionError(`${program} is not installed; Debian package ${debianPackage} brings it`);
  }
  if (process.getuid?.() !== 0)
    throw new OptionError("Network namespaces need root: sudo npm run bench dhcp");
  await using place = new Workplace("dhcp");
  using network = new BenchNetwork();
  const servers = installedDhcpServers().filter((server) => options.servers.includes(server));
  const scene: Scene = { place, network, servers, seconds: options.seconds, rounds: options.rounds };
  introduce(scene);
  const run = { rate: showRates, leases: showLeases, kills: showKills, memory: showMemory };
  for (const name of cases) if (options.cases.includes(name)) await run[name](scene);
}

function introduce({ place, servers }: Scene): void {
  console.log(machineLines(chooseCores(allowedCores()))[0]);
  console.log(`${dhcpVersions(servers).join("; ")}. Servers and clients share all cores.`);
  const tmpfs = 0x01021994;
  if (statfsSync(place.folder).type === tmpfs) {
    console.log(`! ${place.folder} is in memory: nothing is durable. Set TMPDIR to a folder on a disk.`);
  }
  for (const missing of missingDhcpServers()) console.log(`Left out: ${missing}.`);
}

async function showRates(scene: Scene): Promise<void> {
  const best = new Map<DhcpServerName, number>();
  for (const name of scene.servers) {
    const found = await highestRate(rates, (rate) => freshRate(scene, name, rate), judgeRate);
    best.set(name, found?.rate ?? rates[0]!);
  }
  const results = new Map<DhcpServerName, ExchangeRate[]>(scene.servers.map((name) => [name, []]));
  for (let round = 0; round < scene.rounds; round++) {
    for (const name of scene.servers) {
      results.get(name)!.push(await freshRate(scene, name, best.get(name)!));
    }
  }
  const middle = (name: DhcpServerName, of: (rate: ExchangeRate) => number): number =>
    median((results.get(name) ?? []).map(of));
  const rateOf = (name: DhcpServerName): number => middle(name, ({ perSecond }) => perSecond);
  const measuredPeers = peers.filter((peer) => scene.servers.includes(peer));
  const rows = scene.servers.map((name) => [
    name,
    `${best.get(name)}`,
    rateOf(name).toFixed(0),
    ...measuredPeers.map((peer) => (rateOf(name) / rateOf(peer)).toFixed(2)),
    `${(middle(name, ({ drops }) => drops) * 100).toFixed(2)} %`,
    `${(middle(name, ({ missed }) => missed) * 100).toFixed(2)} %`,
    `${middle(name, ({ microseconds }) => microseconds).toFixed(0)} µs`,
    middle(name, ({ cores }) => cores).toFixed(2),
    `${middle(name, ({ meanMs }) => meanMs).toFixed(1)} ms`,
    `${results.get(name)!.reduce((sum, { notUnique }) => sum + notUnique, 0)}`,
    promiseOf(name),
  ]);
  console.log(`\nNew clients, up to ${clients}, each once; at most ${dropsMax * 100} % drops when searched:`);
  const head = [
    "server",
    "offered/s",
    "completed/s",
    ...measuredPeers.map((peer) => `x ${peer}`),
    "drops",
    "perfdhcp's own",
  ];
  printTable([...head, "CPU each", "its cores", "two halves", "given twice", "durable"], rows);
}

/** A server without a lease, and clients that are all new to it. */
async function freshRate(scene: Scene, name: DhcpServerName, perSecond: number): Promise<ExchangeRate> {
  const server = await MeasuredServer.start(scene, name);
  await server.warmUp();
  await server.untilOffering(); // what a slow one has not answered yet is not the next one's
  const seconds = secondsFor(perSecond, clients, scene.seconds);
  const rate = await measureExchanges(server, { perSecond, seconds, clients });
  await server.end();
  tell(name, perSecond, rate);
  return rate;
}

/** What a lease table of 60 times the size costs, for clients that are in it; by turns with few and many. */
async function showLeases(scene: Scene): Promise<void> {
  const rows: string[][] = [];
  // dnsmasq takes a minute to read so many, and writes all of them for each ACK
  for (const name of scene.servers.filter((server) => server !== "dnsmasq")) {
    const few = await LeaseHolder.start(scene, name, fewClients);
    const many = await LeaseHolder.start(scene, name, clients);
    for (let round = 0; round < scene.rounds; round++) {
      await few.round(scene.seconds / 2);
      await many.round(scene.seconds / 2);
    }
    const cells = [few, many].flatMap(({ perSecond, microseconds }) => [
      median(perSecond).toFixed(0),
      `${median(microseconds).toFixed(0)} µs`,
    ]);
    rows.push([name, ...cells, (median(many.perSecond) / median(few.perSecond)).toFixed(2), many.growth]);
  }
  console.log("\nClients that have a lease ask again, 64 at a time, and how fast new ones were leased:");
  const head = [fewClients, clients].flatMap((count) => [`${count} leases`, "CPU each"]);
  printTable(["server, completed/s", ...head, "ratio", "first and last tenth of new ones"], rows);
}

async function showKills(scene: Scene): Promise<void> {
  if (!scene.servers.includes("homeport")) return;
  const server = await MeasuredServer.start(scene, "homeport");
  const report = await killRounds(server, kills);
  await server.end();
  console.log(
    `\nhomeport, killed ${report.rounds} times under load: ${report.acknowledged} ACKs to ${report.clients} ` +
      `clients. Lost: ${report.lost}. Given to two clients: ${report.twice}. Moved to another address: ` +
      `${report.moved}. There, and its client has heard nothing: ${report.untold}. Offers again after ` +
      `${(report.restartMs / 1000).toFixed(2)} s.`,
  );
}

async function showMemory(scene: Scene): Promise<void> {
  const rows: string[][] = [];
  // dhcpd lays out its whole pool at the start, leased or not; dnsmasq takes minutes to read so many
  for (const name of scene.servers.filter((server) => server === "homeport" || server === "kea")) {
    const { emptyOctets, fullOctets, startMs } = await weighLeases(scene, name);
    const megabytes = (octets: number): string => `${(octets / 1e6).toFixed(0)} MB`;
    const each = ((fullOctets - emptyOctets) / leasesWeighed).toFixed(0);
    rows.push([
      name,
      megabytes(emptyOctets),
      megabytes(fullOctets),
      each,
      `${(startMs / 1000).toFixed(2)} s`,
    ]);
  }
  console.log(`\nResident after a start with none and with ${leasesWeighed} leases:`);
  printTable(["server", "with none", "with all", "octets a lease", "offers after"], rows);
}

function tell(
  what: string,
  offered: number,
  { perSecond, drops, missed, microseconds, notUnique }: ExchangeRate,
): void {
  progress(
    `${what}: ${offered}/s offered, ${perSecond.toFixed(0)}/s completed, ${(drops * 100).toFixed(1)} % dropped ` +
      `(${(missed * 100).toFixed(1)} % by perfdhcp), ` +
      `${microseconds.toFixed(0)} µs each${notUnique > 0 ? `, ${notUnique} not unique` : ""}`,
  );
}

/** Standard output is for results. */
function progress(sentence: string): void {
  console.error(sentence);
}
