/** A zone of a million names copied by a server from NSD: how long until it is answered, and its memory. */
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, untilAnswered } from "../name-servers.ts";
import type { ProcessGroup } from "../process-group.ts";
import { latencyDuring, type QueryLatency } from "../query-latency.ts";
import type { Workplace } from "../workplace.ts";
import { hostsZone, writeLines } from "../zone-files.ts";
import { peakOctets } from "./memory-peak.ts";
import { arrangePrimary, arrangeSecondary, type SecondaryServer } from "./secondary-servers.ts";
import { notify, untilSerial } from "./serials.ts";

const zone = "million.example";
const patienceMs = 60_000;
const quietMs = 3_000;

export class Primary {
  readonly port: number;
  readonly names: number;
  private readonly file: string;
  private readonly group: ProcessGroup;
  private serial = 1;

  static async start(place: Workplace, names: number): Promise<Primary> {
    const folder = place.newFolder("primary");
    const file = join(folder, "million.db");
    writeLines(file, hostsZone(names));
    const port = await freePort();
    const group = place.start(arrangePrimary({ folder, port, zone, file }));
    await untilAnswered(port, zone, group, patienceMs);
    return new Primary(names, { port, file, group });
  }

  private constructor(
    names: number,
    { port, file, group }: { readonly port: number; readonly file: string; readonly group: ProcessGroup },
  ) {
    this.names = names;
    this.port = port;
    this.file = file;
    this.group = group;
  }

  /** Resolves with the serial once the zone is loaded anew. */
  async renew(): Promise<number> {
    const serial = ++this.serial;
    writeLines(`${this.file}.new`, hostsZone(this.names, serial));
    renameSync(`${this.file}.new`, this.file);
    this.group.leader.kill("SIGHUP");
    return await untilSerial({ port: this.port, zone }, (served) => served === serial);
  }
}

export interface TakenIn {
  /** From the start of the process until the zone is answered. */
  readonly ms: number;
  readonly peakOctets: number;
  readonly cpuMs: number;
  /** Quiet, and while the zone is copied anew. */
  readonly latencies?: { readonly quiet: QueryLatency; readonly busy: QueryLatency; readonly ms: number };
}

export async function takeIn(
  place: Workplace,
  name: SecondaryServer,
  { primary, withQueries }: { readonly primary: Primary; readonly withQueries: boolean },
): Promise<TakenIn> {
  const folder = place.newFolder(name);
  const port = await freePort();
  const startedMs = performance.now();
  const group = place.start(arrangeSecondary(name, { folder, port, zone, primaryPort: primary.port }));
  try {
    await untilAnswered(port, zone, group, patienceMs);
    const ms = performance.now() - startedMs;
    const cpuMs = Number(group.cpuNanoseconds()) / 1e6;
    const taken = { ms, peakOctets: peakOctets(group), cpuMs };
    if (!withQueries) return taken;
    return { ...taken, latencies: await latenciesOf(place, port, primary) };
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}\n${group.errors}`, { cause: error });
  } finally {
    await place.end(group);
  }
}

async function latenciesOf(
  place: Workplace,
  port: number,
  primary: Primary,
): Promise<NonNullable<TakenIn["latencies"]>> {
  const queried = { port, zone, names: primary.names };
  await delay(quietMs / 2); // what the first copy has left to do
  const quiet = await latencyDuring(place, queried, () => delay(quietMs));
  const serial = await primary.renew();
  let ms = Number.NaN;
  const busy = await latencyDuring(place, queried, async () => {
    const startedMs = performance.now();
    await notify({ port, zone });
    await untilSerial({ port, zone }, (served) => served === serial);
    ms = performance.now() - startedMs;
  });
  return { quiet, busy, ms };
}
