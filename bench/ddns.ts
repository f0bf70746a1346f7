/**
 * `npm run bench ddns`: the update server beside named taking updates, thousands of records after a change
 * of the address beside nsupdate, the way from the kernel to the zone, and what a quiet site takes. All
 * programs share the cores.
 */
import { loadavg } from "node:os";
import { findProgram } from "../test/peers.ts";
import { kernelChanges } from "./ddns/kernel-changes.ts";
import { type DestinationName, destinations, Publication } from "./ddns/publication.ts";
import { quietLives } from "./ddns/quiet-life.ts";
import { killRounds, type UpdateRound, updateRound } from "./ddns/update-rate.ts";
import { UpdateSite } from "./ddns/update-site.ts";
import { type DnsBenchWords, parseDnsOptions } from "./dns/options.ts";
import { allowedCores, chooseCores, machineLines } from "./machine.ts";
import { median, percentile, spreadOf } from "./statistics.ts";
import { printTable } from "./table.ts";
import { measure } from "./updates.ts";
import { Workplace } from "./workplace.ts";

const cases = ["updates", "kills", "records", "kernel", "quiet"] as const;
const servers = ["homeport", "named"] as const;
const secondsDefault = "4";
/** Of the update server; each has a secret of its own. */
const hosts = 512;
const hostsBeforeKills = 64;
const kills = 20;
const names = 10_000;
const changes = 20;
const quietSeconds = 60;
const every = "30s";

interface Scene {
  readonly hasNamed: boolean;
  readonly rounds: number;
  readonly seconds: number;
}

/** Throws OptionError for words that say nothing. */
export async function ddnsBench(words: DnsBenchWords): Promise<void> {
  const typed = { ...words, seconds: words.seconds ?? secondsDefault };
  const options = parseDnsOptions(typed, { cases, servers });
  const hasNamed = options.servers.includes("named") && findProgram("named") !== undefined;
  const scene: Scene = { hasNamed, rounds: options.rounds, seconds: options.seconds };
  console.log(machineLines(chooseCores(allowedCores()))[0]);
  console.log(`Load of the machine before: ${loadavg()[0]!.toFixed(1)}.`);
  if (!hasNamed) console.log("Left out: named.");
  const run = {
    updates: showUpdates,
    kills: showKills,
    records: showRecords,
    kernel: showKernel,
    quiet: showQuiet,
  };
  for (const name of cases) if (options.cases.includes(name)) await run[name](scene);
}

/** The update server, and beside it updates of zones by RFC 2136: another protocol, for the same purpose. */
async function showUpdates({ rounds, seconds, hasNamed }: Scene): Promise<void> {
  await using place = new Workplace("ddns-updates");
  const server = await UpdateSite.start(place, hosts);
  const https: UpdateRound[] = [];
  const peers = hasNamed ? (["named", "homeport"] as const) : (["homeport"] as const);
  const others = new Map(peers.map((peer) => [peer, [] as Awaited<ReturnType<typeof measure>>[]]));
  for (let round = 0; round < rounds; round++) {
    https.push(await updateRound(server, seconds));
    for (const peer of peers) others.get(peer)!.push(await measure(peer));
  }
  const namedRate = median(
    (others.get("named") ?? []).map(({ acknowledged, seconds: s }) => acknowledged / s),
  );
  const row = (title: string, all: readonly Measured[]): string[] => {
    const middle = (of: (round: Measured) => number): number => median(all.map(of));
    return [
      title,
      `${middle(({ perSecond }) => perSecond).toFixed(0)}/s`,
      (middle(({ perSecond }) => perSecond) / namedRate).toFixed(2),
      `${middle(({ p50Ms }) => p50Ms).toFixed(1)} ms`,
      `${middle(({ p99Ms }) => p99Ms).toFixed(1)} ms`,
      `${middle(({ serverMicroseconds }) => serverMicroseconds).toFixed(0)} µs`,
      middle(({ serverCores }) => serverCores).toFixed(2),
      middle(({ clientCores }) => clientCores).toFixed(2),
      String(all.reduce((sum, { notDone }) => sum + notDone, 0)),
    ];
  };
  const rows = [row("homeport, /nic/update", https.map(ofHttp))];
  for (const [peer, all] of others) rows.push(row(`${peer}, RFC 2136 with TSIG`, all.map(ofDns)));
  console.log(
    `\nDurable updates, 64 clients with one under way each; ${hosts} hosts with secrets of their own:`,
  );
  const head = ["server", "updates", "x named", "median", "99 %", "CPU each"];
  printTable([...head, "its cores", "clients' cores", "not done"], rows);
}

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverMicroseconds: number;
  readonly serverCores: number;
  readonly clientCores: number;
  readonly notDone: number;
}

