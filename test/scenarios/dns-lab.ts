/** A name server with one small zone, run in this process, that tests do things to. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Ports, RunningCapability } from "#contracts/capability.ts";
import { type CollectedLine, collectLog } from "#platform/log/collected-log.ts";
import { dns } from "../../src/capabilities/dns/capability.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import type { NameServerView } from "../../src/capabilities/dns/view.ts";
import type { WorkerPool } from "../../src/capabilities/dns/workers/worker-pool.ts";
import { labQuery } from "./lab-query.ts";

const zoneText = `$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.80
`;

export interface DnsLab {
  readonly running: RunningCapability<DnsConfig>;
  readonly view: NameServerView;
  readonly pool: WorkerPool;
  readonly config: DnsConfig;
  readonly port: number;
  readonly lines: readonly CollectedLine[];
  readonly folder: string;
  /** `settings` instead of those that the lab started with. */
  reload(settings?: Readonly<Record<string, unknown>>): Promise<void>;
}

export async function startDnsLab(
  t: TestContext,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<DnsLab> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-lab-"));
  writeFileSync(join(folder, "zone.db"), zoneText);
  const zones = [{ name: "lab.example", file: "zone.db" }];
  const configOf = (more: object) =>
    DnsConfig.parse({ listen: ["127.0.0.1:0"], rateLimit: "off", zones, ...settings, ...more });
  const { log, lines } = collectLog();
  const store = { list: async () => [], transact: async () => ({ committed: true, revision: 1 }) };
  const ports = { siteFolder: folder, dataFolder: folder, log, store, nowMs: Date.now };
  const config = configOf({});
  const running = await dns.start(config, ports as unknown as Ports);
  t.after(async () => {
    await running[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const view = running as unknown as NameServerView;
  return {
    running,
    view,
    pool: view.pool!,
    config,
    port: Number(running.status().listening[0]!.split(":").at(-1)),
    lines,
    folder,
    reload: async (more = {}) => {
      const change = await running.prepare(configOf(more), { siteFolder: folder });
      await change.commit();
    },
  };
}

/** Sends queries and collects the ids of the answers. */
export interface LabClient extends AsyncDisposable {
  readonly socket: Socket;
  readonly answered: ReadonlySet<number>;
  /** Resolves when the kernel has them, which over loopback means that they are in the server's buffer. */
  send(ids: Iterable<number>): Promise<void>;
  /** Resolves when so many ids were answered. */
  gets(count: number): Promise<void>;
}

export async function openLabClient(port: number, address = "127.0.0.1"): Promise<LabClient> {
  const socket = createSocket({ type: address.includes(":") ? "udp6" : "udp4", recvBufferSize: 1 << 22 });
  const answered = new Set<number>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  socket.on("error", () => {}); // refused, while nobody listens
  socket.on("message", (octets) => {
    answered.add(octets.readUInt16BE(0));
    for (const { count, resolve } of waiting) if (answered.size >= count) resolve();
  });
  socket.connect(port, address);
  await once(socket, "connect");
  return {
    socket,
    answered,
    async send(ids) {
      const sent = (id: number) => new Promise<void>((resolve) => socket.send(labQuery(id), () => resolve()));
      await Promise.all(Array.from(ids, sent));
    },
    gets: (count) =>
      new Promise((resolve) => {
        if (answered.size >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

/** The numbers from `first` up to and without `end`. */
export function range(first: number, end: number): readonly number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** Looks until it is so. A test that waits in vain is ended by its time-out. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
