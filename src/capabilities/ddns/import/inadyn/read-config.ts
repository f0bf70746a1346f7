/** From the statements of an inadyn.conf to records and accounts. */
import { isIPv6 } from "node:net";
import { durationText } from "#platform/import/duration-text.ts";
import type { InadynSetting } from "#protocols/inadynconf/statements.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type Account, addAccount, type Service } from "../accounts.ts";
import {
  type AddressSource,
  addressInput,
  commandSource,
  type HostSources,
  hostTypes,
  interfaceSource,
  publicAddress,
  publicKey,
  serviceSource,
  siteSources,
} from "../address-sources.ts";
import { type DraftLine, type ImportDraft, leaveOut, type RecordDraft } from "../draft.ts";
import { periodText } from "../duration-text.ts";
import { needsZone } from "../needs-zone.ts";
import { customAccount } from "./custom.ts";
import type { LoadedInadynConf, LoadedSection } from "./load.ts";
import { type InadynProvider, providerOf } from "./providers.ts";

/** A section with what is said of it. */
interface Section {
  readonly section: LoadedSection;
  readonly values: Values;
  readonly provider: InadynProvider | undefined;
  readonly sources: HostSources;
  readonly line: DraftLine;
}

type Values = ReadonlyMap<string, readonly string[]>;

const accountSettings: ReadonlySet<string> = new Set([
  ..."username password hostname alias ssl ttl proxied iface".split(" "),
  ..."checkip-server checkip-path checkip-ssl checkip-command".split(" "),
  ..."ddns-server ddns-path ddns-response append-myip".split(" "),
]);

const reasons: Readonly<Record<string, string>> = {
  "forced-update": "Homeport sends on a change, and at the age at which each service forgets names",
  "verify-address": "an address must be a public one, unless ddns.address.alsoPublic has its network",
  "fake-address": "Homeport tells no address that is not the site's",
  "cache-dir": "Homeport keeps what it knows in its store",
  iterations: "of inadyn's own workings",
  "secure-ssl": "certificates are always checked",
  "broken-rtc": "certificates are always checked",
  "ca-trust-file": "certificates are checked with those that Node has; NODE_EXTRA_CA_CERTS adds others",
  "user-agent": "Homeport says who it is",
  wildcard: "Homeport sends addresses alone",
};

export function readConf(draft: ImportDraft, { settings, sections }: LoadedInadynConf): void {
  const globals = valuesOf(settings);
  for (const setting of settings) sayGlobal(draft, setting);
  const allowsIpv6 = isYes(globals.get("allow-ipv6")?.[0], false);
  const read = sections.map((section): Section => {
    const values = valuesOf(section.settings);
    const provider = section.name === "custom" ? undefined : providerOf(section.title);
    const sources = sourcesOf(values, { globals, allowsIpv6, provider });
    return {
      section,
      values,
      provider,
      sources,
      line: draft.say(section, `${section.name} ${section.title}`, "imported"),
    };
  });
  const site = siteSources(read.map(({ sources }) => sources));
  draft.section.address = addressInput(site);
  for (const one of read) takeSection(draft, one, site);
}

function valuesOf(settings: readonly InadynSetting[]): Values {
  const values = new Map<string, readonly string[]>();
  for (const { name, values: own, appends } of settings)
    values.set(name, appends ? [...(values.get(name) ?? []), ...own] : own);
  return values;
}

function isYes(value: string | undefined, otherwise: boolean): boolean {
  return value === undefined ? otherwise : /^(true|yes|on)$/i.test(value);
}

function sayGlobal(draft: ImportDraft, setting: InadynSetting): void {
  const { name, values } = setting;
  const statement = `${name} = ${values.join(", ")}`;
  if (name === "period") {
    const seconds = Number(values[0]);
    if (!Number.isSafeInteger(seconds) || seconds <= 0) {
      draft.say(setting, statement, "left out", "it is no number of seconds");
      return;
    }
    draft.section.every = periodText(seconds);
    draft.say(setting, statement, "imported", `ddns.every: ${draft.section.every}`);
  } else if (name === "iface")
    draft.say(setting, statement, "imported", "the method interface of ddns.address");
  else if (name === "allow-ipv6") draft.say(setting, statement, "imported", "ddns.address.ipv6");
  else sayOther(draft, setting, statement);
}

function sayOther(draft: ImportDraft, setting: InadynSetting, statement: string): void {
  if (setting.name === "wildcard" && isYes(setting.values[0], false))
    draft.say(
      setting,
      statement,
      "left out",
      "write a record *.name too; services that make the wildcard of a name themselves go on doing so",
    );
  else if (setting.name === "proxy")
    draft.say(setting, statement, "left out", "Homeport asks services directly");
  else if (Object.hasOwn(reasons, setting.name))
    draft.say(setting, statement, "not carried over", reasons[setting.name]);
  else draft.say(setting, statement, "left out", "inadyn has no such setting that is known here");
}

function sourcesOf(
  values: Values,
  of: {
    readonly globals: Values;
    readonly allowsIpv6: boolean;
    readonly provider: InadynProvider | undefined;
  },
): HostSources {
  const source = sourceOf(values, of.globals);
  const server = values.get("checkip-server")?.[0] ?? "";
  const asksIpv6 = /(^|\W)(ipv6|v6|api6|ip6|dns64|checkipv6)\W/i.test(server) || isIPv6(server);
  if (asksIpv6 || of.provider?.types?.includes("AAAA")) return { ipv6: source };
  // Whom it asks when nothing else is said has IPv4 alone
  const isIpv4Alone = !of.allowsIpv6 || of.provider?.types !== undefined || source.key === publicKey;
  return { ipv4: source, ...(!isIpv4Alone && { ipv6: source }) };
}

