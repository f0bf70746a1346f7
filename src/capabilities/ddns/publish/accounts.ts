/** The accounts of the site file at their providers: opened, marked by their settings, with their budgets. */
import { createHmac } from "node:crypto";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { HttpClient } from "#platform/http-client/http-client.ts";
import type { DdnsConfig } from "../config.ts";
import { definitionOf } from "../providers/definitions.ts";
import { ownZonesDefinition } from "../providers/own-zones.ts";
import {
  BudgetSpent,
  type Provider,
  type ProviderDefinition,
  type ProviderPorts,
} from "../providers/provider.ts";
import { type ReadSettings, readSecrets } from "../providers/secret-fields.ts";
import { ownZones } from "./own-zones-name.ts";
import { RequestBudget } from "./request-budget.ts";

export interface Account {
  readonly name: string;
  readonly definition: ProviderDefinition;
  readonly provider: Provider;
  /** Other settings have another one; says nothing of them. */
  readonly settingsMark: string;
  readonly budget: RequestBudget;
  /** Counts against the budget. */
  readonly http: HttpClient;
}

export interface AccountPorts {
  readonly provider: ProviderPorts;
  readonly http: HttpClient;
  readonly monotonicMs: () => number;
  /** Random, and the same for the life of the store. */
  readonly markKey: string;
}

export interface OpenedAccounts {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly problems: readonly ConfigProblem[];
}

/** Those whose settings are as before stay what they are, with what they know and have used. */
export function openAccounts(
  config: Pick<DdnsConfig, "providers">,
  ports: AccountPorts,
  before: ReadonlyMap<string, Account> = new Map(),
): OpenedAccounts {
  const accounts = new Map<string, Account>();
  const problems: ConfigProblem[] = [];
  for (const [index, section] of config.providers.entries()) {
    const read = readSection(section, index, ports.provider.siteFolder);
    problems.push(...read.problems);
    if (read.problems.some(({ severity }) => severity === "error")) continue;
    const { name, type } = section;
    const { definition, settings } = read;
    const settingsMark = markOf(`${type} ${JSON.stringify(settings)}`, ports.markKey);
    const same = before.get(name);
    if (same?.settingsMark === settingsMark) accounts.set(name, same);
    else accounts.set(name, opened(name, { definition, settings, settingsMark }, ports));
  }
  const own = { definition: ownZonesDefinition, settings: {}, settingsMark: "zones" };
  accounts.set(ownZones, before.get(ownZones) ?? opened(ownZones, own, ports));
  return { accounts, problems };
}

/** Without opening anything. */
export function providerProblems(
  { providers }: Pick<DdnsConfig, "providers">,
  siteFolder: string,
): readonly ConfigProblem[] {
  return providers.flatMap((section, index) => readSection(section, index, siteFolder).problems);
}

interface ReadSection extends ReadSettings {
  readonly definition: ProviderDefinition;
}

function readSection(
  { name: _, type, ...written }: DdnsConfig["providers"][number],
  index: number,
  siteFolder: string,
): ReadSection {
  const path = `ddns.providers[${index}]`;
  const definition = definitionOf(type)!;
  const { settings, problems } = readSecrets(written, siteFolder, path);
  const found = definition.check?.(settings, { siteFolder }) ?? [];
  const placed = found.map((one) => ({
    ...one,
    path: one.path === undefined ? path : `${path}.${one.path}`,
  }));
  return { definition, settings, problems: [...problems, ...placed] };
}

function opened(
  name: string,
  {
    definition,
    settings,
    settingsMark,
  }: {
    readonly definition: ProviderDefinition;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly settingsMark: string;
  },
  { provider, http, monotonicMs }: AccountPorts,
): Account {
  const budget = new RequestBudget(definition.requestsPerHourMax, monotonicMs);
  return {
    name,
    definition,
    provider: definition.open(settings, provider),
    settingsMark,
    budget,
    http: async (request) => {
      const waitMs = budget.take();
      if (waitMs > 0) throw new BudgetSpent(waitMs);
      return http(request);
    },
  };
}

/** Short and keyed: it tells others from the same, and nobody can try secrets with it. */
function markOf(settings: string, key: string): string {
  return createHmac("sha256", key).update(settings).digest("hex").slice(0, 12);
}
