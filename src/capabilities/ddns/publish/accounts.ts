/** The accounts of the site file at their providers: opened, marked by their settings, with their budgets. */
import { createHmac } from "node:crypto";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { HttpClient } from "#platform/http-client/http-client.ts";
import { secretNames } from "#platform/log/redaction.ts";
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
import type { RecordBook } from "./record-book.ts";
import { RequestBudget } from "./request-budget.ts";

export interface Account {
  readonly name: string;
  readonly definition: ProviderDefinition;
  readonly provider: Provider;
  /** Other settings have another one; says nothing of them. */
  readonly settingsMark: string;
  /** Others than secrets: with another one it is another account, which has none of the records yet. */
  readonly placeMark: string;
  readonly budget: RequestBudget;
  /** Counts against the budget. */
  readonly http: HttpClient;
}

export interface AccountPorts {
  readonly provider: ProviderPorts;
  readonly http: HttpClient;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
  readonly book: Pick<RecordBook, "budget" | "noteBudget">;
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
    if (same?.settingsMark === settingsMark) {
      accounts.set(name, same);
      continue;
    }
    const placeMark = markOf(`${type} ${JSON.stringify(withoutSecrets(settings))}`, ports.markKey);
    // Where another password is tried again and again, its requests count, too
    const budget = same?.definition === definition ? same.budget : budgetOf(name, definition, ports);
    const parts = { definition, settings, settingsMark, placeMark, budget };
    accounts.set(name, opened(name, parts, ports));
  }
  accounts.set(ownZones, before.get(ownZones) ?? openedZones(ports));
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

type AccountParts = Omit<Account, "name" | "provider" | "http"> & {
  readonly settings: Readonly<Record<string, unknown>>;
};

function opened(name: string, { settings, ...parts }: AccountParts, ports: AccountPorts): Account {
  const { provider, http, book, nowMs } = ports;
  const { budget, definition } = parts;
  return {
    name,
    ...parts,
    provider: definition.open(settings, provider),
    http: async (request) => {
      const waitMs = budget.take();
      if (waitMs > 0) throw new BudgetSpent(waitMs);
      await book.noteBudget(name, { used: budget.used, atMs: nowMs() });
      return http(request);
    },
  };
}

function openedZones(ports: AccountPorts): Account {
  const budget = budgetOf(ownZones, ownZonesDefinition, ports);
  const marks = { settingsMark: "zones", placeMark: "zones" };
  return opened(ownZones, { definition: ownZonesDefinition, settings: {}, ...marks, budget }, ports);
}

/** With what was used before the program started. */
function budgetOf(
  name: string,
  { requestsPerHourMax }: ProviderDefinition,
  { book, nowMs, monotonicMs }: AccountPorts,
): RequestBudget {
  const { used, atMs } = book.budget(name) ?? { used: 0, atMs: 0 };
  const passedMs = Math.max(0, nowMs() - atMs); // a clock that was set back has passed nothing
  const forgotten = (passedMs / hourMs) * requestsPerHourMax;
  return new RequestBudget(requestsPerHourMax, monotonicMs, Math.max(0, used - forgotten));
}

const hourMs = 3_600_000;

function withoutSecrets(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const secrets = new Set<string>(secretNames);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !secrets.has(name)));
}

/** Short and keyed: it tells others from the same, and nobody can try secrets with it. */
function markOf(settings: string, key: string): string {
  return createHmac("sha256", key).update(settings).digest("hex").slice(0, 12);
}
