/** Which catalog a member belongs to, and what that changes. RFC 9432 §5.2 to §5.5. Pure. */
import type { Name } from "#protocols/dns/name.ts";
import type { Catalog, CatalogMember } from "./catalog-zone.ts";

/** A member that is a zone of this server since one catalog says so. */
export interface OwnedMember {
  readonly catalog: Name;
  readonly member: CatalogMember;
  /**
   * When it came, or its state was reset: what was known of the zone before does not belong to it.
   * Milliseconds since 1970.
   */
  readonly sinceMs: number;
}

/** By the name of the zone in lower case. */
export type OwnedMembers = ReadonlyMap<Name, OwnedMember>;

/** A member that is no zone of this server by this catalog. RFC 9432 §5.2. */
export interface LeftOut {
  readonly name: Name;
  readonly catalog: Name;
  /** The catalog that it belongs to; undefined: site.yaml has a zone of this name. */
  readonly owner: Name | undefined;
}

export interface Settlement {
  readonly owned: OwnedMembers;
  readonly added: readonly Name[];
  readonly removed: readonly Name[];
  /** Removed and added in one: all state of the zone goes. RFC 9432 §5.4, §5.6. */
  readonly reset: readonly Name[];
  /** Other settings, or another catalog. */
  readonly changed: readonly Name[];
  readonly leftOut: readonly LeftOut[];
}

export interface SettleOptions {
  /** The catalog that was updated: only to it may members change owners. RFC 9432 §4.3.1. */
  readonly updated?: Name;
  /** True for zones of site.yaml, and for catalogs themselves. */
  readonly isConfigured: (zone: Name) => boolean;
  readonly nowMs: number;
}

interface Candidate {
  readonly catalog: Name;
  readonly member: CatalogMember;
}

/**
 * `catalogs`: what each says, by its name, in the order of site.yaml. Members that have not changed are the
 * same objects.
 */
export function settleMembers(
  before: OwnedMembers,
  catalogs: ReadonlyMap<Name, Pick<Catalog, "members">>,
  { updated, isConfigured, nowMs }: SettleOptions,
): Settlement {
  const owned = new Map<Name, OwnedMember>();
  const leftOut: LeftOut[] = [];
  const changes = { added: [] as Name[], reset: [] as Name[], changed: [] as Name[] };
  for (const [name, candidates] of candidatesOf(catalogs)) {
    if (isConfigured(name)) {
      for (const { catalog } of candidates) leftOut.push({ name, catalog, owner: undefined });
      continue;
    }
    const earlier = before.get(name);
    const { chosen, isHandedOver } = choose(earlier, candidates, updated);
    for (const { catalog, member } of candidates) {
      // Who has handed a member over may name it for as long as consumers need. RFC 9432 §4.3.1
      if (catalog === chosen.catalog || member.newOwner === chosen.catalog) continue;
      leftOut.push({ name, catalog, owner: chosen.catalog });
    }
    const keepsState =
      earlier?.member.id === chosen.member.id && (earlier.catalog === chosen.catalog || isHandedOver);
    if (earlier === undefined) changes.added.push(name);
    else if (!keepsState) changes.reset.push(name);
    else if (earlier.catalog !== chosen.catalog || !sameZone(earlier.member, chosen.member)) {
      changes.changed.push(name);
    }
    owned.set(name, { ...chosen, sinceMs: keepsState ? earlier.sinceMs : nowMs });
  }
  const removed = [...before.keys()].filter((name) => !owned.has(name));
  return { owned, removed, leftOut, ...changes };
}

function candidatesOf(catalogs: ReadonlyMap<Name, Pick<Catalog, "members">>): Map<Name, Candidate[]> {
  const candidates = new Map<Name, Candidate[]>();
  for (const [catalog, { members }] of catalogs) {
    for (const [name, member] of members) {
      const known = candidates.get(name);
      if (known === undefined) candidates.set(name, [{ catalog, member }]);
      else known.push({ catalog, member });
    }
  }
  return candidates;
}

/** Who has a member keeps it, unless it hands it over to the catalog that was just updated. */
function choose(
  earlier: OwnedMember | undefined,
  candidates: readonly Candidate[],
  updated: Name | undefined,
): { chosen: Candidate; isHandedOver: boolean } {
  const present = candidates.find(({ catalog }) => catalog === earlier?.catalog);
  const heir =
    updated !== undefined && present?.member.newOwner === updated && updated !== present.catalog
      ? candidates.find(({ catalog }) => catalog === updated)
      : undefined;
  return { chosen: heir ?? present ?? candidates[0]!, isHandedOver: heir !== undefined };
}

/** True when nothing differs that a zone of this server is made of. */
function sameZone(one: CatalogMember, other: CatalogMember): boolean {
  const partsOf = ({ groups, options }: CatalogMember): string => JSON.stringify([groups, options]);
  return one === other || partsOf(one) === partsOf(other);
}
