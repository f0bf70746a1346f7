/**
 * Follows catalog zones: their members are zones of this server. RFC 9432 §5.
 *
 * What a catalog said last and was in order counts, also after a restart before it was fetched again, and
 * while what it says now is broken.
 */

import type { Log } from "#contracts/log.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import type { ZoneImage } from "../zones/image.ts";
import { zoneText } from "../zones/zone-set.ts";
import { BrokenCatalogError } from "./broken-catalog-error.ts";
import { recallCatalogs, rememberCatalog, writeAll } from "./catalog-memory.ts";
import {
  type ConsumerSettings,
  catalogName,
  inOrder,
  type MembersChange,
  type MemberZones,
  membersChange,
  type Outcome,
  outcomeOf,
  type State,
} from "./catalog-outcome.ts";
import { type Catalog, readCatalog, withPartsOf } from "./catalog-zone.ts";
import { catalogLimits } from "./limits.ts";

export interface ConsumerPorts {
  readonly store: Store;
  readonly log: Log;
  readonly nowMs: () => number;
  /** The members are others than before; called once they are durable. */
  readonly onMembers: (change: MembersChange) => void;
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
      const change = membersChange(zones, { ...outcome, zones: this.outcome.zones });
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
        const sentence = `catalog ${zoneText(name)} is broken, its members stay as they were: ${error.message}`;
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
