/**
 * Starts and ends the name server again and again with work under way: `changes-lives.ts ROUNDS`. Prints what
 * it saw as JSON. That the process ends by itself shows that nothing is left behind.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import type { Ports } from "#contracts/capability.ts";
import { openStore } from "#platform/store/store.ts";
import { parseName } from "#protocols/dns/name.ts";
import { dns } from "../../src/capabilities/dns/capability.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import type { NameServer } from "../../src/capabilities/dns/name-server.ts";
import { Asker, labSecret, questionOf, updateByTcp } from "./changes-lab.ts";
import { quietLog } from "./quiet-log.ts";

const rounds = Number(process.argv[2] ?? 10);
/** From at once to after most of the work. */
const livesMs = [0, 5, 20, 60, 120] as const;
const workMsMax = 5_000;

const faults: string[] = [];
const noteFault = (error: unknown): void => void faults.push(String(error));
process.on("unhandledRejection", noteFault);
process.on("uncaughtException", noteFault);
const log = {
  ...quietLog,
  error: (facts: object, sentence: string) => faults.push(`${sentence} ${JSON.stringify(facts)}`),
  child: () => log,
};

const folder = mkdtempSync(join(tmpdir(), "homeport-lives-"));
const hosts = Array.from({ length: 3000 }, (_, at) => `h${at} A 10.0.${at >>> 8}.${at & 0xff}`).join("\n");
const zoneText = `$TTL 60\n@ SOA ns1 admin 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n${hosts}\n`;
writeFileSync(join(folder, "zone.db"), zoneText);
const config = DnsConfig.parse({
  listen: ["127.0.0.1:0"],
  workers: 1,
  keys: [{ name: "lab-key", secret: labSecret }],
  allowTransfer: ["any"],
  controls: [{ listen: "127.0.0.1:0", keys: ["lab-key"] }],
  zones: [
    { name: "lab.example", file: "zone.db", allowUpdate: ["key lab-key"], alsoNotify: ["127.0.0.1:9"] },
    { name: "copy.example", primaries: ["127.0.0.1:9"], forwardUpdates: ["any"] },
  ],
  catalogs: [
    { name: "offered.example", zones: ["*"] },
    { name: "followed.example", primaries: ["127.0.0.1:9"] },
  ],
});
const store = await openStore({ folder, log: quietLog, nowMs: Date.now, history: [] });
const ports = {
  siteFolder: folder,
  dataFolder: folder,
  store,
  log,
  nowMs: Date.now,
  program: { version: "0", siteFile: "site.yaml", startedAtMs: 0, reload: async () => {}, stop: () => {} },
} as Ports;

/** Of the work, what was refused since the server ends is as it should be. */
async function work(server: NameServer, round: number): Promise<void> {
  const port = Number(server.status().listening[0]!.split(":").at(-1));
  const jobs: Promise<unknown>[] = Array.from({ length: 20 }, (_, at) =>
    updateByTcp(port, at, `r${round}x${at}.lab.example.`),
  );
  jobs.push(
    Asker.to(port).then(async (asker) => {
      await asker.ask(questionOf(1, "lab.example.", 252));
      asker.end();
    }),
  );
  if (round % 3 === 1) {
    writeFileSync(join(folder, "zone.db"), `${zoneText}r${round} TXT x\n`);
    jobs.push(server.prepare(config).then((change) => change.commit()));
  }
  if (round % 3 === 2) jobs.push(server.control.freeze(undefined).then(() => server.control.thaw(undefined)));
  if (round % 4 === 0) jobs.push(server.served.reloadZone(parseName("lab.example.")));
  await Promise.allSettled(jobs);
}

let slowestMs = 0;
let hung = 0;
for (let round = 0; round < rounds; round++) {
  const server = (await dns.start(config, ports)) as NameServer;
  let isDone = false;
  const working = work(server, round).then(() => {
    isDone = true;
  });
  await later(livesMs[round % livesMs.length]);
  const startMs = performance.now();
  await server[Symbol.asyncDispose]();
  slowestMs = Math.max(slowestMs, performance.now() - startMs);
  await Promise.race([working, later(workMsMax, undefined, { ref: false })]);
  if (!isDone) hung++;
}
await store[Symbol.asyncDispose]();
rmSync(folder, { recursive: true });
const openFiles = readdirSync("/proc/self/fd").length;
console.log(JSON.stringify({ rounds, faults, hung, slowestMs: Math.round(slowestMs), openFiles }));
