/**
 * The zones that are served: what the site, its catalogs and their members ask for, brought to all threads
 * that answer. Whoever changes them takes turns.
 */
import { join } from "node:path";
import type { Ports } from "#contracts/capability.ts";
import { ConfigError, type ConfigProblem, formatProblem } from "#contracts/configuration.ts";
import type { Keyring } from "#platform/tsig/key.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { AddressMatchError } from "./address-match.ts";
import { type CatalogFacts, Catalogs } from "./catalog/catalogs.ts";
import type { DnsConfig } from "./config.ts";
import type { Engine } from "./engine/engine.ts";
import { engineSettings } from "./engine-settings-of.ts";
import type { LiveZone } from "./journal/live-zone.ts";
import { Snapshots } from "./journal/snapshots.ts";
import { ZoneKeeper } from "./journal/zone-keeper.ts";
import { ZoneUnchangeableError } from "./journal/zone-writer.ts";
import { limits } from "./limits.ts";
import { zoneProblems } from "./status.ts";
import { type TakeFilesPorts, takeFiles } from "./take-files.ts";
import { readKeys } from "./tsig/keyring.ts";
import { listsForWorkers } from "./workers/lists-for-workers.ts";
import type { WorkerPool } from "./workers/worker-pool.ts";
import { recordZoneStates } from "./zone-history.ts";
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

/** What a config asks for, ready to be served. */
export interface PreparedZones {
  readonly config: DnsConfig;
  readonly zones: readonly SiteZone[];
  readonly keyring: Keyring;
  /** What is wrong with the keys, and does not keep them from being used. */
  readonly keyProblems: readonly ConfigProblem[];
}

export interface ServedZonesPorts extends Ports {
  readonly engine: Engine;
  readonly pool: () => WorkerPool | undefined;
  /** The zones and keys are others. */
  readonly onServed: (keyring: Keyring) => Promise<void>;
  /** The content of one is another. */
  readonly onChanged: (zone: LiveZone) => void;
}

export class ServedZones implements AsyncDisposable {
  /** Of the site. */
  config: DnsConfig;
  zones: ZoneSet = emptyZoneSet;
  keyring: Keyring = new Map();
  keyProblems: readonly ConfigProblem[] = [];
  historyProblem: ConfigProblem | undefined;
  /** `rndc querylog`: not for longer than the program runs. */
  queryLog = false;
  readonly keeper: ZoneKeeper;
  private readonly ports: ServedZonesPorts;
  private readonly life: AsyncDisposableStack;
  private readonly loader: ZoneLoader;
  private catalogs!: Catalogs;
  /** Number in the table of each zone. */
  private numbers = new Map<LiveZone, number>();
  /** The last write of zone states, for which disposal waits: the store closes after. */
  private statesWritten: Promise<void> = Promise.resolve();
  private turn: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(
    config: DnsConfig,
    ports: ServedZonesPorts,
    parts: {
      readonly keeper: ZoneKeeper;
      readonly loader: ZoneLoader;
      /** What is disposed at the end, in reverse. */
      readonly life: AsyncDisposableStack;
    },
  ) {
    this.config = config;
    this.ports = ports;
    this.keeper = parts.keeper;
    this.loader = parts.loader;
    this.life = parts.life;
  }

  /** Nothing is served yet. Rejects with StoreError. */
  static async open(config: DnsConfig, ports: ServedZonesPorts): Promise<ServedZones> {
    await using life = new AsyncDisposableStack();
    const { store, log, nowMs } = ports;
    const loader = life.use(new ZoneLoader());
    const snapshots = life.use(new Snapshots(join(ports.dataFolder, "zones")));
    const merger = life.use(new ZoneMerger());
    const late: { served?: ServedZones } = {};
    const keeper = await ZoneKeeper.open({
      store,
      snapshots,
      merger,
      nowMs,
      log,
      onImage: (zone) => late.served?.showImage(zone),
      onChanged: (zone) => late.served?.changed(zone),
    });
    life.use(keeper);
    const served = new ServedZones(config, ports, { keeper, loader, life: life.move() });
    late.served = served;
    served.catalogs = await Catalogs.open(config, {
      store,
      log,
      nowMs,
      keeper,
      zones: () => served.zones,
      onMembers: (forgotten) => served.membersChanged(forgotten),
    });
    return served;
  }

