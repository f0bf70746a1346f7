/**
 * A zone of 1,000,000 addresses from its file: how long until it is served, and what a record costs in
 * memory.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchZone, installedServers, weigh } from "./name-servers.ts";
import { printTable } from "./table.ts";

const records = 1_000_000;
const rounds = 3;

export async function zoneLoad(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-bench-zone-"));
  try {
    const empty = { name: "million.example", file: join(folder, "empty.db") };
    const full = { name: "million.example", file: join(folder, "full.db") };
    writeZoneFile(empty, 1);
    writeZoneFile(full, records);
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

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]!;
}

function writeZoneFile({ file }: BenchZone, count: number): void {
  const handle = openSync(file, "w");
  writeSync(handle, "$TTL 3600\n@ IN SOA ns1 admin 1 3600 600 86400 300\n IN NS ns1\nns1 IN A 192.0.2.1\n");
  let text = "";
  for (let i = 0; i < count; i++) {
    const number = String(i).padStart(7, "0");
    text += `host${number} IN A 10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}\n`;
    if (text.length > 1_000_000) {
      writeSync(handle, text);
      text = "";
    }
  }
  writeSync(handle, text);
  closeSync(handle);
}
