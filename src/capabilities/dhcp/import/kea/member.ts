/** Members of maps of Kea's JSON, by name and kind. */
import type { KeaList, KeaMap, KeaMember, KeaValue } from "#protocols/keaconf/json.ts";

export function member({ members }: KeaMap, name: string): KeaMember | undefined {
  return members.find((one) => one.name === name);
}

export function textIn(map: KeaMap, name: string): string | undefined {
  const value = member(map, name)?.value;
  return value?.kind === "text" ? value.value : undefined;
}

export function numberIn(map: KeaMap, name: string): number | undefined {
  const value = member(map, name)?.value;
  return value?.kind === "number" ? value.value : undefined;
}

export function flagIn(map: KeaMap, name: string): boolean | undefined {
  const value = member(map, name)?.value;
  return value?.kind === "boolean" ? value.value : undefined;
}

/** The maps of a list; what else is in it is not there. */
export function mapsOf(value: KeaValue | undefined): readonly KeaMap[] {
  return value?.kind === "list" ? value.items.filter((item) => item.kind === "map") : [];
}

/** The texts of a list. */
export function textsOf(value: KeaValue | undefined): readonly string[] {
  const { items }: Pick<KeaList, "items"> = value?.kind === "list" ? value : { items: [] };
  return items.flatMap((item) => (item.kind === "text" ? [item.value] : []));
}
