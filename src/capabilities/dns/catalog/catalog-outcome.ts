/** What catalogs come to under the settings of a site: the zones, and what is to be said of them. Pure. */
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import type { CatalogConfig } from "../zone-config.ts";
import { zoneName, zoneText } from "../zones/zone-set.ts";
import { type LeftOut, type OwnedMembers, type Settlement, settleMembers } from "./catalog-member.ts";
import type { Catalog } from "./catalog-zone.ts";
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

/** What is known of catalogs. */
export interface State {
  readonly catalogs: ReadonlyMap<Name, Catalog>;
  readonly owned: OwnedMembers;
}

/** What a state comes to under some settings. */
export interface Outcome extends Settlement {
  readonly zones: MemberZones;
  readonly sentences: ReadonlyMap<Name, readonly string[]>;
}

export function catalogName(config: CatalogConfig): Name {
  return lowerName(zoneName(config));
}

/** Catalogs that are followed and known, in the order of site.yaml. */
export function inOrder(names: readonly Name[], known: ReadonlyMap<Name, Catalog>): Map<Name, Catalog> {
  return new Map(names.filter((name) => known.has(name)).map((name) => [name, known.get(name)!]));
}

/** `updated`: the catalog that has just said something. */
export function outcomeOf(state: State, settings: ConsumerSettings, nowMs: number, updated?: Name): Outcome {
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

/** In terms of zones that are served: a member without a usable primary is none. Undefined: as before. */
export function membersChange(
  before: MemberZones,
  { zones, reset, changed }: Outcome,
): MembersChange | undefined {
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
