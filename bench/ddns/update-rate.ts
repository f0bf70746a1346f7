/** How many updates a second the update server takes, and whether kill -9 loses any that it called good. */
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "../statistics.ts";
import { changeOf } from "./bench-addresses.ts";
import type { HttpUpdateReport } from "./http-update-load.ts";
import { compareChanges, type KeptChanges } from "./kept-changes.ts";
import { readAddresses } from "./read-addresses.ts";
import { recordName } from "./site-lines.ts";
import type { UpdateSite } from "./update-site.ts";

const clients = 64;

export interface UpdateRound extends HttpUpdateReport {
  /** On a processor, for each update. */
  readonly serverMicroseconds: number;
  /** Processors that the server and the clients kept busy. */
  readonly serverCores: number;
  readonly clientCores: number;
}

export async function updateRound(server: UpdateSite, seconds: number): Promise<UpdateRound> {
  using load = await server.prepareLoad(clients, seconds);
  const { group } = server.site;
  const before = group.cpuNanoseconds();
  load.begin();
  const report = await load.report();
  const cpuSeconds = Number(group.cpuNanoseconds() - before) / 1e9;
  server.note(report);
  return {
    ...report,
    serverMicroseconds: (cpuSeconds / report.good) * 1e6,
    serverCores: cpuSeconds / report.seconds,
    clientCores: report.cpuSeconds / report.seconds,
  };
}

export interface KillReport extends KeptChanges {
  readonly good: number;
  readonly restartMs: number;
}

/** Before the server is killed. */
const [msMin, msMax] = [150, 700];

/** Killed at a random moment under load and started again, time after time. */
export async function killRounds(server: UpdateSite, rounds: number): Promise<KillReport> {
  const restarts: number[] = [];
  let [good, lost, untold] = [0, 0, 0];
  for (let round = 0; round < rounds; round++) {
    const { acknowledged, sent, good: told } = await updateUntilKilled(server);
    restarts.push(await server.site.restart());
    const names = acknowledged.map((_, host) => recordName(host, server.site.zone));
    const addresses = await readAddresses(server.site.port, names);
    const stories = addresses.map((address, host) => ({
      acknowledged: acknowledged[host]!,
      sent: sent[host]!,
      found: address === undefined ? undefined : changeOf(address),
    }));
    const kept = compareChanges(stories);
    good += told;
    lost += kept.lost;
    untold += kept.untold;
  }
  return { good, lost, untold, restartMs: median(restarts) };
}

async function updateUntilKilled(server: UpdateSite): Promise<HttpUpdateReport> {
  using load = await server.prepareLoad(clients, 60);
  load.begin();
  await delay(randomInt(msMin, msMax));
  await server.site.kill();
  load.finish();
  const report = await load.report();
  const others = Object.entries(report.others);
  if (others.length > 0) throw new Error(`updates were answered otherwise: ${others.join(" ")}`);
  server.note(report);
  return report;
}
