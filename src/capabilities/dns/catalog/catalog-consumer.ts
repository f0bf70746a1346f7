/**
 * Follows catalog zones: their members are zones of this server. RFC 9432 §5.
 *
 * What a catalog said last and was in order counts, also after a restart before it was fetched again, and
 * while what it says now is broken.
 */

import type { Log } from "#contracts/log.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import type { CatalogConfig } from "../zone-config.ts";
import type { ZoneImage } from "../zones/image.ts";
import { zoneName, zoneText } from "../zones/zone-set.ts";
import { BrokenCatalogError } from "./broken-catalog-error.ts";
import { type LeftOut, type OwnedMember, type Settlement, settleMembers } from "./catalog-member.ts";
import { recallCatalogs, rememberCatalog, writeAll } from "./catalog-memory.ts";
import { type Catalog, readCatalog, withPartsOf } from "./catalog-zone.ts";
import { catalogLimits } from "./limits.ts";
import { type MemberZone, MemberZoneMaker } from "./member-zone.ts";

/** The part of a site that says what is followed. */
export interface ConsumerSettings {
  /** Those with `primaries`. */
  readonly catalogs: readonly CatalogConfig[];
  /** By its name in lower case: a zone of site.yaml. */
  readonly isConfigured: (zone: Name) => boolean;
  /** By its name in lower case: a key of dns.keys. */
  readonly hasKey: (key: Name) => boolean;
}

export interface ConsumerPorts {
  readonly store: Store;
  readonly log: Log;
  readonly nowMs: () => number;
  /** The members are others than before; called once they are durable. */
  readonly onMembers: (change: MembersChange) => void;
}

/** By name in lower case. */
export type MemberZones = ReadonlyMap<Name, MemberZone>;

export interface MembersChange {
  /** All there are now. */
  readonly zones: MemberZones;
  readonly added: readonly Name[];
  /** All their state must go. RFC 9432 §5.3. */
  readonly removed: readonly Name[];
  /** The same, and they begin anew. RFC 9432 §5.4. */
  readonly reset: readonly Name[];
  /** Other settings, or another catalog. */
  readonly changed: readonly Name[];
}

export interface CatalogStatus {
  /** False: nothing is known of it yet. */
  readonly isKnown: boolean;
  /** Of the content that counts. */
  readonly serial: number | undefined;
  readonly members: number;
  /** Why its newest content does not count, for people. */
  readonly problem: string | undefined;
  /** A sentence for each member that is no zone by it; bounded. */
  readonly leftOut: readonly string[];
}

interface State {
  readonly catalogs: ReadonlyMap<Name, Catalog>;
  readonly owned: ReadonlyMap<Name, OwnedMember>;
}

/** What a state comes to under some settings. */
interface Outcome extends Settlement {
  readonly zones: MemberZones;
  readonly sentences: ReadonlyMap<Name, readonly string[]>;
}

export class CatalogConsumer {
  private readonly ports: ConsumerPorts;
  private settings: ConsumerSettings;
  private state: State;
  /** What is in the store. */
  private remembered: State;
  private outcome: Outcome;
  private readonly problems = new Map<Name, string>();
  /** Updates stand in one line. */
  private line: Promise<void> = Promise.resolve();

  private constructor(settings: ConsumerSettings, ports: ConsumerPorts, state: State) {
    this.settings = settings;
    this.ports = ports;
    this.remembered = state;
    this.outcome = outcomeOf(state, settings, ports.nowMs());
    this.state = { ...state, owned: this.outcome.owned };
  }

  /** With what is remembered. Rejects with StoreError. */
  static async open(settings: ConsumerSettings, ports: ConsumerPorts): Promise<CatalogConsumer> {
    const names = settings.catalogs.map(catalogName);
    const { catalogs, owned, stale } = await recallCatalogs(ports.store, names);
    await writeAll(
      ports.store,
      stale.map((key) => ({ do: "delete", key })),
    );
    return new CatalogConsumer(settings, ports, { catalogs: inOrder(names, catalogs), owned });
  }

  get zones(): MemberZones {
    return this.outcome.zones;
  }

  /** What `zones` would be with other settings. */
  preview(settings: ConsumerSettings): MemberZones {
    return outcomeOf(this.keptBy(settings), settings, this.ports.nowMs()).zones;
  }

