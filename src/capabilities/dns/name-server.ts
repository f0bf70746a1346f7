/** The name server while it runs: starts its parts in order, changes them together, takes them down again. */
import { join } from "node:path";
import type { CapabilityStatus, Ports, PreparedChange, RunningCapability } from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import type { MetricFamily } from "#contracts/metrics.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { localAddresses } from "#platform/listen/local-addresses.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { followAddresses } from "./address-follower.ts";
import { AddressMatchError, parseAddressMatch } from "./address-match.ts";
import type { DnsConfig } from "./config.ts";
import { type ControlChannelSettings, ControlChannels } from "./control-channel/control-channels.ts";
import { runCommand } from "./control-channel/rndc-commands.ts";
import { NameServerControl } from "./control-target.ts";
import { Engine } from "./engine/engine.ts";
import { QueryLog } from "./engine/query-log.ts";
import { engineSettings } from "./engine-settings-of.ts";
import type { LiveZone } from "./journal/live-zone.ts";
import { Snapshots } from "./journal/snapshots.ts";
import { ZoneKeeper } from "./journal/zone-keeper.ts";
import { limits } from "./limits.ts";
import { dnsMetrics } from "./metrics.ts";
import { logRateLimitEvent } from "./rate-limit/limit-journal.ts";
import { dnsRoutes } from "./routes.ts";
import { DnsServer, type PreparedSockets } from "./server.ts";
import { describeStatus, zoneProblems } from "./status.ts";
import { takeFiles } from "./take-files.ts";
import { TlsEndpoints } from "./tls-endpoints.ts";
import type { Keyring } from "./tsig/key.ts";
import { keyName, readKeys } from "./tsig/keyring.ts";
import type { NameServerView } from "./view.ts";
import { listsForWorkers } from "./workers/lists-for-workers.ts";
import { prepareWorkers, startWorkers } from "./workers/start-workers.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";
import { recordZoneStates } from "./zone-history.ts";
import { ZoneServices } from "./zone-services.ts";
import { ZoneLoader } from "./zones/loader.ts";
import { giveBackSoon } from "./zones/old-memory.ts";
import { ZoneMerger } from "./zones/zone-merger.ts";
import {
  emptyZoneSet,
  readZones,
  type SiteZone,
  type ZoneSet,
  zoneSetOf,
  zoneText,
} from "./zones/zone-set.ts";

/** What a config asks for, ready to take over. */
interface PreparedZones {
  readonly zones: readonly SiteZone[];
  readonly keyring: Keyring;
}

export class NameServer implements RunningCapability<DnsConfig>, NameServerView {
  config: DnsConfig;
  zones: ZoneSet = emptyZoneSet;
  warnings: readonly ConfigProblem[] = [];
  keyProblems: readonly ConfigProblem[] = [];
  historyProblem: ConfigProblem | undefined;
  /** `rndc querylog`: not for longer than the program runs. */
  queryLog = false;
  readonly engine: Engine;
  readonly keeper: ZoneKeeper;
  readonly services: ZoneServices;
  readonly server: DnsServer;
  readonly tls: TlsEndpoints;
  readonly channels: ControlChannels;
  readonly routes: RunningCapability["routes"];
  pool: WorkerPool | undefined;
  poolProblem: ConfigProblem | undefined;
  private readonly control: NameServerControl;
  private readonly ports: Ports;
  private readonly life: AsyncDisposableStack;
  private readonly loader: ZoneLoader;
  /** Number in the table of each zone. */
  private numbers = new Map<LiveZone, number>();
  /** The last write of zone states, for which disposal waits: the store closes after. */
  private statesWritten: Promise<void> = Promise.resolve();

  private constructor(config: DnsConfig, ports: Ports, parts: NameServerParts) {
    const { engine, keeper, loader, life } = parts;
    this.config = config;
    this.ports = ports;
    this.engine = engine;
    this.keeper = keeper;
    this.loader = loader;
    this.life = life;
    this.services = new ZoneServices({
      engine,
      keeper,
      store: ports.store,
      log: ports.log,
      nowMs: ports.nowMs,
      zones: () => this.zones,
      config: () => this.config,
      isOwn: (address, port) => this.server.isOwn(address, port),
    });
    this.server = new DnsServer(this.services.router, ports.log, () => this.pool);
    this.tls = new TlsEndpoints({
      log: ports.log,
      siteFolder: ports.siteFolder,
      onMessage: this.server.streamResponder({ encrypted: true }),
    });
    engine.queryLog = new QueryLog((facts, sentence) => ports.log.info(facts, sentence));
    this.control = new NameServerControl(this, ports);
    this.channels = new ControlChannels({
      execute: (line, options) => runCommand(line, this.control, options),
      log: ports.log,
      clock: systemClock,
    });
    this.routes = dnsRoutes(this, ports.store);
  }

