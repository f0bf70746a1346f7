/** From the command to the first answer of the example lab. */
import { join } from "node:path";
import { installedServers } from "./server-arrangements.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import { weigh } from "./weigh.ts";

const rounds = 7;

export async function startTime(): Promise<void> {
  const folder = join(import.meta.dirname, "../examples/foundry/zones");
  const zones = ["dmz.mydomain.com", "9.168.192.in-addr.arpa"].map((name) => ({
    name,
    file: join(folder, `${name}.db`),
  }));
  const rows: string[][] = [];
  for (const server of installedServers()) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push((await weigh(server, zones)).readyMs);
    rows.push([server, `${median(times).toFixed(0)} ms`, `${Math.max(...times).toFixed(0)} ms`]);
  }
  printTable(["server", "median", "slowest"], rows);
}
