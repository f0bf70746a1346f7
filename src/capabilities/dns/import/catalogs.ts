/** `catalog-zones`: lists of zones that this server copies. RFC 9432. */
import { type CatalogEntry, readCatalogs } from "#protocols/namedconf/catalogs.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type Statement, statementsNamed } from "#protocols/namedconf/tree.ts";
import { canonicalName } from "./canonical-name.ts";
import type { ImportDraft } from "./draft.ts";
import type { ServerReader } from "./servers.ts";
import type { SharingValues } from "./zone-settings.ts";

export interface SiteCatalog extends SharingValues {
  readonly name: string;
  readonly primaries: readonly string[];
  readonly members?: SharingValues & { readonly primaries?: readonly string[] };
}

/** @param own what the catalog's zone says of itself @param members what its members inherit */
export function siteCatalog(
  entry: CatalogEntry,
  servers: ServerReader,
  own: { readonly name: string; readonly primaries: readonly string[]; readonly sharing: SharingValues },
  members: SharingValues,
): SiteCatalog {
  const list = entry.defaultPrimaries;
  const primaries = list === undefined ? [] : servers.read(list).map(({ text }) => text);
  const differ = primaries.length > 0 && primaries.join() !== own.primaries.join();
  const values = { ...(differ && { primaries }), ...members };
  const { forwardUpdates: _, ...sharing } = own.sharing; // a catalog is never changed by updates
  return {
    name: own.name,
    primaries: own.primaries,
    ...(Object.keys(values).length > 0 && { members: values }),
    ...sharing,
  };
}

/** After all zones: whether each entry of `catalog-zones` came over. */
export function sayCatalogs(
  draft: ImportDraft,
  place: string,
  entries: ReadonlyMap<string, CatalogEntry>,
): void {
  for (const [name, { statement, name: written, others }] of entries) {
    const label = `${place} catalog-zones "${shown(written)}"`;
    if (draft.catalogs.some((catalog) => catalog.name === name)) {
      const without =
        others.length === 0 ? "" : `; without ${others.join(", ")}: copies are kept in the store`;
      draft.say(statement, label, "imported", `dns.catalogs${without}`);
    } else {
      const why =
        "Homeport follows the catalogs of other servers only; for its own zones write dns.catalogs with `zones`";
      draft.say(statement, label, "not carried over", why);
    }
  }
}

/** By the names of their zones; undefined: there is no such statement. */
export function catalogsIn(statements: readonly Statement[]): ReadonlyMap<string, CatalogEntry> | undefined {
  const statement = statementsNamed(statements, "catalog-zones").at(0);
  if (statement === undefined) return undefined;
  return new Map(
    readCatalogs(statement).flatMap((entry): [string, CatalogEntry][] => {
      const name = canonicalName(entry.name);
      return typeof name === "string" ? [[name, entry]] : [];
    }),
  );
}