  /** Takes other settings; what it changes is in `zones` at once, and not told through `onMembers`. */
  configure(settings: ConsumerSettings): Promise<void> {
    const kept = this.keptBy(settings);
    this.settings = settings;
    this.outcome = outcomeOf(kept, settings, this.ports.nowMs());
    this.state = { ...kept, owned: this.outcome.owned };
    for (const name of this.problems.keys()) {
      if (!settings.catalogs.some((config) => catalogName(config) === name)) this.problems.delete(name);
    }
    return this.inLine(async () => {
      await this.remember();
      const { stale } = await recallCatalogs(this.ports.store, settings.catalogs.map(catalogName));
      await writeAll(
        this.ports.store,
        stale.map((key) => ({ do: "delete", key })),
      );
    });
  }

  /** A catalog was fetched. A broken one is said, and what it said before stays. */
  update(catalog: Name, image: ZoneImage): Promise<void> {
    return this.inLine(() => this.take(lowerName(catalog), image));
  }

  status(catalog: Name): CatalogStatus {
    const name = lowerName(catalog);
    const known = this.state.catalogs.get(name);
    let members = 0;
    for (const zone of this.outcome.zones.values()) if (zone.catalog === name) members++;
    return {
      isKnown: known !== undefined,
      serial: known?.serial,
      members,
      problem: this.problems.get(name),
      leftOut: this.outcome.sentences.get(name) ?? [],
    };
  }

  private inLine(work: () => Promise<void>): Promise<void> {
    const done = this.line.then(work).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      this.ports.log.warn({ error: error.message }, "members of catalogs could not be written to the store");
    });
    this.line = done.catch(() => {});
    return done;
  }

  private async take(name: Name, image: ZoneImage): Promise<void> {
    if (!this.settings.catalogs.some((config) => catalogName(config) === name)) return;
    const read = this.read(name, image);
    if (read === undefined) return;
    const before = this.state;
    const catalog = withPartsOf(before.catalogs.get(name), read);
    const { zones } = this.outcome;
    const names = this.settings.catalogs.map(catalogName);
    const catalogs = inOrder(names, new Map([...before.catalogs, [name, catalog]]));
    const nowMs = this.ports.nowMs();
    const outcome = outcomeOf({ catalogs, owned: before.owned }, this.settings, nowMs, name);
    const said = this.outcome.sentences.get(name) ?? [];
    this.outcome = outcome;
    this.state = { catalogs, owned: outcome.owned };
    await this.remember().finally(() => {
      this.say(name, before, outcome, said);
      // By now the site may have changed: what was added is told as it is now.
      const change = visibleChange(zones, { ...outcome, zones: this.outcome.zones });
      if (change !== undefined) this.ports.onMembers(change);
    });
  }

  /** Undefined: it is broken, which is said once. */
  private read(name: Name, image: ZoneImage): Catalog | undefined {
    try {
      const catalog = readCatalog(image);
      if (this.problems.delete(name)) {
        this.ports.log.info({ catalog: zoneText(name) }, `catalog ${zoneText(name)} is in order again`);
      }
      return catalog;
    } catch (error) {
      if (!(error instanceof BrokenCatalogError)) throw error;
      if (this.problems.get(name) !== error.message) {
        const facts = { catalog: zoneText(name), serial: image.serial() };
        const sentence = `catalog ${zoneText(name)} is broken, and its members stay as they were: ${error.message}`;
        this.ports.log.error(facts, sentence);
      }
      this.problems.set(name, error.message);
      return undefined;
    }
  }

  /** The state without catalogs that are no longer followed. */
  private keptBy({ catalogs }: ConsumerSettings): State {
    return { ...this.state, catalogs: inOrder(catalogs.map(catalogName), this.state.catalogs) };
  }

  /** What could not be written is written with the next change. */
  private async remember(): Promise<void> {
    const { state, remembered } = this;
    const names = [...state.catalogs.keys()];
    const operations = names.flatMap((name) => rememberCatalog(name, remembered, state));
    await writeAll(this.ports.store, operations);
    this.remembered = state;
  }

  private say(name: Name, before: State, outcome: Outcome, said: readonly string[]): void {
    const { log } = this.ports;
    const catalog = zoneText(name);
    const { added, removed, reset } = outcome;
    if (added.length + removed.length + reset.length > 0) {
      const counts = { added: added.length, removed: removed.length, reset: reset.length };
      const sentence = `catalog ${catalog}: ${counts.added} zones added, ${counts.removed} removed, ${counts.reset} reset`;
      log.info({ catalog, serial: this.state.catalogs.get(name)!.serial, ...counts }, sentence);
    }
    let had = 0;
    for (const owned of before.owned.values()) if (owned.catalog === name) had++;
    // RFC 9432 §5.3: they go all the same
    if (had >= catalogLimits.suddenMembersMin && removed.length * 2 > had) {
      log.warn({ catalog }, `catalog ${catalog} has dropped ${removed.length} of its ${had} zones at once`);
    }
    const fresh = (outcome.sentences.get(name) ?? []).filter((sentence) => !said.includes(sentence));
    for (const sentence of fresh) log.error({ catalog }, sentence);
  }
}

