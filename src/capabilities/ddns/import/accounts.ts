/** Accounts of another program as entries of `ddns.providers`: which field each value goes into. */
import { isDeepStrictEqual } from "node:util";
import { secretNames } from "#platform/log/redaction.ts";
import { definitionOf } from "../providers/definitions.ts";
import type { ProviderDefinition } from "../providers/provider.ts";
import { ownZones } from "../publish/own-zones-name.ts";
import type { DraftLine, ImportDraft, ProviderInput } from "./draft.ts";
import { importLimits } from "./limits.ts";

/** How another program calls a service. */
export interface Service {
  /** `type` of the entry. */
  readonly type: string;
  /**
   * The field of each value of the other program. What is not here goes by itself: a login to `user`, a
   * password or a token to the one secret that the service has.
   */
  readonly fields?: Readonly<Record<string, string>>;
  /** Fields that are the same for all of its accounts. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The domain that its names are in, which the other program does not write. */
  readonly domain?: string;
}

export interface Account {
  readonly service: Service;
  /** By what the other program calls them: `login`, `password`, `api_key`. */
  readonly values: Readonly<Record<string, string>>;
  /** Fields beside those. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default: the type. */
  readonly name?: string;
}

export type AddedAccount =
  | {
      readonly provider: ProviderInput;
      readonly definition: ProviderDefinition;
      readonly unused: readonly string[];
    }
  | { readonly why: string };

const logins: ReadonlySet<string> = new Set(["login", "username", "user", "email"]);
const passwords: ReadonlySet<string> = new Set(["password", "token", "key", "api_key", "apikey", "secret"]);

/** Adds the entry of an account, or finds the one that is there. `unused`: values without a field. */
export function addAccount(draft: ImportDraft, account: Account, line: DraftLine): AddedAccount {
  const { service } = account;
  const definition = definitionOf(service.type);
  if (definition === undefined) return { why: `there is no provider of the type ${service.type}` };
  const settings: Record<string, unknown> = { ...service.settings, ...account.settings };
  const secrets: Record<string, string> = {};
  const unused: string[] = [];
  for (const [name, value] of Object.entries(account.values)) {
    if (value === "") continue;
    const field = service.fields?.[name] ?? usualField(definition, name);
    if (field === undefined || !hasField(definition, field)) unused.push(name);
    else if (!isSecret(definition, field)) settings[field] = value;
    else if (value.trim() !== value || /[\r\n]/.test(value))
      return { why: `its ${name} begins or ends with a blank; write a file with another one` };
    else secrets[field] = value;
  }
  const provider = entryOf(draft, definition, { settings, secrets, name: account.name ?? service.type });
  draft.tie(line, provider);
  return { provider, definition, unused };
}

function entryOf(
  draft: ImportDraft,
  { type }: ProviderDefinition,
  wanted: {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly secrets: Readonly<Record<string, string>>;
    readonly name: string;
  },
): ProviderInput {
  const { settings, secrets } = wanted;
  const same = draft.section.providers.find((one) => {
    const own = draft.secrets.filter(({ provider }) => provider === one);
    const ownSecrets = Object.fromEntries(own.map(({ field, value }) => [field, value]));
    const files = new Set(own.map(({ field }) => `${field}File`));
    const rest = Object.entries(one).filter(([key]) => key !== "name" && key !== "type" && !files.has(key));
    const isSame = one.type === type && isDeepStrictEqual(Object.fromEntries(rest), settings);
    return isSame && isDeepStrictEqual(ownSecrets, secrets);
  });
  if (same !== undefined) return same;
  const name = freeName(draft, wanted.name);
  const files = Object.keys(secrets).map((field) => [`${field}File`, `keys/ddns-${name}.${field}`]);
  const provider: ProviderInput = { name, type, ...settings, ...Object.fromEntries(files) };
  draft.section.providers.push(provider);
  for (const [field, value] of Object.entries(secrets)) draft.secrets.push({ provider, field, value });
  return provider;
}

/** A name that no other entry has. */
function freeName({ section }: ImportDraft, wanted: string): string {
  const plain = wanted.replaceAll(/[^\w-]+/g, "-").replaceAll(/^-+|-+$/g, "") || "provider";
  const taken = new Set([ownZones, ...section.providers.map(({ name }) => name)]);
  for (let number = 1; ; number++) {
    const ending = number === 1 ? "" : `-${number}`;
    const name = plain.slice(0, importLimits.providerNameMax - ending.length) + ending;
    if (!taken.has(name)) return name;
  }
}

function usualField(definition: ProviderDefinition, name: string): string | undefined {
  if (hasField(definition, name)) return name;
  if (logins.has(name)) return "user";
  return passwords.has(name) ? secretNames.find((field) => isSecret(definition, field)) : undefined;
}

function hasField({ settings }: ProviderDefinition, field: string): boolean {
  return field in settings;
}

export function isSecret({ settings }: ProviderDefinition, field: string): boolean {
  return `${field}File` in settings && (secretNames as readonly string[]).includes(field);
}
