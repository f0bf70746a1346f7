/**
 * A server whose zone changes many times a second, for the case `changes`: the workers and the zones of
 * Homeport, without its control plane. Says what it saw when it is told to end.
 *
 *     changing-server.ts '{"port":…,"zone":"…","file":"…","changesPerSecond":1000}'
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { pino } from "pino";
import { loadLibc } from "#platform/datagram/libc.ts";
import { nameOctets, parseName } from "#protocols/dns/name.ts";
import { matchAny } from "../../src/capabilities/dns/address-match.ts";
import type { EngineSettings } from "../../src/capabilities/dns/engine/engine-settings.ts";
import { WorkerPool } from "../../src/capabilities/dns/workers/worker-pool.ts";
import { ChangingZone } from "../../src/capabilities/dns/zones/changing-zone.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import { ZoneMerger } from "../../src/capabilities/dns/zones/zone-merger.ts";
import { ZoneTable } from "../../src/capabilities/dns/zones/zone-table.ts";
import { percentile } from "../statistics.ts";
import { hostLabel } from "../zone-files.ts";

export interface ChangeOrder {
  readonly port: number;
  readonly zone: string;
  readonly file: string;
  readonly names: number;
  /** 0: the zone stays as it is. */
  readonly changesPerSecond: number;
}

export interface ChangeReport {
  readonly changes: number;
  /** Changes after which somebody asked at once. */
  readonly asked: number;
  /** Of those, how many got an answer of before. */
  readonly stale: number;
  /** From the wish for a change until whoever asks gets it, which is when `apply` is done. */
  readonly visibleP50Ms: number;
  readonly visibleP99Ms: number;
  readonly visibleMaxMs: number;
}

const settings: EngineSettings = {
  minimalResponses: "yes",
  minimalAny: true,
  udpPayloadOctets: 1232,
  nsid: undefined,
  cookieSecret: undefined,
  chaos: {},
  rateLimit: undefined,
  queryLog: false,
  tcpKeepaliveTenths: 0,
};
/** Every so many changes somebody asks for the changed name. */
const askEvery = 10;

const order = JSON.parse(process.argv[2]!) as ChangeOrder;
const { libc, missing } = loadLibc();
if (libc === undefined) throw new Error(`no FFI: ${missing}`);
const name = parseName(`${order.zone}.`);
const load = loadZone({ name, file: order.file, folder: "/", checkNames: "ignore" });
if (load.image === undefined) throw new Error("the zone does not load");
const pool = await WorkerPool.start(
  { libc, log: pino({ level: "error" }, process.stderr), answer: () => undefined },
  1,
);
const merger = new ZoneMerger();
const table = new ZoneTable([{ name, image: load.image, allowQuery: matchAny }]);
const zone = await ChangingZone.open(load.image, {
  merger,
  onReplaced: (image) => pool.replaceImage(0, image.buffer),
  onMergeFailed: (error) => {
    throw error;
  },
});
table.replaceImage(0, zone.image.buffer);
pool.publish({ settings, table, lists: { entriesOf: () => ["any"], acls: {} } });
pool.open({ address: "127.0.0.1", port: order.port, family: 4 });

const visibleMs: number[] = [];
let changes = 0;
let answered = 0;
let stale = 0;
const client = createSocket("udp4");
client.bind(0, "127.0.0.1");
await once(client, "listening");
/** The identifier of a query is the end of the address that the answer must have. */
client.on("message", (message) => {
  answered++;
  if (message.readUInt16BE(message.length - 2) !== message.readUInt16BE(0)) stale++;
});

const startedMs = performance.now();
const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - startedMs) / 1_000) * order.changesPerSecond);
  while (changes < due) change();
}, 1);
process.once("SIGTERM", () => void end());

function change(): void {
  changes++;
  const owner = parseName(`${hostLabel((changes * 7919) % order.names)}.${order.zone}.`);
  const last = changes & 0xffff;
  const rdata = Uint8Array.of(198, 18, last >>> 8, last & 255);
  const sinceMs = performance.now();
  const waits = zone.apply([{ do: "set", owner, type: 1, ttl: 60, rdata: [rdata] }]);
  const isVisible = () => void visibleMs.push(performance.now() - sinceMs);
  if (waits === undefined) isVisible();
  else void waits.then(isVisible);
  if (waits !== undefined || changes % askEvery !== 0) return;
  const head = Buffer.from([last >>> 8, last & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const tail = Buffer.from([0, 1, 0, 1]);
  client.send(Buffer.concat([head, nameOctets(owner), tail]), order.port, "127.0.0.1");
}

async function end(): Promise<void> {
  clearInterval(timer);
  client.close();
  await pool[Symbol.asyncDispose]();
  zone[Symbol.dispose]();
  await merger[Symbol.asyncDispose]();
  const sorted = Float64Array.from(visibleMs).sort();
  const report: ChangeReport = {
    changes,
    asked: answered,
    stale,
    visibleP50Ms: percentile(sorted, 0.5),
    visibleP99Ms: percentile(sorted, 0.99),
    visibleMaxMs: sorted.at(-1) ?? 0,
  };
  process.stdout.write(JSON.stringify(report));
}