function ofHttp({ good, others, seconds, ...rest }: UpdateRound): Measured {
  const notDone = Object.values(others).reduce((sum, count) => sum + count, 0);
  return { ...rest, perSecond: good / seconds, notDone };
}

function ofDns({
  acknowledged,
  refused,
  lost,
  seconds,
  ...rest
}: Awaited<ReturnType<typeof measure>>): Measured {
  return { ...rest, perSecond: acknowledged / seconds, notDone: refused + lost };
}

async function showKills(): Promise<void> {
  await using place = new Workplace("ddns-kills");
  const server = await UpdateSite.start(place, hostsBeforeKills);
  const { good, lost, untold, restartMs } = await killRounds(server, kills);
  const restart = (restartMs / 1000).toFixed(2);
  console.log(
    `\nhomeport, killed ${kills} times under load: ${good} updates were called good, ${lost} of them lost; ` +
      `${untold} more are there whose hosts heard nothing. It answers again after ${restart} s.`,
  );
}

/** One change of the address, and all records of the site go where they belong. */
async function showRecords({ rounds, hasNamed }: Scene): Promise<void> {
  const rows: string[][] = [];
  for (const to of destinations) {
    if (to === "named" && !hasNamed) continue;
    await using place = new Workplace("ddns-records");
    rows.push(await recordsRow(place, to, rounds));
  }
  console.log(`\n${names} records after one change of the address, until the last one was answered anew:`);
  printTable(["to", "median", "slowest", "its CPU", "nsupdate", "of nsupdate"], rows);
}

async function recordsRow(place: Workplace, to: DestinationName, rounds: number): Promise<string[]> {
  const publication = await Publication.start(place, to, names);
  const ours: { readonly ms: number; readonly cpuSeconds: number }[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await publication.round());
    if (to !== "own zones") peers.push(await publication.nsupdateRound());
  }
  const { median: middle, most } = spreadOf(ours.map(({ ms }) => ms));
  const peer = median(peers);
  const seconds = (ms: number): string => (Number.isNaN(ms) ? "-" : `${(ms / 1000).toFixed(2)} s`);
  const ratio = Number.isNaN(peer) ? "-" : (middle / peer).toFixed(2);
  const cpu = median(ours.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2);
  return [to, seconds(middle), seconds(most), `${cpu} s`, seconds(peer), ratio];
}

async function showKernel(): Promise<void> {
  if (process.getuid?.() !== 0 || findProgram("ip") === undefined) {
    return console.log("\nLeft out: kernel, which needs root and Debian's iproute2 for its network.");
  }
  await using place = new Workplace("ddns-kernel");
  const times = (await kernelChanges(place, changes)).toSorted((one, other) => one - other);
  const ms = (share: number): string => `${percentile(times, share).toFixed(0)} ms`;
  console.log(
    `\n${changes} changes of an interface's address, until the record in an own zone was answered anew: ` +
      `least ${ms(0)}, median ${ms(0.5)}, 90 % ${ms(0.9)}, most ${ms(1)}. ` +
      "ddclient looks once in 60 s at most.",
  );
}

async function showQuiet({ rounds }: Scene): Promise<void> {
  await using place = new Workplace("ddns-quiet");
  const order = { records: [undefined, 120, names], seconds: quietSeconds, starts: rounds, every };
  const lives = await quietLives(place, order);
  const bare = median(lives[0]!.startsMs);
  const rows = lives.map(({ records, cpuMsAMinute, residentOctets, startsMs }) => [
    records === undefined ? "none, no ddns" : String(records),
    `${cpuMsAMinute.toFixed(0)} ms`,
    `${(cpuMsAMinute / 600).toFixed(3)} %`,
    `${(residentOctets / 1e6).toFixed(0)} MB`,
    `${median(startsMs).toFixed(0)} ms`,
    (median(startsMs) / bare).toFixed(2),
  ]);
  console.log(`\nA minute in which nothing changes, its address looked at each ${every}, and starts:`);
  printTable(["records", "CPU a minute", "of a core", "resident", "first answer", "of none"], rows);
}