  get problems(): readonly ConfigProblem[] {
    const { historyProblem, keyProblems } = this;
    return [
      ...keyProblems,
      ...(historyProblem === undefined ? [] : [historyProblem]),
      ...this.catalogs.problems(),
    ];
  }

  /** Its catalog zones. */
  get catalogFacts(): readonly CatalogFacts[] {
    return this.catalogs.facts();
  }

  zone(name: Name): SiteZone | undefined {
    return this.zones.zones.get(lowerName(name));
  }

  /**
   * The zone of this server with the longest name that a name lies in; undefined when there is none, or when
   * others say what is in it.
   */
  primaryZoneOf(name: Name): Name | undefined {
    const lower = lowerName(name);
    for (let at = 0; at < lower.length; at += 1 + lower.charCodeAt(at)) {
      const zone = this.zones.zones.get(lower.slice(at) as Name);
      if (zone === undefined) continue;
      return zone.settings.kind === "primary" && zone.request !== undefined ? zone.name : undefined;
    }
    return undefined;
  }

  /** Resolves when nobody else is changing zones; the caller says when it is done. */
  takeTurn(): Promise<() => void> {
    const before = this.turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.turn = promise;
    return before.then(() => resolve);
  }

  /** Reads what the config asks for, beside what is served. Throws ConfigError. */
  async prepare(config: DnsConfig): Promise<PreparedZones> {
    const { keyring, problems } = readKeys(config, this.ports);
    const errors = problems.filter(({ severity }) => severity === "error");
    if (errors.length > 0) throw new ConfigError("HP_DNS_KEY", errors);
    const all = { ...config, zones: this.catalogs.zonesOf(config) };
    return { config, zones: await this.read(all), keyring, keyProblems: problems };
  }

  /** Serves it. */
  async apply({ config, zones, keyring, keyProblems }: PreparedZones): Promise<void> {
    const before = this.zones;
    this.config = config;
    this.keyring = keyring;
    this.keyProblems = keyProblems;
    this.serve(zones);
    if (before !== emptyZoneSet) giveBackSoon(limits.oldMemoryOctets);
    await takeFiles(zones, this.takeFilesPorts);
    void this.catalogs.configure(config);
    await this.catalogs.offer();
    this.logBroken(before);
    for (const { live } of zones) this.catalogs.changed(live);
    await this.ports.onServed(keyring);
    const after = this.zones;
    this.statesWritten = this.statesWritten.then(async () => {
      this.historyProblem = await recordZoneStates(this.ports, after);
    });
  }

  /**
   * Brings one zone to what its file says now. Throws ConfigError when the file has mistakes; the zone goes
   * on then as it was.
   */
  async reloadZone(name: Name): Promise<"reloaded" | "up-to-date"> {
    const endTurn = await this.takeTurn();
    try {
      const before = this.zone(name);
      if (before === undefined || this.closed) {
        // A reload of all may have been before us in the line.
        throw new ZoneUnchangeableError("unknown", `there is no zone ${zoneText(name)} any more`);
      }
      const [zone] = await this.read({ ...this.config, zones: [before.config] });
      if (zone === undefined || zone.arriving === undefined) return "up-to-date";
      const isNews = zone.arriving.digest !== zone.live.fileDigest;
      this.serve([...this.zones.zones.values()].map((one) => (one.live === zone.live ? zone : one)));
      await takeFiles([zone], this.takeFilesPorts);
      const errors = zone.problems.filter(({ severity }) => severity === "error");
      if (errors.length > 0) throw new ConfigError("HP_DNS_ZONE", errors);
      return isNews ? "reloaded" : "up-to-date";
    } finally {
      endTurn();
    }
  }

