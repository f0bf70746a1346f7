/**
 * Catalog zones of a site: those it follows make zones of this server, those it offers list them. RFC 9432.
 */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import { lowerName, type Name, parseName } from "#protocols/dns/name.ts";
import type { DnsConfig } from "../config.ts";
import type { LiveZone } from "../journal/live-zone.ts";
import type { ZoneKeeper } from "../journal/zone-keeper.ts";
import { type CatalogConfig, ZoneConfig } from "../zone-config.ts";
import type { ZoneSet } from "../zones/zone-set.ts";
import { CatalogConsumer } from "./catalog-consumer.ts";
import { type ConsumerSettings, catalogName } from "./catalog-outcome.ts";
import { CatalogProducer, emptyCatalog, offeredZones } from "./catalog-producer.ts";

export interface CatalogsPorts {
  readonly store: Store;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly keeper: Pick<ZoneKeeper, "replace" | "change">;
  readonly zones: () => ZoneSet;
  /** The members are others. `forgotten`: their state must go. */
  readonly onMembers: (forgotten: readonly Name[]) => void;
}

/** For people and for metrics. */
export interface CatalogFacts {
  readonly name: Name;
  readonly kind: "followed" | "offered";
  /** Zones that are members of it. */
  readonly members: number;
}

const author = { kind: "capability", name: "catalog" } as const;

export class Catalogs {
  private readonly ports: CatalogsPorts;
  private readonly consumer: CatalogConsumer;
  private readonly producer: CatalogProducer;
  private config: DnsConfig;
  /** Entries of offered catalogs that name no zone of this server. */
  private readonly unknown = new Map<Name, readonly string[]>();
  /** Members of offered catalogs. */
  private readonly offered = new Map<Name, number>();
  /** One offer after the other. */
  private offering: Promise<void> = Promise.resolve();

  private constructor(config: DnsConfig, ports: CatalogsPorts, consumer: CatalogConsumer) {
    this.config = config;
    this.ports = ports;
    this.consumer = consumer;
    this.producer = new CatalogProducer({ store: ports.store });
  }

  /** Rejects with StoreError. */
  static async open(config: DnsConfig, ports: CatalogsPorts): Promise<Catalogs> {
    const { store, log, nowMs } = ports;
    const consumer = await CatalogConsumer.open(settingsOf(config), {
      store,
      log,
      nowMs,
      onMembers: ({ removed, reset }) => ports.onMembers([...removed, ...reset]),
    });
    return new Catalogs(config, ports, consumer);
  }

  /** All zones that a config comes to: its own, its catalogs, and their members. */
  zonesOf(config: DnsConfig): ZoneConfig[] {
    const members = [...this.consumer.preview(settingsOf(config)).values()].map((member) => member.config);
    return [...config.zones, ...config.catalogs.map((catalog) => zoneOfCatalog(catalog)), ...members];
  }

  /** The config that is in force from now on. Resolves when what it forgets is forgotten. */
  configure(config: DnsConfig): Promise<void> {
    this.config = config;
    return this.consumer.configure(settingsOf(config));
  }

  /** Reads what a catalog says, when it is one that is followed. */
  changed(zone: LiveZone): void {
    const { image } = zone;
    if (image === undefined) return;
    const isFollowed = this.config.catalogs.some(
      (catalog) => catalog.primaries !== undefined && catalogName(catalog) === zone.id,
    );
    if (isFollowed) void this.consumer.update(zone.id, image);
  }

  /** Brings the catalogs that are offered to the zones of now. */
  offer(): Promise<void> {
    this.offering = this.offering
      .then(() => this.offerAll())
      .catch((error: unknown) => {
        this.ports.log.warn({ error: String(error) }, "a catalog could not be brought up to date");
      });
    return this.offering;
  }

  facts(): readonly CatalogFacts[] {
    return this.config.catalogs.map((catalog) => {
      const name = catalogName(catalog);
      if (catalog.zones !== undefined) return { name, kind: "offered", members: this.offered.get(name) ?? 0 };
      return { name, kind: "followed", members: this.consumer.status(name).members };
    });
  }

  problems(): readonly ConfigProblem[] {
    return this.config.catalogs.flatMap((catalog, index): ConfigProblem[] => {
      const path = `dns.catalogs[${index}]`;
      const warn = (what: string): ConfigProblem => ({ severity: "warning", path, what });
      if (catalog.zones !== undefined) {
        const unknown = this.unknown.get(catalogName(catalog)) ?? [];
        return unknown.map((zone) => warn(`there is no zone ${zone} to offer; correct its name`));
      }
      const { problem, leftOut } = this.consumer.status(catalogName(catalog));
      return [...(problem === undefined ? [] : [problem]), ...leftOut].map(warn);
    });
  }

  private async offerAll(): Promise<void> {
    const catalogs = new Set(this.config.catalogs.map(catalogName));
    const own = [...this.ports.zones().zones.keys()].filter((name) => !catalogs.has(name));
    for (const catalog of this.config.catalogs) {
      if (catalog.zones === undefined) continue;
      const name = catalogName(catalog);
      const { zones, unknown } = offeredZones(catalog.zones, own);
      this.unknown.set(name, unknown);
      this.offered.set(name, zones.length);
      await this.offerOne(name, zones);
    }
  }

  private async offerOne(name: Name, zones: readonly Name[]): Promise<void> {
    const { keeper, nowMs } = this.ports;
    const present = (): LiveZone | undefined => this.ports.zones().zones.get(name)?.live;
    if (present() === undefined) return;
    if (present()!.image === undefined) {
      // Later than any that it may have had before its content was lost
      await keeper.replace(name, author, emptyCatalog(name, Math.floor(nowMs() / 1000) >>> 0));
    }
    const image = present()?.image;
    if (image === undefined) return;
    const changes = await this.producer.plan(name, zones, image);
    if (changes.length > 0) await keeper.change(name, author, () => ({ changes, outcome: undefined }));
  }
}

/** The zone that a catalog is itself. */
function zoneOfCatalog(catalog: CatalogConfig): ZoneConfig {
  const { name, primaries, allowTransfer, allowNotify, notify, alsoNotify } = catalog;
  const settings = {
    name,
    allowTransfer,
    allowNotify,
    notify,
    alsoNotify,
    recordsPerTypeMax: 0,
    typesPerNameMax: 0,
  };
  // Without primaries it has no file either: its content is made here.
  return primaries === undefined
    ? { ...settings, serial: "unixtime" }
    : ZoneConfig.parse({ ...settings, primaries });
}

function settingsOf(config: DnsConfig): ConsumerSettings {
  const zones = new Set(config.zones.map(({ name }) => nameOf(name)));
  const keys = new Set(config.keys.map(({ name }) => nameOf(name)));
  return {
    catalogs: config.catalogs.filter(({ primaries }) => primaries !== undefined),
    isConfigured: (zone) => zones.has(zone),
    hasKey: (key) => keys.has(key),
  };
}

function nameOf(text: string): Name {
  return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
}