  static async start(config: DnsConfig, ports: Ports): Promise<NameServer> {
    await using life = new AsyncDisposableStack();
    const { store, log, nowMs } = ports;
    const loader = life.use(new ZoneLoader());
    const snapshots = life.use(new Snapshots(join(ports.dataFolder, "zones")));
    const merger = life.use(new ZoneMerger());
    const engine = new Engine(emptyZoneSet.table, engineSettings(config), nowMs);
    const late: { server?: NameServer } = {};
    const keeper = await ZoneKeeper.open({
      store,
      snapshots,
      merger,
      nowMs,
      log,
      onImage: (zone) => late.server?.showImage(zone),
      onChanged: (zone) => late.server?.services.changed(zone),
    });
    life.use(keeper);
    const server = new NameServer(config, ports, { engine, keeper, loader, life: life.move() });
    late.server = server;
    try {
      await server.bringUp();
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
    const zones = await this.prepareZones(config);
    await using undo = new AsyncDisposableStack();
    const sockets: PreparedSockets[] = [];
    const size = await prepareWorkers(this.pool, config);
    undo.defer(async () => await size?.discard());
    for (const preparing of [() => this.server.prepare(config.listen), () => this.tls.prepare(config.tls)]) {
      const prepared = await preparing();
      undo.defer(() => prepared.discard());
      sockets.push(prepared);
    }
    const channels = await this.channels.prepare(channelSettings(config, zones.keyring));
    undo.defer(() => channels.discard());
    const discarding = undo.move();
    return {
      commit: async () => {
        await this.apply(config, zones);
        this.warnings = sockets.flatMap(({ problems }) => problems);
        for (const one of sockets) await one.commit();
        await channels.commit();
        this.control.configured();
        await size?.commit();
      },
      discard: () => discarding.disposeAsync(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.channels[Symbol.asyncDispose]();
    await this.tls[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.services[Symbol.asyncDispose]();
    await this.statesWritten;
    await this.life.disposeAsync();
  }

  private async bringUp(): Promise<void> {
    const { config, ports } = this;
    const { pool, problem } = await startWorkers(config, ports.log, this.server.answerHandedOver());
    this.pool = pool;
    this.poolProblem = problem;
    // Zones first: a socket that is open must not refuse what is about to be served.
    await this.apply(config, await this.prepareZones(config));
    const sockets = await this.server.prepare(config.listen);
    await sockets.commit();
    const tls = await this.tls.prepare(config.tls);
    await tls.commit();
    const channels = await this.channels.prepare(channelSettings(config, this.services.keyring));
    await channels.commit();
    this.warnings = [...sockets.problems, ...tls.problems];
    this.life.use(
      followAddresses({
        onChange: () => this.refreshLists(),
        follow: () => this.server.followAddresses(this.config.listen),
      }),
    );
    this.life.use(systemClock.every(limits.rateLimitTellMs, () => this.tellLimits()));
    this.services.started();
  }

  private async prepareZones(config: DnsConfig): Promise<PreparedZones> {
    const { siteFolder, nowMs } = this.ports;
    const { keyring, problems } = readKeys(config, this.ports);
    const errors = problems.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new ConfigError("HP_DNS_KEY", errors);
    try {
      const zones = await readZones(config, this.zones, {
        siteFolder,
        nowMs,
        load: (request) => this.loader.load(request),
        restore: (name, settings, file) => this.keeper.restore(name, settings, file),
      });
      return { zones, keyring };
    } catch (error) {
      if (!(error instanceof AddressMatchError)) throw error;
      throw new ConfigError("HP_DNS_ADDRESS_LIST", [{ severity: "error", path: "dns", what: error.message }]);
    }
  }

  private async apply(config: DnsConfig, { zones, keyring }: PreparedZones): Promise<void> {
    const before = this.zones;
    this.config = config;
    this.zones = zoneSetOf(zones);
    this.numbers = new Map(zones.map(({ live }, index) => [live, index]));
    this.keyProblems = readKeys(config, this.ports).problems;
    for (const { live, settings } of zones) live.settings = settings;
    this.keeper.serve(zones.map(({ live }) => live));
    this.publish();
    if (before !== emptyZoneSet) giveBackSoon();
    await takeFiles(zones, this.keeper, this.ports.log);
    this.logBroken(before, this.zones);
    await this.services.configure(keyring);
    const after = this.zones;
    this.statesWritten = this.statesWritten.then(async () => {
      this.historyProblem = await recordZoneStates(this.ports, before, after);
    });
  }

  /** All threads answer from the zones as they are now. */
  private publish(): void {
    const { table } = this.zones;
    const settings = engineSettings(this.config, this);
    this.engine.configure(settings);
    this.engine.zones = table;
    this.pool?.publish({ settings, table, lists: listsForWorkers(this.zones, this.config) });
  }

  setQueryLog(on: boolean): void {
    this.queryLog = on;
    this.publish();
  }

  /**
   * Brings one zone to what its file says now. Throws ConfigError when the file has mistakes; the zone goes on
   * then as it was.
   */
  async reloadZone(name: Name): Promise<"reloaded" | "up-to-date"> {
    const before = this.zones.zones.get(lowerName(name))!;
    const config = { ...this.config, zones: [before.config] };
    const [zone] = (await this.prepareZones(config)).zones;
    if (zone === undefined || zone.arriving === undefined) return "up-to-date";
    const zones = [...this.zones.zones.values()].map((one) => (one.live === zone.live ? zone : one));
    this.zones = zoneSetOf(zones);
    this.publish();
    await takeFiles([zone], this.keeper, this.ports.log);
    const errors = zone.problems.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new ConfigError("HP_DNS_ZONE", errors);
    return "reloaded";
  }

  /** All threads answer from the zone's image of now. */
  private showImage(zone: LiveZone): void {
    const number = this.numbers.get(zone);
    if (number === undefined) return;
    const { table } = this.zones;
    const memory = zone.image?.buffer;
    const before = table.memory(number);
    table.replaceImage(number, memory);
    this.engine.zones = table; // also lets go of what was made of the image before
    this.pool?.replaceImage(number, memory);
    if ((before?.byteLength ?? 0) > limits.smallZoneOctetsMax) giveBackSoon();
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
    const own = localAddresses();
    this.engine.refreshAddresses(own);
    for (const { lists } of this.zones.zones.values()) {
      for (const list of Object.values(lists)) list.refresh(own);
    }
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

interface NameServerParts {
  readonly engine: Engine;
  readonly keeper: ZoneKeeper;
  readonly loader: ZoneLoader;
  /** What is disposed at the end, in reverse. */
  readonly life: AsyncDisposableStack;
}
