/** From the settings of a config.json to records and accounts. */

import { durationText } from "#platform/import/duration-text.ts";
import type { KeaList, KeaMap, KeaValue } from "#protocols/keaconf/json.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { definitionOf } from "../../providers/definitions.ts";
import { type AddedAccount, addAccount, type Service } from "../accounts.ts";
import { type DraftLine, type ImportDraft, leaveOut, type RecordDraft } from "../draft.ts";
import { familyOf } from "../history/past-address.ts";
import { isAskedByZone, needsZone } from "../needs-zone.ts";
import { updateKeyOf } from "../update-key.ts";
import { withoutSecret } from "../url-secret.ts";
import { interfaceIdOf } from "./interface-id.ts";
import { gandiApiKey, ovhApi, providers } from "./providers.ts";

/** Records whose AAAA is another machine's. */
export interface SuffixedNames {
  has(owner: string, domain: string): boolean;
}

type Values = ReadonlyMap<string, string>;

/** What of an entry is not of its account. */
const recordSettings: ReadonlySet<string> = new Set([
  "provider",
  "domain",
  "host",
  "owner",
  "ip_version",
  "ipv6_suffix",
  "ttl",
  "proxied",
]);

const bothVersions = "ipv4 or ipv6";
const versions: Readonly<Record<string, readonly ("A" | "AAAA")[]>> = {
  [bothVersions]: ["A", "AAAA"],
  ipv4: ["A"],
  ipv6: ["AAAA"],
};

const reasons: Readonly<Record<string, string>> = {
  provider_ip: "the address is always sent",
  no_dns_lookup: "Homeport compares with what it sent last",
  ip_method: "ddns-updater itself has ended this setting",
  delay: "ddns-updater itself has ended this setting",
  zone_identifier: "Homeport finds the zone by its name",
  dual_stack: "both families go into one record entry",
  mode: "by which of the values are there",
  resource_group_name: "Homeport finds the zone by its name",
  api_endpoint: "ddns.providers: endpoint",
};

export function readSettings(draft: ImportDraft, settings: KeaList): SuffixedNames {
  const suffixed = new Set<string>();
  for (const item of settings.items) {
    if (item.kind !== "map") {
      draft.say(item, "an entry of settings", "left out", "it is no object");
      continue;
    }
    takeEntry(draft, item, suffixed);
  }
  return { has: (owner, domain) => suffixed.has(`${owner || "@"} ${domain}`) };
}

function takeEntry(draft: ImportDraft, entry: KeaMap, suffixed: Set<string>): undefined {
  const values = valuesOf(entry);
  const domain = (values.get("domain") ?? "").toLowerCase();
  const owner = values.get("owner") ?? values.get("host");
  const kind = values.get("provider") ?? "";
  const line = draft.say(entry, `${kind} ${[owner, domain].filter((part) => part).join(" ")}`, "imported");
  const service = serviceOf(kind, values);
  if ("why" in service) return leaveOut(line, service.why);
  const names = namesOf(domain, owner, service);
  if (names.length === 0) return leaveOut(line, "it names no record: neither domain nor owner is there");
  const version = values.get("ip_version") ?? bothVersions;
  if (!Object.hasOwn(versions, version))
    return leaveOut(line, `"${shown(version)}" is no ip_version; write ipv4 or ipv6`);
  const types = versions[version]!;
  const suffix = values.get("ipv6_suffix") ?? "";
  const interfaceId = suffix === "" ? undefined : interfaceIdOf(suffix);
  if (suffix !== "" && interfaceId === undefined)
    return leaveOut(
      line,
      `"${shown(suffix)}" is no ipv6_suffix; write one such as 0:0:0:0:72ad:8fbb:a54e:bedd/64`,
    );
  const added = accountOf(draft, {
    service,
    values,
    line,
    zone: zoneOfAll(draft, service, { names, domain, owner }),
  });
  if ("why" in added) return leaveOut(line, added.why);
  sayRest(draft, entry, added.unused);
  const { provider, definition } = added;
  line.detail = `${names.length === 1 ? names[0] : `${names.length} names`} at ${provider.name}`;
  for (const name of names) {
    const record: RecordDraft = {
      name,
      provider: provider.name,
      ...zoneOf(draft, provider.type, {
        told: provider.type === "rfc2136" ? values.get("zone") : undefined,
        name,
        domain,
        hasOwner: owner !== undefined && owner !== "",
      }),
      ...ttlOf(values, definition.hasTtl),
      ...(definition.hasProxy && values.has("proxied") && { proxied: values.get("proxied") === "true" }),
    };
    // Without types it has those of the families that are looked at
    if (interfaceId === undefined || !types.includes("AAAA"))
      draft.record(types.length === 2 ? record : { ...record, types: [...types] }, line);
    else {
      if (types.includes("A")) draft.record({ ...record, types: ["A"] }, line);
      draft.record({ ...record, types: ["AAAA"], interfaceId: interfaceId.text }, line);
      suffixed.add(`${owner || "@"} ${domain}`);
      takePrefix(draft, interfaceId.prefixLength, line);
    }
  }
  return undefined;
}

