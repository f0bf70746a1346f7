/** 12,000 zones of 8 records: how long until the last one is served, and in how much memory. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchZone, installedServers } from "./server-arrangements.ts";
import { printTable } from "./table.ts";
import { weigh } from "./weigh.ts";

const zoneCount = 12_000;

export async function manyZones(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-bench-zones-"));
  try {
    const zones = Array.from({ length: zoneCount }, (_, index) => writeZone(folder, index));
    const rows: string[][] = [];
    let named: number | undefined;
    for (const server of ["named", ...installedServers().filter((name) => name !== "named")]) {
      if (!installedServers().includes(server)) continue;
      const { readyMs, residentOctets } = await weigh(server, zones);
      if (server === "named") named = readyMs;
      const ratio = named === undefined ? "-" : `${(readyMs / named).toFixed(2)} x named`;
      rows.push([
        server,
        `${(readyMs / 1000).toFixed(2)} s`,
        ratio,
        `${(residentOctets / 1e6).toFixed(0)} MB`,
      ]);
    }
    printTable(["server", "ready", "ratio", "resident"], rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeZone(folder: string, index: number): BenchZone {
  const name = `zone${String(index).padStart(5, "0")}.example`;
  const file = join(folder, `${name}.db`);
  const records = [
    "$TTL 3600",
    "@ IN SOA ns1 admin 1 3600 600 86400 300",
    "@ IN NS ns1",
    "@ IN MX 10 mail",
    "ns1 IN A 192.0.2.1",
    "mail IN A 192.0.2.2",
    "www IN A 192.0.2.3",
    "www IN AAAA 2001:db8::3",
    "ftp IN CNAME www",
  ];
  writeFileSync(file, `${records.join("\n")}\n`);
  return { name, file };
}