function sourceOf(values: Values, globals: Values): AddressSource {
  const command = values.get("checkip-command")?.[0];
  if (command !== undefined && command !== "") return commandSource(command);
  const link = values.get("iface")?.[0] ?? globals.get("iface")?.[0];
  if (link !== undefined) return interfaceSource(link);
  const server = values.get("checkip-server")?.[0];
  if (server === undefined || server === "default") return publicAddress;
  const scheme = isYes(values.get("checkip-ssl")?.[0], true) ? "https" : "http";
  return serviceSource(`${scheme}://${server}${values.get("checkip-path")?.[0] ?? "/"}`);
}

function takeSection(draft: ImportDraft, one: Section, site: HostSources): undefined {
  const { section, values, provider, sources, line } = one;
  for (const setting of section.settings)
    if (!accountSettings.has(setting.name))
      sayOther(draft, setting, `${setting.name} = ${setting.values.join(", ")}`);
  const own = sources.ipv4 ?? sources.ipv6;
  if (own !== undefined && own !== publicAddress) line.detail = own.detail;
  const hosts = values.get("hostname") ?? values.get("alias") ?? [];
  if (hosts.length === 0) return leaveOut(line, "it has no hostname");
  const wanted = hostTypes(sources, site);
  if ("why" in wanted) return leaveOut(line, wanted.why);
  const account = accountOf(one, hosts);
  if ("why" in account) return leaveOut(line, account.why);
  const added = addAccount(draft, account, line);
  if ("why" in added) return leaveOut(line, added.why);
  const { provider: entry, definition } = added;
  line.detail = `the provider ${entry.name}${sources.ipv4?.methods || sources.ipv6?.methods ? `; ${own!.detail}` : ""}`;
  const username = values.get("username")?.[0] ?? "";
  const zone = provider?.zoneIsUsername || hasDomain(hosts, username) ? username : undefined;
  for (const host of hosts) {
    const name = nameOf(host, { zone, domain: account.service.domain });
    const hostLine = draft.say(section, `hostname ${host}`, "imported", `${name} at ${entry.name}`);
    if (!(wanted.types?.some((type) => definition.types.includes(type)) ?? true)) {
      leaveOut(hostLine, `${definition.title} takes no ${wanted.types!.join(", ")} records`);
      continue;
    }
    const record: RecordDraft = {
      name,
      ...(wanted.types !== undefined && { types: [...wanted.types] }),
      provider: entry.name,
      ...(zone !== undefined && (needsZone(entry.type) || usesZone(entry["url"])) && { zone }),
      ...recordSettings(values, definition),
    };
    draft.record(record, hostLine);
  }
  return undefined;
}

function usesZone(url: unknown): boolean {
  return typeof url === "string" && /\{(domain|host)\}/.test(url);
}

function recordSettings(
  values: Values,
  { hasTtl, hasProxy }: { readonly hasTtl: boolean; readonly hasProxy: boolean },
): Pick<RecordDraft, "ttl" | "proxied"> {
  const ttl = Number(values.get("ttl")?.[0] ?? 0);
  const proxied = values.get("proxied")?.[0];
  return {
    // 1 is Cloudflare's word for its own choice
    ...(hasTtl && ttl > 1 && { ttl: durationText(ttl) }),
    ...(hasProxy && proxied !== undefined && { proxied: isYes(proxied, false) }),
  };
}

/** Hosts such as `@` and `www` are in the domain that the username is. */
function hasDomain(hosts: readonly string[], username: string): boolean {
  return hosts.some((host) => !host.includes(".")) && username.includes(".");
}

function nameOf(
  host: string,
  { zone, domain }: { readonly zone: string | undefined; readonly domain: string | undefined },
): string {
  const plain = host.toLowerCase();
  if (domain !== undefined && !plain.includes(".")) return `${plain}.${domain}`;
  if (zone === undefined) return plain.replace(/^@\./, "");
  if (plain === "@") return zone;
  const isWhole = plain === zone || plain.endsWith(`.${zone}`) || plain.includes(".");
  return isWhole ? plain.replace(/^@\./, "") : `${plain}.${zone}`;
}

function accountOf(
  { section, values, provider }: Section,
  hosts: readonly string[],
): Account | { readonly why: string } {
  const value = (name: string): string => values.get(name)?.[0] ?? "";
  const credentials = { username: value("username"), password: value("password") };
  if (section.name === "custom") {
    if (value("ddns-server") === "") return { why: "it has no ddns-server" };
    return customAccount({
      name: section.title,
      server: value("ddns-server"),
      path: value("ddns-path") || "/",
      isSecure: isYes(values.get("ssl")?.[0], true),
      appendsAddress: isYes(values.get("append-myip")?.[0], false),
      responses: values.get("ddns-response") ?? [],
      ...credentials,
      hasDomain: hasDomain(hosts, credentials.username),
    });
  }
  if (provider === undefined)
    return {
      why: `inadyn has no provider "${shown(section.title)}" that is known here; write it as a custom one`,
    };
  if (provider.service === undefined) return { why: provider.why! };
  return { service: provider.service, values: withoutUnused(provider.service, credentials) };
}

/** What a service gets and does not need has an empty field in the table. */
function withoutUnused(
  { fields }: Service,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => fields?.[name] !== ""));
}
