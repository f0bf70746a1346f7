/** How long a server needs to its first answer, and how much memory it then has. */
import { startServer } from "./name-servers.ts";
import type { BenchZone } from "./server-arrangements.ts";
import { Workplace } from "./workplace.ts";

export interface Weighed {
  readonly server: string;
  /** From the start of the process to the first answer for the last zone. */
  readonly readyMs: number;
  readonly residentOctets: number;
}

/** Starts a server, waits for its answer to the last zone's SOA, weighs it and ends it. */
export async function weigh(server: string, zones: readonly BenchZone[]): Promise<Weighed> {
  await using place = new Workplace(server);
  const { group, readyMs } = await startServer(place, server, { zones });
  // what loading needed is given back now or not at all
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { server, readyMs, residentOctets: group.residentOctets() };
}
