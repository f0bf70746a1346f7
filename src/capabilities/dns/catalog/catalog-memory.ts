/**
 * The members of catalogs in the store, so that they are served after a start before the catalog was fetched
 * again. One entry for each member, so that a change of one does not write all of them.
 *
 *     dns/catalog/CATALOG          what it says of itself
 *     dns/catalog/CATALOG/HASH     one member
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Store, StoreEntry, StoreOperation } from "#contracts/store.ts";
import { limits as storeLimits } from "#platform/store/limits.ts";
import { lowerName, type Name, NameError, nameToText, parseName } from "#protocols/dns/name.ts";
import { zoneText } from "../zones/zone-set.ts";
import type { OwnedMember } from "./catalog-member.ts";
import type { Catalog, CatalogMember } from "./catalog-zone.ts";

const prefix = "dns/catalog/";
const pageEntries = 1000;

const StoredOptions = z.strictObject({
  primaries: z.array(z.strictObject({ address: z.string(), key: z.string().optional() })),
  allowQuery: z.array(z.string()).optional(),
  allowTransfer: z.array(z.string()).optional(),
});
type StoredOptions = z.output<typeof StoredOptions>;

const StoredCatalog = z.strictObject({
  version: z.literal([1, 2]),
  serial: z.int(),
  options: StoredOptions,
});

const StoredMember = z.strictObject({
  name: z.string(),
  id: z.string(),
  newOwner: z.string().optional(),
  groups: z.array(z.string()),
  options: StoredOptions,
  /** There when the member belongs to this catalog. Milliseconds since 1970. */
  sinceMs: z.number().optional(),
});

interface Known {
  readonly catalogs: ReadonlyMap<Name, Catalog>;
  readonly owned: ReadonlyMap<Name, OwnedMember>;
}

interface Remembered extends Known {
  /** Keys of what belongs to no catalog of the site any more, or cannot be read. */
  readonly stale: readonly string[];
}

/** What is remembered of these catalogs. Rejects with StoreError. */
export async function recallCatalogs(store: Store, names: readonly Name[]): Promise<Remembered> {
  const entries = await allEntries(store);
  const byText = new Map(names.map((name) => [catalogText(name), name]));
  const catalogs = new Map<Name, Catalog & { readonly members: Map<Name, CatalogMember> }>();
  const owned = new Map<Name, OwnedMember>();
  const stale: string[] = [];
  // The entry of a catalog comes before those of its members, since its key is the beginning of theirs
  for (const { key, value } of entries) {
    const [text = "", hash] = key.slice(prefix.length).split("/");
    const name = byText.get(text);
    const catalog = name && catalogs.get(name);
    const isKnown =
      name !== undefined &&
      (hash === undefined
        ? recallCatalog(value, (read) => catalogs.set(name, read))
        : catalog !== undefined && recallMember(value, name, catalog.members, owned));
    if (!isKnown) stale.push(key);
  }
  return { catalogs, owned, stale };
}

/** Operations that make the store say what is so now. Members that have not changed are the same objects. */
export function rememberCatalog(name: Name, before: Known, now: Known): StoreOperation[] {
  const operations: StoreOperation[] = [];
  const catalog = now.catalogs.get(name);
  if (catalog === undefined) return operations;
  const earlier = before.catalogs.get(name);
  const { version, serial, options } = catalog;
  if (earlier?.serial !== serial || earlier.version !== version || earlier.options !== options) {
    const value = { version, serial, options: storedOptions(options) };
    operations.push({ do: "put", key: catalogKey(name), value });
  }
  for (const member of catalog.members.values()) {
    const sinceMs = sinceOf(now.owned, name, member);
    const known = earlier?.members.get(member.name);
    const isSame = known !== undefined && sinceOf(before.owned, name, known) === sinceMs;
    if (isSame && known === member) continue;
    operations.push({ do: "put", key: memberKey(name, member.name), value: storedMember(member, sinceMs) });
  }
  for (const { name: zone } of earlier?.members.values() ?? []) {
    if (!catalog.members.has(zone)) operations.push({ do: "delete", key: memberKey(name, zone) });
  }
  return operations;
}