function valuesOf({ members }: KeaMap): Values {
  return new Map(
    members.flatMap(({ name, value }): [string, string][] => {
      const text = textOf(value);
      return text === undefined || text === "" ? [] : [[name.toLowerCase(), text]];
    }),
  );
}

function textOf(value: KeaValue): string | undefined {
  if (value.kind === "text") return value.value;
  if (value.kind === "number" || value.kind === "boolean") return String(value.value);
  // A key of a service account is an object of its own
  return value.kind === "map" ? JSON.stringify(plainJson(value)) : undefined;
}

function plainJson(value: KeaValue): unknown {
  if (value.kind === "map")
    return Object.fromEntries(value.members.map(({ name, value: inner }) => [name, plainJson(inner)]));
  if (value.kind === "list") return value.items.map(plainJson);
  return "value" in value ? value.value : null;
}

function serviceOf(kind: string, values: Values): Service | { readonly why: string } {
  if (kind === "custom") return customService(values);
  const provider = Object.hasOwn(providers, kind) ? providers[kind] : undefined;
  if (provider === undefined)
    return { why: `ddns-updater has no provider "${shown(kind)}" that is known here` };
  if (provider.service === undefined) return { why: provider.why! };
  if (kind === "cloudflare" && !values.has("token"))
    return {
      why: "it has the global API key of an account; make an API token at Cloudflare, and write it as token",
    };
  if (kind === "gandi" && !values.has("personal_access_token")) return gandiApiKey;
  if (kind === "ovh" && (values.get("mode") === "api" || values.has("app_key")))
    return {
      ...ovhApi,
      settings: { endpoint: (values.get("api_endpoint") ?? "ovh-eu").replace(/^ovh-/, "") },
    };
  if (kind === "spdyn" && values.has("token")) return { ...provider.service, fields: { token: "password" } };
  return provider.service;
}

/** A GET whose address is added as a parameter. */
function customService(values: Values): Service | { readonly why: string } {
  const url = values.get("url") ?? "";
  if (!URL.canParse(url)) return { why: "it has no url" };
  const keys = [
    ["ipv4key", "{ip4}"],
    ["ipv6key", "{ip6}"],
  ].flatMap(([key, place]) =>
    values.has(key!) ? [`${encodeURIComponent(values.get(key!)!)}=${place}`] : [],
  );
  if (keys.length === 0) return { why: "it has neither ipv4key nor ipv6key" };
  const ok = values.get("success_regex");
  const hidden = withoutSecret(url);
  return {
    type: "custom",
    settings: {
      url: `${hidden.url}${url.includes("?") ? "&" : "?"}${keys.join("&")}`,
      ...(ok !== undefined && { ok }),
    },
  };
}

/** `@`, `*`, `a,b` of a domain; or whole names, which newer versions write as the domain alone. */
function namesOf(domain: string, owner: string | undefined, { domain: fixed }: Service): readonly string[] {
  const list = (text: string): string[] =>
    text
      .toLowerCase()
      .split(",")
      .map((part) => part.trim().replace(/\.$/, ""))
      .filter((part) => part !== "");
  if (owner === undefined || owner === "")
    return list(domain).map((name) =>
      fixed === undefined || name.includes(".") ? name : `${name}.${fixed}`,
    );
  const base = fixed !== undefined ? fixed : domain;
  return list(owner).flatMap((part) => {
    if (part.endsWith(`.${base}`)) return [part];
    if (base === "") return [];
    return [part === "@" ? base : `${part}.${base}`];
  });
}

