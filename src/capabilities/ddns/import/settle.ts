/**
 * Holds the section of an import against the section's own rules. What they do not allow goes out of it
 * again, and the report says so: what is written must be a site file.
 */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { parseWith } from "#platform/site/schema-problems.ts";
import { DdnsConfig } from "../config.ts";
import { definitionOf } from "../providers/definitions.ts";
import { type ImportDraft, leaveOut, type ProviderInput } from "./draft.ts";
import { importLimits } from "./limits.ts";

/** Takes out what may not stay. False: even so the section is none. */
export function settle(draft: ImportDraft, siteFolder: string): boolean {
  dropUnchecked(draft, siteFolder);
  for (let round = 0; round < importLimits.settleRoundsMax; round++) {
    const parsed = parseWith(DdnsConfig, draft.section, []);
    if ("config" in parsed) {
      dropUnused(draft);
      return true;
    }
    const { providers, records } = draft.section;
    const faults = parsed.problems.map(({ place, ...problem }) => {
      const [list, index] = place.steps;
      return { list, part: partOf(list === "providers" ? providers : records, index), problem };
    });
    for (const { list, part, problem } of faults) {
      const sentence = sentenceOf(problem);
      if (list === "providers" && part !== undefined) dropProvider(draft, part as ProviderInput, sentence);
      else if (list === "records" && part !== undefined) dropRecord(draft, part, sentence);
      else if (list === "address") dropAddress(draft, sentence);
      else if (list === "every") delete draft.section.every;
      else return false;
    }
  }
  return false;
}

function partOf(list: readonly object[], index: unknown): object | undefined {
  return typeof index === "number" ? list[index] : undefined;
}

/** What a kind of provider says of its settings itself. */
function dropUnchecked(draft: ImportDraft, siteFolder: string): void {
  const faults = draft.section.providers.flatMap((provider) => {
    const error = errorOf(draft, provider, siteFolder);
    return error === undefined ? [] : [{ provider, error }];
  });
  for (const { provider, error } of faults) dropProvider(draft, provider, sentenceOf(error));
}

function errorOf(draft: ImportDraft, provider: ProviderInput, siteFolder: string): ConfigProblem | undefined {
  const { name: _, type, ...settings } = provider;
  const text = JSON.stringify(settings);
  // A key file that is not written yet
  if (draft.files.some(({ path }) => text.includes(path))) return undefined;
  const own = draft.secrets.filter((one) => one.provider === provider);
  const secrets = Object.fromEntries(own.map(({ field, value }) => [field, value]));
  const whole = { method: "GET", headers: {}, ...settings, ...secrets };
  const problems = definitionOf(type)?.check?.(whole, { siteFolder }) ?? [];
  return problems.find(({ severity }) => severity === "error");
}

function dropProvider(draft: ImportDraft, provider: ProviderInput, why: string): void {
  const { providers, records } = draft.section;
  remove(providers, provider);
  for (const record of records.filter((one) => one.provider === provider.name))
    dropRecord(draft, record, why);
  for (const line of draft.tiedTo(provider)) leaveOut(line, why);
}

function dropRecord(draft: ImportDraft, record: object, why: string): void {
  remove(draft.section.records, record);
  for (const line of draft.tiedTo(record)) leaveOut(line, why);
}

function dropAddress(draft: ImportDraft, why: string): void {
  for (const line of draft.tiedTo(draft.section.address)) leaveOut(line, why);
  draft.section.address = {};
}

/** Accounts whose records have all gone, and their files. */
function dropUnused({ section, secrets, files }: ImportDraft): void {
  const used = new Set(section.records.map(({ provider }) => provider));
  retain(section.providers, ({ name }) => used.has(name));
  retain(secrets, ({ provider }) => section.providers.includes(provider));
  const text = JSON.stringify(section.providers);
  retain(files, ({ path }) => text.includes(path));
}

function retain<One>(list: One[], isKept: (one: One) => boolean): void {
  list.splice(0, list.length, ...list.filter(isKept));
}

function remove(list: object[], one: object): void {
  const at = list.indexOf(one);
  if (at !== -1) list.splice(at, 1);
}

function sentenceOf({ what, remedy }: Pick<ConfigProblem, "what" | "remedy">): string {
  return remedy === undefined ? what : `${what}; ${remedy}`;
}