/** Writes in as many transactions as it takes: a part of them is a list of members that was true of each. */
export async function writeAll(store: Store, operations: readonly StoreOperation[]): Promise<void> {
  for (let at = 0; at < operations.length; at += storeLimits.operationsMax) {
    await store.transact([], operations.slice(at, at + storeLimits.operationsMax));
  }
}

/** A name in a key: words of a key are separated by slashes, which names may have. */
export function catalogText(name: Name): string {
  return encodeURIComponent(zoneText(lowerName(name)));
}

/** A name of 255 octets in text may be longer than a key. */
export function nameHash(name: Name): string {
  return createHash("sha256").update(lowerName(name), "latin1").digest("hex").slice(0, 32);
}

function catalogKey(name: Name): string {
  return prefix + catalogText(name);
}

function memberKey(catalog: Name, zone: Name): string {
  return `${catalogKey(catalog)}/${nameHash(zone)}`;
}

async function allEntries(store: Store): Promise<StoreEntry[]> {
  const entries: StoreEntry[] = [];
  for (;;) {
    const after = entries.at(-1)?.key;
    const page = await store.list(prefix, { limit: pageEntries, ...(after === undefined ? {} : { after }) });
    entries.push(...page);
    if (page.length < pageEntries) return entries;
  }
}

function sinceOf(
  owned: ReadonlyMap<Name, OwnedMember>,
  catalog: Name,
  { name }: CatalogMember,
): number | undefined {
  const member = owned.get(name);
  return member?.catalog === catalog ? member.sinceMs : undefined;
}

function storedOptions({ primaries, allowQuery, allowTransfer }: Catalog["options"]): StoredOptions {
  return {
    primaries: primaries.map(({ address, key }) =>
      key === undefined ? { address } : { address, key: nameToText(key) },
    ),
    ...(allowQuery === undefined ? {} : { allowQuery: [...allowQuery] }),
    ...(allowTransfer === undefined ? {} : { allowTransfer: [...allowTransfer] }),
  };
}

function storedMember(member: CatalogMember, sinceMs: number | undefined): z.output<typeof StoredMember> {
  const { name, id, newOwner, groups, options } = member;
  return {
    name: nameToText(name),
    id,
    ...(newOwner === undefined ? {} : { newOwner: nameToText(newOwner) }),
    groups: [...groups],
    options: storedOptions(options),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
}

function recallCatalog(
  value: unknown,
  take: (catalog: Catalog & { members: Map<Name, CatalogMember> }) => void,
): boolean {
  const read = StoredCatalog.safeParse(value);
  if (!read.success) return false;
  const { version, serial, options } = read.data;
  take({ version, serial, members: new Map(), options: optionsOf(options) });
  return true;
}

function recallMember(
  value: unknown,
  catalog: Name,
  members: Map<Name, CatalogMember>,
  owned: Map<Name, OwnedMember>,
): boolean {
  const read = StoredMember.safeParse(value);
  if (!read.success) return false;
  try {
    const { name, id, newOwner, groups, options, sinceMs } = read.data;
    const member = {
      name: parseName(name),
      id,
      newOwner: newOwner === undefined ? undefined : parseName(newOwner),
      groups,
      options: optionsOf(options),
    };
    members.set(member.name, member);
    // After a change of owners that was half written the newer one counts
    const known = owned.get(member.name);
    if (sinceMs !== undefined && (known === undefined || known.sinceMs < sinceMs)) {
      owned.set(member.name, { catalog, member, sinceMs });
    }
    return true;
  } catch (error) {
    if (error instanceof NameError) return false;
    throw error;
  }
}

function optionsOf({ primaries, allowQuery, allowTransfer }: StoredOptions): Catalog["options"] {
  return {
    primaries: primaries.map(({ address, key }) => ({
      address,
      key: key === undefined ? undefined : parseName(key),
    })),
    allowQuery,
    allowTransfer,
  };
}