function zoneOf(
  { assumed }: ImportDraft,
  type: string,
  of: {
    readonly told: string | undefined;
    readonly name: string;
    readonly domain: string;
    readonly hasOwner: boolean;
  },
): { zone?: string } {
  if (of.told !== undefined) return { zone: of.told };
  if (!needsZone(type)) return {};
  if (of.hasOwner) return of.domain === "" || of.domain.includes(",") ? {} : { zone: of.domain };
  if (!isAskedByZone(type)) return {};
  return { zone: assumedZone(assumed, of.name) };
}

function ttlOf(values: Values, hasTtl: boolean): { ttl?: string } {
  const seconds = Number(values.get("ttl") ?? 0);
  return hasTtl && seconds > 1 ? { ttl: durationText(seconds) } : {};
}

function takePrefix({ section }: ImportDraft, length: number, line: DraftLine): void {
  const before = section.address.prefix?.length;
  if (before === undefined) {
    if (length !== 64) section.address = { ...section.address, prefix: { length } };
  } else if (before !== length) line.detail += `; its prefix of ${length} bits counts as one of ${before}`;
}

function sayRest(draft: ImportDraft, { members }: KeaMap, unused: readonly string[]): void {
  for (const member of members) {
    const name = member.name.toLowerCase();
    if (recordSettings.has(name) || textOf(member.value) === "") continue;
    if (Object.hasOwn(reasons, name)) draft.say(member, name, "not carried over", reasons[name]);
    else if (unused.includes(name))
      draft.say(member, name, "not carried over", "the provider needs no such value");
  }
}

/** Of an account that is one of a domain. */
function zoneOfAll(
  { assumed }: ImportDraft,
  { type }: Service,
  of: { readonly names: readonly string[]; readonly domain: string; readonly owner: string | undefined },
): string | undefined {
  if (definitionOf(type)?.settings["domain"] === undefined) return undefined;
  if (of.owner !== undefined && of.owner !== "") return of.domain;
  return assumedZone(assumed, of.names[0]!);
}

/** The other program asks a list of public suffixes. */
function assumedZone(assumed: Set<string>, name: string): string {
  const zone = name.split(".").slice(-2).join(".");
  assumed.add(`${name} is in the domain ${zone}`);
  return zone;
}

function accountOf(
  draft: ImportDraft,
  of: {
    readonly service: Service;
    readonly values: Values;
    readonly line: DraftLine;
    readonly zone: string | undefined;
  },
): AddedAccount {
  const { service, values, line, zone } = of;
  if (service.type === "rfc2136") return updateServer(draft, values, line);
  const own = [...values].filter(([name]) => !recordSettings.has(name) && !Object.hasOwn(reasons, name));
  if (values.get("provider") !== "custom")
    return addAccount(
      draft,
      { service, values: Object.fromEntries(own), settings: zone === undefined ? {} : { domain: zone } },
      line,
    );
  const { password } = withoutSecret(values.get("url") ?? "");
  return addAccount(draft, { service, values: password === undefined ? {} : { password } }, line);
}

function updateServer(draft: ImportDraft, values: Values, line: DraftLine): AddedAccount {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(\d+))?$/i.exec(values.get("server") ?? "") ?? [];
  const address = bracketed ?? plain ?? "";
  if (familyOf(address) === undefined)
    return { why: "its server is a name, and Homeport needs the address: write server: ADDRESS" };
  const name = values.get("tsig_key_name");
  const key =
    name === undefined
      ? undefined
      : updateKeyOf(draft, {
          name,
          algorithm: values.get("tsig_algorithm") ?? "hmac-sha256",
          secret: values.get("tsig_secret") ?? "",
        });
  if (key !== undefined && "why" in key) return key;
  const server = port === undefined || port === "53" ? address : `${address} port ${port}`;
  return addAccount(
    draft,
    {
      service: { type: "rfc2136" },
      values: {},
      settings: { server, ...(key !== undefined && { key: key.key }) },
    },
    line,
  );
}
