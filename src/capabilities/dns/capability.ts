/** The site's name server: its zones, from BIND zone files, answered over UDP and TCP. */
import { randomBytes } from "node:crypto";
import type {
  Capability,
  CapabilityStatus,
  Ports,
  PreparedChange,
  RunningCapability,
} from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import type { MetricFamily } from "#contracts/metrics.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import { limits as streamLimits } from "#platform/stream/limits.ts";
import { followAddresses } from "./address-follower.ts";
import { AddressMatchError } from "./address-match.ts";
import { checkConfig } from "./check-config.ts";
import { DnsConfig } from "./config.ts";
import { Engine } from "./engine/engine.ts";
import type { EngineSettings } from "./engine/engine-settings.ts";
import { limits } from "./limits.ts";
import { dnsMetrics } from "./metrics.ts";
import { rateLimitMemory } from "./rate-limit/bucket-table.ts";
import { logRateLimitEvent } from "./rate-limit/limit-journal.ts";
import { dnsRoutes } from "./routes.ts";
import { DnsServer } from "./server.ts";
import { describeStatus, zoneProblems } from "./status.ts";
import type { NameServerView } from "./view.ts";
import { listsForWorkers } from "./workers/lists-for-workers.ts";
import { prepareWorkers, type StartedWorkers, startWorkers } from "./workers/start-workers.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";
import { recordZoneStates } from "./zone-history.ts";
import { ZoneLoader } from "./zones/loader.ts";
import { giveBackSoon } from "./zones/old-memory.ts";
import { buildZoneSet, emptyZoneSet, type ZoneSet, zoneText } from "./zones/zone-set.ts";

export const dns: Capability<typeof DnsConfig> = {
  id: "dns",
  summary: "authoritative name server",
  config: DnsConfig,
  check: checkConfig,
  start: (config, ports) => NameServer.start(config, ports),
};

class NameServer implements RunningCapability<DnsConfig>, NameServerView {
  config: DnsConfig;
  zones: ZoneSet = emptyZoneSet;
  warnings: readonly ConfigProblem[] = [];
  readonly engine: Engine;
  readonly server: DnsServer;
  readonly pool: WorkerPool | undefined;
  readonly poolProblem: ConfigProblem | undefined;
  readonly routes: RunningCapability["routes"];
  private readonly ports: Ports;
  private readonly loader = new ZoneLoader();
  private addressFollower: Disposable | undefined;
  private limitWatch: Disposable | undefined;
  historyProblem: ConfigProblem | undefined;
  /** The last write of zone history, for which disposal waits: the store closes after. */
  private historyWritten: Promise<void> = Promise.resolve();

  private constructor(config: DnsConfig, ports: Ports, engine: Engine, { pool, problem }: StartedWorkers) {
    this.config = config;
    this.ports = ports;
    this.engine = engine;
    this.pool = pool;
    this.poolProblem = problem;
    this.routes = dnsRoutes(this, ports.store);
    this.server = new DnsServer(engine, ports.log, pool);
  }

  static async start(config: DnsConfig, ports: Ports): Promise<NameServer> {
    const engine = new Engine(emptyZoneSet.table, engineSettings(config), ports.nowMs);
    const server = new NameServer(config, ports, engine, await startWorkers(config, ports.log, engine));
    try {
      // Zones first: a socket that is open must not refuse what is about to be served.
      server.apply(config, await server.loadZones(config));
      const sockets = await server.server.prepare(config.listen);
      await sockets.commit();
      server.warnings = sockets.problems;
      server.addressFollower = followAddresses({
        onChange: () => server.refreshLists(),
        follow: () => server.server.followAddresses(server.config.listen),
      });
      server.limitWatch = systemClock.every(limits.rateLimitTellMs, () => server.tellLimits());
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  status(): CapabilityStatus {
    return describeStatus(this);
  }

  metrics(): readonly MetricFamily[] {
    return dnsMetrics(this);
  }

  get counterMemories(): readonly SharedArrayBuffer[] {
    return [this.engine.counters.memory, ...(this.pool?.counterMemories ?? [])];
  }

  /** Zones and sockets of the new config are made beside those in use; `commit` swaps all of them at once. */
  async prepare(config: DnsConfig): Promise<PreparedChange> {
    const zones = await this.loadZones(config);
    const size = await prepareWorkers(this.pool, config);
    const sockets = await this.server.prepare(config.listen).catch(async (error: unknown) => {
      await size?.discard();
      throw error;
    });
    return {
      commit: async () => {
        this.apply(config, zones);
        this.warnings = sockets.problems;
        await sockets.commit();
        await size?.commit();
      },
      discard: async () => {
        await sockets.discard();
        await size?.discard();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.addressFollower?.[Symbol.dispose]();
    this.limitWatch?.[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
    await this.loader[Symbol.asyncDispose]();
    await this.historyWritten;
  }

  private async loadZones(config: DnsConfig): Promise<ZoneSet> {
    const { siteFolder, nowMs } = this.ports;
    try {
      return await buildZoneSet(config, this.zones, {
        siteFolder,
        nowMs,
        load: (request) => this.loader.load(request),
      });
    } catch (error) {
      if (!(error instanceof AddressMatchError)) throw error;
      throw new ConfigError("HP_DNS_ADDRESS_LIST", [{ severity: "error", path: "dns", what: error.message }]);
    }
  }

  private apply(config: DnsConfig, zones: ZoneSet): void {
    const before = this.zones;
    this.config = config;
    this.zones = zones;
    const settings = engineSettings(config);
    this.engine.configure(settings);
    this.engine.zones = zones.table;
    this.pool?.publish({ settings, table: zones.table, lists: listsForWorkers(zones, config) });
    if (before !== emptyZoneSet) giveBackSoon();
    this.logBroken(before, zones);
    this.historyWritten = this.historyWritten.then(async () => {
      this.historyProblem = await recordZoneStates(this.ports, before, zones);
    });
  }

  /** Once for each time that a zone's file is found broken. */
  private logBroken(before: ZoneSet, after: ZoneSet): void {
    for (const [name, zone] of after.zones) {
      const isBroken = zone.state === "failed" || zone.state === "serving-previous";
      if (!isBroken || before.zones.get(name)?.problems === zone.problems) continue;
      const [first, ...more] = zoneProblems(zone).map(formatProblem);
      this.ports.log.error({ zone: zoneText(name), problems: more.slice(0, 10) }, first!);
    }
  }

  /** Of the responses that this thread gives over UDP; the workers tell of theirs. */
  private tellLimits(): void {
    const events = this.engine.limiter?.events(Date.now()) ?? [];
    for (const event of events) logRateLimitEvent(this.ports.log, event);
  }

  /** The machine has other addresses: what localhost and localnets stand for has changed. */
  private refreshLists(): void {
    this.engine.refreshAddresses(localAddresses());
    this.pool?.refreshAddresses();
  }
}

/** Of this process: its threads must know each other's. */
const cookieSecret = randomBytes(16);
const limitMemory = rateLimitMemory();

function engineSettings(config: DnsConfig): EngineSettings {
  return {
    minimalResponses: config.minimalResponses,
    minimalAny: config.minimalAny,
    udpPayloadOctets: config.udpPayloadOctets,
    nsid: config.nsid === undefined ? undefined : Buffer.from(config.nsid),
    cookieSecret: config.cookies ? cookieSecret : undefined,
    chaos: { version: config.version, hostname: config.hostname, id: config.serverId },
    rateLimit: { config: config.rateLimit, acls: config.acls, memory: limitMemory },
    tcpKeepaliveTenths: streamLimits.idleMs / 100,
  };
}