  setQueryLog(on: boolean): void {
    this.queryLog = on;
    this.publish();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closed = true;
    const endTurn = await this.takeTurn(); // whoever changes zones now does it with what is about to go
    await this.statesWritten;
    await this.life.disposeAsync();
    endTurn();
  }

  private get takeFilesPorts(): TakeFilesPorts {
    return { keeper: this.keeper, log: this.ports.log, allowTransfer: this.config.allowTransfer };
  }

  private async read(config: DnsConfig): Promise<readonly SiteZone[]> {
    const { siteFolder, nowMs } = this.ports;
    try {
      return await readZones(config, this.zones, {
        siteFolder,
        nowMs,
        load: (request) => this.loader.load(request),
        restore: (name, settings, file) => this.keeper.restore(name, settings, file),
      });
    } catch (error) {
      if (!(error instanceof AddressMatchError)) throw error;
      throw new ConfigError("HP_DNS_ADDRESS_LIST", [{ severity: "error", path: "dns", what: error.message }]);
    }
  }

  private serve(zones: readonly SiteZone[]): void {
    this.zones = zoneSetOf(zones);
    this.numbers = new Map(zones.map(({ live }, index) => [live, index]));
    for (const { live, settings } of zones) live.settings = settings;
    this.keeper.serve(zones.map(({ live }) => live));
    this.publish();
  }

  /** All threads answer from the zones as they are now. */
  private publish(): void {
    const { engine } = this.ports;
    const { table } = this.zones;
    const settings = engineSettings(this.config, this);
    engine.configure(settings);
    engine.zones = table;
    this.ports.pool()?.publish({ settings, table, lists: listsForWorkers(this.zones, this.config) });
  }

  /** All threads answer from the zone's image of now. */
  private showImage(zone: LiveZone): void {
    const number = this.numbers.get(zone);
    if (number === undefined) return;
    const { table } = this.zones;
    const memory = zone.image?.buffer;
    const before = table.memory(number);
    table.replaceImage(number, memory);
    this.ports.engine.zones = table; // also lets go of what was made of the image before
    this.ports.pool()?.replaceImage(number, memory);
    const octets = before?.byteLength ?? 0;
    if (octets > limits.smallZoneOctetsMax) giveBackSoon(octets);
  }

  private changed(zone: LiveZone): void {
    this.catalogs.changed(zone);
    this.ports.onChanged(zone);
  }

  /** Catalogs have brought zones, or taken some away. */
  private membersChanged(forgotten: readonly Name[]): void {
    this.serveMembers(forgotten).catch((error: unknown) => {
      this.ports.log.error({ err: error }, "the members of catalogs could not be taken over");
    });
  }

  private async serveMembers(forgotten: readonly Name[]): Promise<void> {
    const endTurn = await this.takeTurn();
    try {
      if (this.closed) return;
      const gone = new Set(forgotten.map((name) => lowerName(name)));
      if (gone.size > 0) {
        // Those that begin anew are gone first, with all that others know of them.
        this.serve([...this.zones.zones.values()].filter(({ live }) => !gone.has(live.id)));
        await this.ports.onServed(this.keyring);
        await this.keeper.forget(forgotten);
      }
      await this.apply(await this.prepare(this.config));
    } finally {
      endTurn();
    }
  }

  /** Once for each time that a zone's file is found broken. */
  private logBroken(before: ZoneSet): void {
    for (const [name, zone] of this.zones.zones) {
      const isBroken = zone.state === "failed" || zone.state === "serving-previous";
      if (!isBroken || before.zones.get(name)?.problems === zone.problems) continue;
      const [first, ...more] = zoneProblems(zone).map(formatProblem);
      this.ports.log.error({ zone: zoneText(name), problems: more.slice(0, 10) }, first!);
    }
  }
}
