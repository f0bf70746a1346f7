/** From the lines of a ddclient.conf to records and accounts. */

import { durationText } from "#platform/import/duration-text.ts";
import type { Place } from "#platform/import/place.ts";
import type { DdclientEntry, DdclientHost, DdclientSetting } from "#protocols/ddclientconf/lines.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { type AddedAccount, addAccount, type Service } from "../accounts.ts";
import { addressInput, type HostSources, hostTypes, siteSources } from "../address-sources.ts";
import { type DraftLine, type ImportDraft, leaveOut, type RecordDraft } from "../draft.ts";
import { periodText } from "../duration-text.ts";
import { serviceAt } from "../known-servers.ts";
import { needsZone } from "../needs-zone.ts";
import { readUpdateKey } from "../update-key.ts";
import { withoutSecret } from "../url-secret.ts";
import { addressSettings, hostSources, isFixed, isRouter, routerDetail } from "./address.ts";
import { protocols } from "./protocols.ts";
import { reasonOf } from "./reasons.ts";

/** A host with all that counts for it. */
interface Host {
  readonly name: string;
  readonly line: DraftLine;
  readonly values: ReadonlyMap<string, string>;
  readonly sources: HostSources;
}

const accountSettings: ReadonlySet<string> = new Set([
  "protocol",
  "server",
  "script",
  "login",
  "password",
  "zone",
  "root-domain",
  "ttl",
  "apikey",
  "secretapikey",
  "dynurl",
  "ssl",
]);

export async function readEntries(
  draft: ImportDraft,
  place: Place,
  entries: readonly DdclientEntry[],
): Promise<void> {
  const globals = new Map<string, string>();
  const hosts: Host[] = [];
  for (const entry of entries) {
    const own = new Map(globals);
    const said: DraftLine[] = [];
    for (const setting of entry.settings) {
      said.push(say(draft, setting));
      if (setting.name === "daemon") readPeriod(draft, setting);
      (entry.hosts.length === 0 ? globals : own).set(setting.name, setting.value);
    }
    // What a host says itself counts before what was said of all
    const saysUse = entry.settings.some(({ name }) => name === "use");
    if (saysUse && entry.settings.every(({ name }) => name !== "usev4")) own.delete("usev4");
    if (entry.login !== undefined) own.set("login", entry.login);
    if (entry.password !== undefined) own.set("password", entry.password);
    const lines = entry.hosts.map((host) => {
      const one = hostOf(draft, host, own, hosts);
      hosts.push(one);
      return one.line;
    });
    for (const line of said) draft.partOf(line, lines);
  }
  const following = hosts.filter(({ sources }) => Object.values(sources).every((source) => !isFixed(source)));
  const site = siteSources(following.map(({ sources }) => sources));
  draft.section.address = addressInput(site);
  for (const host of hosts) await takeHost(draft, place, host, site);
}

/** The last entry of a name counts. */
function hostOf(
  draft: ImportDraft,
  host: DdclientHost,
  values: ReadonlyMap<string, string>,
  before: Host[],
): Host {
  const earlier = before.findIndex(({ name }) => name === host.name);
  if (earlier !== -1) {
    leaveOut(
      before[earlier]!.line,
      "a line behind it has the same name, and that one counts for ddclient too",
    );
    before.splice(earlier, 1);
  }
  const line = draft.say(host, host.name, "imported");
  return { name: host.name, line, values, sources: hostSources((name) => values.get(name)) };
}

function say(draft: ImportDraft, setting: DdclientSetting): DraftLine {
  const { name, value } = setting;
  const isHidden = /password|login|apikey|dynurl/.test(name);
  const statement = `${name}=${isHidden ? "…" : value}`;
  if (name === "daemon") return draft.say(setting, statement, "imported", "ddns.every");
  if (accountSettings.has(name)) return draft.say(setting, statement, "imported");
  if (name.startsWith("fw-") || name.endsWith("-skip"))
    return draft.say(setting, statement, "not carried over", "an answer must hold exactly one address");
  if (addressSettings.test(name))
    return draft.say(setting, statement, "imported", isRouter(name, value) ? routerDetail : "ddns.address");
  const reason = reasonOf(name, value);
  const outcome = reason?.isMissed === false ? "not carried over" : "left out";
  return draft.say(
    setting,
    statement,
    outcome,
    reason?.why ?? "ddclient has no such setting that is known here",
  );
}

/** `5m`, `300`, `300s`: ddclient's words. 0 is no daemon. */
function readPeriod({ section }: ImportDraft, { value }: DdclientSetting): void {
  const found = /^(\d+)\s*(s|m|h|d)?/i.exec(value);
  const scale = { s: 1, m: 60, h: 3600, d: 86_400 }[(found?.[2] ?? "s").toLowerCase()] ?? 1;
  const seconds = Number(found?.[1] ?? 0) * scale;
  if (seconds > 0) section.every = periodText(seconds);
}

async function takeHost(draft: ImportDraft, place: Place, host: Host, site: HostSources): Promise<void> {
  const { line, values, sources } = host;
  const fixed = Object.values(sources).find(isFixed);
  if (fixed !== undefined) return leaveOut(line, `it has ${fixed.key}, and follows nothing`);
  const wanted = hostTypes(sources, site);
  if ("why" in wanted) return leaveOut(line, wanted.why);
  const service = serviceOf(host);
  if ("why" in service) return leaveOut(line, service.why);
  const added =
    service.service.type === "rfc2136"
      ? await addUpdateServer(draft, place, host)
      : addAccount(draft, accountOf(host, service), line);
  if ("why" in added) return leaveOut(line, added.why);
  const { provider, definition } = added;
  const takes = wanted.types?.some((type) => definition.types.includes(type)) ?? true;
  if (!takes) return leaveOut(line, `${definition.title} takes no ${wanted.types!.join(", ")} records`);
  const record: RecordDraft = {
    name: recordName(host, service.service),
    ...(wanted.types !== undefined && { types: [...wanted.types] }),
    provider: provider.name,
    ...zoneOf(values, provider.type),
    ...ttlOf(values, definition.hasTtl),
  };
  line.detail = `${record.name === host.name ? "" : `${record.name} `}at ${provider.name}`;
  return draft.record(record, line);
}

