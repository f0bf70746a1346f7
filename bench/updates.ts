/**
 * Durable updates: 64 clients, each with one small signed update under way at a time, against a zone of a
 * thousand names; beside named and knotd, which make them durable too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { freePort, untilAnswered } from "./name-servers.ts";
import { median } from "./statistics.ts";
import { printTable } from "./table.ts";
import type { UpdateOrder, UpdateReport } from "./updates/update-load.ts";
import { arrangeUpdateServer, type UpdateServer, updateServers } from "./updates/update-servers.ts";
import { Workplace } from "./workplace.ts";
import { hostsZone, writeLines } from "./zone-files.ts";

const clients = 64;
const seconds = 6;
const rounds = 3;
const zone = "updates.example";
const secret = randomBytes(32).toString("base64");

export async function updateRate(servers: readonly UpdateServer[] = updateServers): Promise<void> {
  const results = new Map<UpdateServer, UpdateReport[]>();
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      const report = await measure(server);
      results.set(server, [...(results.get(server) ?? []), report]);
    }
  }
  const rateOf = (server: UpdateServer): number =>
    median((results.get(server) ?? []).map(({ acknowledged, seconds: took }) => acknowledged / took));
  const rows = servers.map((server) => {
    const reports = results.get(server)!;
    const rate = rateOf(server);
    return [
      server,
      `${rate.toFixed(0)}/s`,
      ...["named", "knotd"].map((peer) => `${(rate / rateOf(peer as UpdateServer)).toFixed(2)}`),
      `${median(reports.map(({ p50Ms }) => p50Ms)).toFixed(1)} ms`,
      `${median(reports.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms`,
      String(reports.reduce((sum, { refused, lost }) => sum + refused + lost, 0)),
    ];
  });
  printTable(["server", "updates", "x named", "x knotd", "median", "99 %", "not done"], rows);
}

export async function measure(server: UpdateServer): Promise<UpdateReport> {
  await using place = new Workplace("updates");
  const folder = place.newFolder(server);
  const file = join(folder, "zone.db");
  writeLines(file, hostsZone(1000));
  const port = await freePort();
  const key = { key: "bench-key", algorithm: "hmac-sha256", secret } as const;
  const command = arrangeUpdateServer(server, { folder, port, zone, file, ...key });
  const group = place.start(command);
  await untilAnswered(port, zone, group, 60_000);
  const updatesEach = Math.ceil((seconds * 20_000) / clients);
  return await load({ port, zone, ...key, clients, seconds, updatesEach, prefix: "u" });
}

/** Runs the clients in a process of their own. */
export async function load(order: UpdateOrder): Promise<UpdateReport> {
  const script = join(import.meta.dirname, "updates/update-load.ts");
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = linesOf(child);
  await lines.next(); // all is signed
  child.stdin!.write("go\n");
  const { value } = await lines.next();
  if (value === undefined) throw new Error("the clients ended without a word");
  child.kill();
  return JSON.parse(value) as UpdateReport;
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of child.stdout!.setEncoding("utf8")) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
