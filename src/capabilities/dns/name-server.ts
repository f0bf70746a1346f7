/** The name server while it runs: starts its parts in order, changes them together, takes them down again. */
import type {
  CapabilityStatus,
  Contracts,
  Ports,
  PreparedChange,
  RunningCapability,
} from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { MetricFamily } from "#contracts/metrics.ts";
import { StoreError } from "#contracts/store.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import type { Keyring } from "#platform/tsig/key.ts";
import { keyName } from "#platform/tsig/key-config.ts";
import { followAddresses } from "./address-follower.ts";
import { parseAddressMatch } from "./address-match.ts";
import type { DnsConfig } from "./config.ts";
import { type ControlChannelSettings, ControlChannels } from "./control-channel/control-channels.ts";
import { runCommand } from "./control-channel/rndc-commands.ts";
import { NameServerControl } from "./control-target.ts";
import { Engine } from "./engine/engine.ts";
import { QueryLog } from "./engine/query-log.ts";
import { engineSettings } from "./engine-settings-of.ts";
import { limits } from "./limits.ts";
import { dnsMetrics } from "./metrics.ts";
import { logRateLimitEvent } from "./rate-limit/limit-journal.ts";
import { NameRegistryProvider } from "./registry/name-registry-provider.ts";
import { dnsRoutes } from "./routes.ts";
import { ServedZones } from "./served-zones.ts";
import { DnsServer, type PreparedSockets } from "./server.ts";
import { describeStatus } from "./status.ts";
import { TlsEndpoints } from "./tls-endpoints.ts";
import type { NameServerView } from "./view.ts";
import { prepareWorkers, startWorkers } from "./workers/start-workers.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";
import { ZoneServices } from "./zone-services.ts";
import { emptyZoneSet } from "./zones/zone-set.ts";

export class NameServer implements RunningCapability<DnsConfig>, NameServerView {
  readonly engine: Engine;
  readonly served: ServedZones;
  readonly services: ZoneServices;
  readonly server: DnsServer;
  readonly tls: TlsEndpoints;
  readonly channels: ControlChannels;
  readonly routes: RunningCapability["routes"];
  readonly registry: NameRegistryProvider;
  readonly provided: Partial<Contracts>;
  warnings: readonly ConfigProblem[] = [];
  pool: WorkerPool | undefined;
  poolProblem: ConfigProblem | undefined;
  readonly control: NameServerControl;
  private readonly ports: Ports;
  private readonly watching = new DisposableStack();

  private constructor(ports: Ports, engine: Engine, served: ServedZones) {
    const { log } = ports;
    this.ports = ports;
    this.engine = engine;
    this.served = served;
    this.services = new ZoneServices({
      ...ports,
      engine,
      keeper: served.keeper,
      served,
      isOwn: (address, port) => this.server.isOwn(address, port),
    });
    this.server = new DnsServer(this.services.router, log, () => this.pool);
    this.tls = new TlsEndpoints({
      log,
      siteFolder: ports.siteFolder,
      onMessage: this.server.streamResponder({ encrypted: true }),
    });
    this.control = new NameServerControl(this, ports);
    this.channels = new ControlChannels({
      execute: (line, options) => runCommand(line, this.control, options),
      log,
      clock: systemClock,
    });
    this.registry = new NameRegistryProvider({
      writer: served.keeper,
      store: ports.store,
      nowMs: ports.nowMs,
      zoneOf: (name) => served.primaryZoneOf(name),
    });
    this.provided = { "name-registry": this.registry };
    engine.queryLog = new QueryLog((facts, sentence) => log.info(facts, sentence));
    this.routes = dnsRoutes(this, ports.store);
  }

