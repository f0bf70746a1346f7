/**
 * Whether anything is lost: a server is killed at a random moment while clients update its zone, and started
 * again, time after time. Every update that was answered NOERROR must be there, and what has changed since
 * a copy was made must lead from that copy to the zone.
 */
import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "../statistics.ts";
import { copyRecords, ZoneCopy } from "../transfers/zone-copy.ts";
import type { UpdateReport } from "./update-load.ts";
import { updatedName } from "./updated-name.ts";
import { type UpdatedServer, updatedZone } from "./updated-server.ts";

export interface KillReport {
  readonly rounds: number;
  readonly acknowledged: number;
  /** Acknowledged, and not there afterwards. */
  readonly lost: number;
  /** There, although nobody has been told: a client could not know. */
  readonly unacknowledged: number;
  readonly incremental: number;
  /** What the copies had that the zone had not, or the other way round. */
  readonly differences: readonly string[];
  readonly restartMs: number;
}

const clients = 64;
/** Before the server is killed. */
const [msMin, msMax] = [150, 700];
const updatesEach = 400;

export async function killRounds(server: UpdatedServer, rounds: number): Promise<KillReport> {
  let copy = ZoneCopy.ofWhole(await copyRecords(server.port, updatedZone));
  const restarts: number[] = [];
  const differences: string[] = [];
  const sums = { acknowledged: 0, lost: 0, unacknowledged: 0, incremental: 0 };
  for (let round = 0; round < rounds; round++) {
    const prefix = `r${round}x`;
    const report = await updateUntilKilled(server, prefix);
    restarts.push(await server.restart());
    const whole = ZoneCopy.ofWhole(await copyRecords(server.port, updatedZone));
    const present = whole.owners();
    const names = acknowledgedNames(prefix, report);
    const before = copy.records.size;
    sums.acknowledged += names.length;
    const lost = names.filter((name) => !present.has(name)).length;
    sums.lost += lost;
    sums.unacknowledged += whole.records.size - before - (names.length - lost);
    const answer = await copyRecords(server.port, updatedZone, copy.serial);
    try {
      copy = copy.after(answer);
      sums.incremental++;
      differences.push(...copy.differencesFrom(whole));
    } catch (error) {
      differences.push(`round ${round + 1}: ${(error as Error).message}`);
      copy = whole;
    }
  }
  return { rounds, ...sums, differences, restartMs: median(restarts) };
}

async function updateUntilKilled(server: UpdatedServer, prefix: string): Promise<UpdateReport> {
  using load = await server.prepareLoad({ clients, seconds: 60, updatesEach, prefix });
  load.begin();
  await delay(randomInt(msMin, msMax));
  await server.kill();
  load.finish();
  const report = await load.report();
  if (report.refused > 0) throw new Error(`${report.refused} updates were refused`);
  return report;
}

function acknowledgedNames(prefix: string, { acknowledgedBy }: UpdateReport): string[] {
  return acknowledgedBy.flatMap((count, client) =>
    Array.from({ length: count }, (_, number) => `${updatedName(prefix, client, number)}.${updatedZone}.`),
  );
}