function catalogName(config: CatalogConfig): Name {
  return lowerName(zoneName(config));
}

/** Catalogs that are followed and known, in the order of site.yaml. */
function inOrder(names: readonly Name[], known: ReadonlyMap<Name, Catalog>): Map<Name, Catalog> {
  return new Map(names.filter((name) => known.has(name)).map((name) => [name, known.get(name)!]));
}

function outcomeOf(state: State, settings: ConsumerSettings, nowMs: number, updated?: Name): Outcome {
  const configs = new Map(settings.catalogs.map((config) => [catalogName(config), config]));
  const settled = settleMembers(state.owned, state.catalogs, {
    isConfigured: (zone) => configs.has(zone) || settings.isConfigured(zone),
    nowMs,
    ...(updated === undefined ? {} : { updated }),
  });
  const sentences = new Sentences();
  for (const one of settled.leftOut) sentences.add(one.catalog, leftOutText(one));
  const zones = new Map<Name, MemberZone>();
  const makers = new Map<Name, MemberZoneMaker>();
  for (const [catalog, { options }] of state.catalogs) {
    const { hasKey } = settings;
    makers.set(catalog, new MemberZoneMaker({ config: configs.get(catalog)!, options, hasKey }));
  }
  for (const [name, owned] of settled.owned) {
    const { catalog } = owned;
    const zone = makers.get(catalog)!.zone(owned);
    if (typeof zone === "string")
      sentences.add(
        catalog,
        `${nameToText(name)}, a member of catalog ${zoneText(catalog)}, is left out: ${zone}`,
      );
    else zones.set(name, zone);
  }
  return { ...settled, zones, sentences: sentences.byCatalog };
}

/** In terms of zones that are served: a member without a usable primary is none. Undefined: nothing changes. */
function visibleChange(before: MemberZones, { zones, reset, changed }: Outcome): MembersChange | undefined {
  const added = [...zones.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !zones.has(name));
  const both = (name: Name): boolean => zones.has(name) && before.has(name);
  const isReset = new Set(reset);
  const others = [...zones].filter(
    ([name, zone]) =>
      both(name) &&
      !isReset.has(name) &&
      JSON.stringify(zone.config) !== JSON.stringify(before.get(name)!.config),
  );
  const change = {
    zones,
    added,
    removed,
    reset: reset.filter(both),
    changed: [...new Set([...changed.filter(both), ...others.map(([name]) => name)])],
  };
  const count = added.length + removed.length + change.reset.length + change.changed.length;
  return count === 0 ? undefined : change;
}

function leftOutText({ name, catalog, owner }: LeftOut): string {
  const has =
    owner === undefined
      ? "site.yaml has a zone of this name"
      : `it is a member of ${zoneText(owner)} already`;
  return `${nameToText(name)}, a member of catalog ${zoneText(catalog)}, is left out: ${has}`;
}

/** A few for each catalog. */
class Sentences {
  readonly byCatalog = new Map<Name, string[]>();

  add(catalog: Name, sentence: string): void {
    const list = this.byCatalog.get(catalog) ?? [];
    this.byCatalog.set(catalog, list);
    if (list.length < catalogLimits.linesMax) list.push(sentence);
  }
}
