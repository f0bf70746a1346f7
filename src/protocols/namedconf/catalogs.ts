/** `catalog-zones { zone NAME default-primaries { … } …; }`. RFC 9432. */
import { blockOf, type Item, type Statement, statementName, wordAt } from "./tree.ts";

export interface CatalogEntry {
  readonly statement: Statement;
  readonly name: string;
  /** As `readServers` takes it. */
  readonly defaultPrimaries: Statement | undefined;
  /** What else it says, such as `in-memory`. */
  readonly others: readonly string[];
}

export function readCatalogs(statement: Statement): readonly CatalogEntry[] {
  return (blockOf(statement)?.statements ?? []).map((entry) => {
    const { items } = entry;
    const start = items.findIndex(isDefaultPrimaries);
    const end = start === -1 ? -1 : items.findIndex((item, i) => i > start && item.kind === "block");
    const list = end === -1 ? undefined : { ...entry, items: items.slice(start, end + 1) };
    const others = items
      .slice(2)
      .flatMap((item) => (item.kind === "word" && !item.quoted ? [item.text.toLowerCase()] : []))
      .filter((word) => ["zone-directory", "in-memory", "min-update-interval"].includes(word));
    return { statement: entry, name: wordAt(entry, 1) ?? "", defaultPrimaries: list, others };
  });
}

function isDefaultPrimaries(item: Item): boolean {
  const name = statementName({ ...item, items: [item] });
  return name === "default-primaries" || name === "default-masters";
}