interface FoundService {
  readonly service: Service;
  readonly server?: string;
}

function serviceOf({ values }: Host): FoundService | { readonly why: string } {
  const name = (values.get("protocol") ?? "dyndns2").toLowerCase();
  const protocol = Object.hasOwn(protocols, name) ? protocols[name] : undefined;
  if (protocol === undefined) return { why: `ddclient has no protocol "${shown(name)}" that is known here` };
  if (protocol.service === undefined) return { why: protocol.why! };
  if (name === "cloudflare" && !/^(token)?$/.test(values.get("login") ?? ""))
    return {
      why: "it has the global API key of an account; make an API token at Cloudflare, and write login=token",
    };
  const isOldGandi =
    name === "gandi" && !/^(yes|true|1|on)$/i.test(values.get("use-personal-access-token") ?? "");
  const service = isOldGandi ? { ...protocol.service, settings: { tokenKind: "api-key" } } : protocol.service;
  const server = values.get("server") ?? protocol.server;
  if (name === "dyndns2") return dyndns2Service(server!, values);
  const isUsual = server === undefined || plainServer(server) === plainServer(protocol.server ?? "");
  // Set for the lines of another service, and no place to send this one's secrets to
  const isOfAnother = server !== undefined && isServerOfAnother(name, server);
  return { service, ...(!isUsual && !isOfAnother && { server: urlOf(server, values) }) };
}

function isServerOfAnother(name: string, server: string): boolean {
  const plain = plainServer(server);
  return Object.entries(protocols).some(
    ([other, { server: usual = "" }]) => other !== name && plainServer(usual) === plain,
  );
}

/** A service that is known by its server; else any of the protocol. */
function dyndns2Service(server: string, values: ReadonlyMap<string, string>): FoundService {
  const url = urlOf(server, values);
  const type = serviceAt(url);
  if (type !== undefined) return { service: { type } };
  const script = values.get("script") ?? "/nic/update";
  return { service: { type: "dyndns2" }, server: script === "/nic/update" ? url : `${url}${script}` };
}

function plainServer(server: string): string {
  return server
    .replace(/^https?:\/\//, "")
    .replace(/\/+$/, "")
    .toLowerCase();
}

/** ddclient asks without TLS unless ssl says else; newer ones have it by default, as a password deserves. */
function urlOf(server: string, values: ReadonlyMap<string, string>): string {
  if (server.includes("://")) return server.replace(/\/+$/, "");
  const isPlain = /^(no|false|0|off)$/i.test(values.get("ssl") ?? "yes");
  return `${isPlain ? "http" : "https"}://${server.replace(/\/+$/, "")}`;
}

function accountOf({ values }: Host, { service, server }: FoundService) {
  const names = ["login", "password", "apikey", "secretapikey"];
  const entries = names.flatMap((name): [string, string][] => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const dynurl = values.get("dynurl");
  const isCustom = service.type === "custom";
  const settings = {
    ...(server !== undefined && !isCustom && { server }),
  };
  if (!isCustom || dynurl === undefined) return { service, values: Object.fromEntries(entries), settings };
  // ClouDNS: the URL is all that there is, and its one parameter the secret
  const { url, password } = withoutSecret(dynurl, "q");
  return { service, values: password === undefined ? {} : { password }, settings: { ...settings, url } };
}

/** Names that are the service's to complete. */
function recordName({ name }: Host, { domain }: Service): string {
  return domain === undefined || name.includes(".") ? name.replace(/^@\./, "") : `${name}.${domain}`;
}

function zoneOf(values: ReadonlyMap<string, string>, type: string): { zone?: string } {
  const zone = values.get("zone") ?? values.get("root-domain") ?? "";
  return zone !== "" && needsZone(type) ? { zone } : {};
}

/** 1 is Cloudflare's word for its own choice. */
function ttlOf(values: ReadonlyMap<string, string>, hasTtl: boolean): { ttl?: string } {
  const seconds = Number(/^\d+/.exec(values.get("ttl") ?? "")?.[0] ?? 0);
  return hasTtl && seconds > 1 ? { ttl: durationText(seconds) } : {};
}

/** protocol=nsupdate: the password is the path of a key file. */
async function addUpdateServer(
  draft: ImportDraft,
  place: Place,
  { values, line }: Host,
): Promise<AddedAccount> {
  const server = /^([0-9a-f.:]+?)(?::(\d+))?$/i.exec(values.get("server") ?? "");
  if (server === null || !/[.:]/.test(server[1]!))
    return { why: "its server is a name, and Homeport needs the address: write server=ADDRESS" };
  const path = values.get("password") ?? "";
  const key = path === "" ? undefined : await readUpdateKey(draft, place, path);
  if (key !== undefined && "why" in key) return key;
  const [, address, port] = server;
  return addAccount(
    draft,
    {
      service: { type: "rfc2136" },
      values: {},
      settings: {
        server: port === undefined ? address! : `${address} port ${port}`,
        ...(key !== undefined && { key: key.key }),
      },
    },
    line,
  );
}
