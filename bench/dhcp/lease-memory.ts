/** What a lease takes of memory: a server that has been started with many of them, and with none. */
import { setTimeout as delay } from "node:timers/promises";
import type { ProcessGroup } from "../process-group.ts";
import { type DhcpServerName, leaseFileOf, type Pool } from "./dhcp-servers.ts";
import { MeasuredServer, type MeasuringPlace } from "./measured-server.ts";

/** 258,047 addresses. */
const largePool: Pool = { first: "10.64.16.0", last: "10.67.255.254" };
export const leasesWeighed = 200_000;

export interface Weight {
  readonly emptyOctets: number;
  readonly fullOctets: number;
  readonly startMs: number;
}

export async function weighLeases(place: MeasuringPlace, name: DhcpServerName): Promise<Weight> {
  const empty = await MeasuredServer.start(place, name, { pool: largePool });
  const emptyOctets = await settledOctets(empty.group);
  const fromFile = leaseFileOf(name) !== undefined;
  if (fromFile) await empty.end();
  else await empty.fill(leasesWeighed);
  const full = fromFile
    ? await MeasuredServer.start(place, name, { pool: largePool, leases: leasesWeighed })
    : empty;
  const startMs = await full.restart();
  const fullOctets = await settledOctets(full.group);
  await full.end();
  return { emptyOctets, fullOctets, startMs };
}

const [everyMs, longestMs, calmSamples] = [500, 15_000, 4];

/** The size once it has stayed within one per cent for two seconds. */
async function settledOctets(group: ProcessGroup): Promise<number> {
  const untilMs = performance.now() + longestMs;
  const last: number[] = [];
  for (;;) {
    await delay(everyMs);
    last.push(group.residentOctets());
    if (last.length > calmSamples) last.shift();
    const calm = last.length === calmSamples && Math.max(...last) - Math.min(...last) < last[0]! / 100;
    if (calm || performance.now() > untilMs) return last.at(-1)!;
  }
}