  static async start(config: DnsConfig, ports: Ports): Promise<NameServer> {
    const engine = new Engine(emptyZoneSet.table, engineSettings(config), ports.nowMs);
    const late: { server?: NameServer } = {};
    const served = await ServedZones.open(config, {
      ...ports,
      engine,
      pool: () => late.server?.pool,
      onServed: async () => {
        await late.server?.services.configure();
        await late.server?.settleNames();
      },
      onChanged: (zone) => late.server?.services.changed(zone),
    });
    const server = new NameServer(ports, engine, served);
    late.server = server;
    try {
      await server.bringUp(config);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  get config(): DnsConfig {
    return this.served.config;
  }

  get zones(): ServedZones["zones"] {
    return this.served.zones;
  }

  /** Removes records of hosts that have gone, where that could not be done before: their zone was frozen. */
  async settleNames(): Promise<void> {
    try {
      await this.registry.settle();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.ports.log.warn(
        { error: error.message },
        "records of hosts that have gone stay until the store works",
      );
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
    await using undo = new AsyncDisposableStack();
    const endTurn = await this.served.takeTurn();
    undo.defer(endTurn);
    const zones = await this.served.prepare(config);
    const size = await prepareWorkers(this.pool, config);
    undo.defer(async () => await size?.discard());
    const sockets = await this.prepareSockets(config, zones.keyring, undo);
    const discarding = undo.move();
    return {
      commit: async () => {
        try {
          await this.served.apply(zones);
          this.warnings = sockets.flatMap(({ problems }) => problems);
          for (const one of sockets) await one.commit();
          this.control.configured();
          await size?.commit();
        } finally {
          endTurn();
        }
      },
      discard: () => discarding.disposeAsync(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watching.dispose();
    await this.channels[Symbol.asyncDispose]();
    await this.tls[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.services[Symbol.asyncDispose]();
    await this.served[Symbol.asyncDispose]();
  }

  private async bringUp(config: DnsConfig): Promise<void> {
    const { log } = this.ports;
    const { pool, problem } = await startWorkers(config, log, this.server.answerHandedOver());
    this.pool = pool;
    this.poolProblem = problem;
    // Zones first: a socket that is open must not refuse what is about to be served.
    const zones = await this.served.prepare(config);
    await this.served.apply(zones);
    await using undo = new AsyncDisposableStack();
    const sockets = await this.prepareSockets(config, zones.keyring, undo);
    undo.move();
    for (const one of sockets) await one.commit();
    this.warnings = sockets.flatMap(({ problems }) => problems);
    this.watching.use(
      followAddresses({
        onChange: () => this.refreshLists(),
        follow: () => this.server.followAddresses(this.config.listen),
      }),
    );
    this.watching.use(systemClock.every(limits.rateLimitTellMs, () => this.tellLimits()));
    this.services.started();
  }

  /** All that listens, beside what listens now. `undo` closes it again. */
  private async prepareSockets(
    config: DnsConfig,
    keyring: Keyring,
    undo: AsyncDisposableStack,
  ): Promise<PreparedSockets[]> {
    const prepared: PreparedSockets[] = [];
    for (const prepare of [
      () => this.server.prepare(config.listen),
      () => this.tls.prepare(config.tls),
      () => this.channels.prepare(channelSettings(config, keyring)),
    ]) {
      const sockets = await prepare();
      undo.defer(() => sockets.discard());
      prepared.push({ problems: [], ...sockets });
    }
    return prepared;
  }

  /** Of the responses that this thread gives over UDP; the workers tell of theirs. */
  private tellLimits(): void {
    const events = this.engine.limiter?.events(Date.now()) ?? [];
    for (const event of events) logRateLimitEvent(this.ports.log, event);
  }

  /** The machine has other addresses: what localhost and localnets stand for has changed. */
  private refreshLists(): void {
    const own = localAddresses();
    this.engine.refreshAddresses(own);
    for (const { lists } of this.zones.zones.values()) {
      for (const list of Object.values(lists)) list.refresh(own);
    }
    this.channels.refreshAddresses(own);
    this.pool?.refreshAddresses();
  }
}

function channelSettings({ controls, acls }: DnsConfig, keyring: Keyring): ControlChannelSettings[] {
  return controls.map(({ listen, allow, keys, readOnly }) => ({
    listen,
    allow: parseAddressMatch(allow, acls),
    keys: keys.map((key) => keyring.get(keyName(key))).filter((key) => key !== undefined),
    readOnly,
  }));
}
