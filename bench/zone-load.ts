/**
 * A zone of 1,000,000 addresses from its file: how long until it is served, and what a record costs in
 * memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedServers } from "./server-arrangements.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import { weigh } from "./weigh.ts";
import { hostsZone, writeLines } from "./zone-files.ts";

const records = 1_000_000;
const rounds = 3;

export async function zoneLoad(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-bench-zone-"));
  try {
    const empty = { name: "million.example", file: join(folder, "empty.db") };
    const full = { name: "million.example", file: join(folder, "full.db") };
    writeLines(empty.file, hostsZone(1));
    writeLines(full.file, hostsZone(records));
    const servers = installedServers();
    const results = new Map<string, { loadMs: number[]; octets: number[] }>();
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        const before = await weigh(server, [empty]);
        const after = await weigh(server, [full]);
        const result = results.get(server) ?? { loadMs: [], octets: [] };
        result.loadMs.push(after.readyMs - before.readyMs);
        result.octets.push((after.residentOctets - before.residentOctets) / records);
        results.set(server, result);
      }
    }
    const named = results.get("named");
    const rows = [...results].map(([server, { loadMs, octets }]) => {
      const time = median(loadMs);
      const ratio = named === undefined ? "-" : `${(time / median(named.loadMs)).toFixed(2)} x named`;
      return [server, `${(time / 1000).toFixed(2)} s`, ratio, `${median(octets).toFixed(0)} octets`];
    });
    printTable(["server", "load", "ratio", "memory a record"], rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
