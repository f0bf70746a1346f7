/** One DHCP server in its namespace, and what asks it. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { LoadProcess } from "../load-process.ts";
import type { ProcessGroup } from "../process-group.ts";
import type { Workplace } from "../workplace.ts";
import { writeLines } from "../zone-files.ts";
import { type BenchNetwork, relayAddress, serverAddress } from "./bench-network.ts";
import type { DhcpLoadOrder, DhcpLoadReport } from "./dhcp-load.ts";
import {
  arrangeDhcpServer,
  type DhcpServerName,
  dhcpEnvironment,
  leaseFileOf,
  type Pool,
} from "./dhcp-servers.ts";
import { leaseLines } from "./lease-files.ts";
import { type PerfdhcpOrder, type PerfdhcpReport, runPerfdhcp } from "./perfdhcp.ts";
import type { UntilOfferedOrder, UntilOfferedReport } from "./until-offered.ts";

/** 131,072 addresses: more than twice as many as there are clients. */
export const pool: Pool = { first: "10.65.0.0", last: "10.66.255.255" };

const scripts = {
  load: join(import.meta.dirname, "dhcp-load.ts"),
  untilOffered: join(import.meta.dirname, "until-offered.ts"),
};
const patienceMs = 60_000;
const inFlight = 64;
/** Number of the first client that is not one of those that are measured. */
const strangers = 1_000_000;
/** Half an hour more than any benchmark takes. */
const leasesEndInSeconds = 43_200;

type LoadOrder = Pick<DhcpLoadOrder, "first" | "clients" | "inFlight" | "earlierShare">;

export interface MeasuringPlace {
  readonly place: Workplace;
  readonly network: BenchNetwork;
}

export interface StartOptions {
  readonly pool?: Pool;
  /** Written into its lease file beforehand; only for servers that have one. */
  readonly leases?: number;
}

/** Keeps its data when it is started again. */
export class MeasuredServer {
  readonly name: DhcpServerName;
  readonly folder: string;
  private readonly place: Workplace;
  private readonly network: BenchNetwork;
  private readonly command: readonly string[];
  private running: ProcessGroup | undefined;
  private ended: Promise<unknown> = Promise.resolve();

  static async start(
    place: MeasuringPlace,
    name: DhcpServerName,
    { pool: leased = pool, leases = 0 }: StartOptions = {},
  ): Promise<MeasuredServer> {
    const folder = place.place.newFolder(name);
    const file = leaseFileOf(name);
    if (file !== undefined && leases > 0) {
      const endSeconds = Math.floor(Date.now() / 1000) + leasesEndInSeconds;
      const order = { count: leases, firstAddress: parseIpv4(leased.first), endSeconds };
      writeLines(join(folder, file), leaseLines(name, order));
    }
    const command = arrangeDhcpServer(name, { folder, pool: leased });
    const server = new MeasuredServer(place, { name, folder, command });
    await server.restart();
    return server;
  }

  private constructor(
    { place, network }: MeasuringPlace,
    { name, folder, command }: { name: DhcpServerName; folder: string; command: readonly string[] },
  ) {
    this.place = place;
    this.network = network;
    this.name = name;
    this.folder = folder;
    this.command = command;
  }

  get group(): ProcessGroup {
    return this.running!;
  }

  /** Resolves once it offers; returns how long that took, in milliseconds. */
  async restart(): Promise<number> {
    await this.end();
    return await this.untilOffering(() => {
      const env = dhcpEnvironment(this.name, this.folder);
      this.running = this.place.start(this.network.besideServer(this.command), { env });
      this.ended = this.running.end();
    });
  }

  /** Resolves once it has done what was asked of it before and offers again. */
  async untilOffering(begin: () => void = () => {}): Promise<number> {
    const order: UntilOfferedOrder = { relay: relayAddress, server: serverAddress, patienceMs };
    using asking = await LoadProcess.start<UntilOfferedReport>(
      scripts.untilOffered,
      order,
      this.network.amongClients([]),
    );
    begin();
    asking.begin();
    void this.ended.then(() => asking.finish());
    const { offered, ms } = await asking.report();
    if (!offered) {
      const how = this.group.ended ? "ended before it offered" : `offered nothing for ${patienceMs} ms`;
      throw new Error(`${this.name} ${how}\n${this.group.errors}`);
    }
    return ms;
  }

  async perfdhcp(order: PerfdhcpOrder): Promise<PerfdhcpReport> {
    return await runPerfdhcp(this.place, this.network, order);
  }

  answersMissed(): number {
    return this.network.answersMissed();
  }

  /** Clients of our own that are ready. */
  async prepareLoad(order: LoadOrder): Promise<LoadProcess<DhcpLoadReport>> {
    const whole: DhcpLoadOrder = { relay: relayAddress, server: serverAddress, ...order };
    return await LoadProcess.start<DhcpLoadReport>(scripts.load, whole, this.network.amongClients([]));
  }

  /** Leases an address to each of the clients 0 … `count` - 1. */
  async fill(count: number): Promise<DhcpLoadReport> {
    using load = await this.prepareLoad({ first: 0, clients: count, inFlight });
    load.begin();
    const report = await load.report();
    if (report.unserved > 0)
      throw new Error(`${this.name} left ${report.unserved} of ${count} without an address`);
    return report;
  }

  /**
   * A second of load that does not count, by clients that ask for nothing afterwards. Few at a time: what
   * dhcpd has offered and nobody wants slows it down for long.
   */
  async warmUp(): Promise<void> {
    await this.loadFor(1, { first: strangers, clients: strangers, inFlight: 8 });
  }

  /** For so many seconds, clients below `leases` ask again, 64 at a time; each has a lease. */
  async askAgain(leases: number, seconds: number): Promise<DhcpLoadReport> {
    return await this.loadFor(seconds, { first: leases, clients: 1, inFlight, earlierShare: 1 });
  }

  private async loadFor(seconds: number, order: LoadOrder): Promise<DhcpLoadReport> {
    using load = await this.prepareLoad(order);
    load.begin();
    await delay(seconds * 1000);
    load.finish();
    return await load.report();
  }

  /** SIGKILL, to all its processes and threads at once. */
  async kill(): Promise<void> {
    this.group.kill();
    await this.ended;
  }

  async end(): Promise<void> {
    if (this.running !== undefined) await this.place.end(this.running);
    this.running = undefined;
  }
}
