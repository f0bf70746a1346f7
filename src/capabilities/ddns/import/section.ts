/** The `ddns` section of an import as site.yaml has it. */
import { isDeepStrictEqual } from "node:util";
import type { RecordDraft, SectionDraft } from "./draft.ts";

/** Records that differ in their names alone are one entry; what is empty is not there. */
export function sectionOf({ every, address, providers, records }: SectionDraft): Record<string, unknown> {
  return {
    ...(every !== undefined && { every }),
    ...(Object.keys(address).length > 0 && { address }),
    ...(providers.length > 0 && { providers }),
    records: joined(records),
  };
}

function joined(records: readonly RecordDraft[]): Record<string, unknown>[] {
  const groups: { readonly rest: object; readonly names: string[] }[] = [];
  const byText = new Map<string, (typeof groups)[number][]>();
  for (const { name, ...rest } of records) {
    const alike = byText.get(JSON.stringify(rest)) ?? [];
    const group = alike.find((one) => isDeepStrictEqual(one.rest, rest));
    if (group !== undefined) {
      group.names.push(name);
      continue;
    }
    const fresh = { rest, names: [name] };
    groups.push(fresh);
    byText.set(JSON.stringify(rest), [...alike, fresh]);
  }
  return groups.map(({ names, rest }) =>
    names.length === 1 ? { name: names[0], ...rest } : { names, ...rest },
  );
}
