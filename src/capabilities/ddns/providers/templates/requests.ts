/** From records to requests: which go together in one, and what each is. Pure. */
import type { HttpRequest } from "#platform/http-client/http-client.ts";
import { prefixText } from "#protocols/public-address/prefix.ts";
import type { AddressType, ProviderSettings, WantedRecord } from "../provider.ts";
import { limits } from "./limits.ts";
import { encodeJson, fillParameters, fillText, fillUrl, type PlaceholderValues } from "./placeholders.ts";
import type { Template } from "./template.ts";

export interface PlannedRequest {
  readonly names: readonly PlannedName[];
  /** The same for all of its names: those of their records, and what must be sent along. */
  readonly addresses: Addresses;
}

export type Addresses = Readonly<Partial<Record<AddressType, string>>>;

/** A name with those of its records that are sent. */
export interface PlannedName {
  readonly name: string;
  readonly zone: string | undefined;
  readonly records: readonly WantedRecord[];
}

/** What a name has of a family; undefined: nothing, or nobody knows. */
export type KeptAddress = (name: string, type: AddressType) => string | undefined;

/** Names whose addresses are the same share a request, as far as the service takes several. */
export function planRequests(
  template: Pick<Template, "addressesPerRequest" | "losesAbsent" | "zone">,
  records: readonly WantedRecord[],
  { namesMax, kept }: { readonly namesMax: number; readonly kept: KeptAddress },
): readonly PlannedRequest[] {
  const addressesOf = (group: readonly WantedRecord[]): Addresses => {
    const sent = Object.fromEntries(group.map(({ type, address }) => [type, address]));
    return template.losesAbsent === true ? { ...keptOf(group[0]!.name, kept), ...sent } : sent;
  };
  const names = template.addressesPerRequest === 1 ? records.map((record) => [record]) : pairs(records);
  const groups = Map.groupBy(names, (group) =>
    JSON.stringify([addressesOf(group), group[0]!.zone ?? template.zone]),
  );
  return [...groups.values()].flatMap((group) =>
    chunks(group, namesMax).map((chunk) => ({
      names: chunk.map((own) => ({
        name: own[0]!.name,
        zone: own[0]!.zone ?? template.zone,
        records: own,
      })),
      addresses: addressesOf(chunk[0]!),
    })),
  );
}

/** Each of the names in a request of its own. */
export function oneByOne({ names, addresses }: PlannedRequest): readonly PlannedRequest[] {
  return names.map((name) => ({ names: [name], addresses }));
}

/** A and AAAA of one name; a name with two addresses of one family makes two. */
function pairs(records: readonly WantedRecord[]): readonly (readonly WantedRecord[])[] {
  return [...Map.groupBy(records, ({ name }) => name).values()].flatMap((own) => {
    const ipv4 = own.filter(({ type }) => type === "A");
    const ipv6 = own.filter(({ type }) => type === "AAAA");
    const count = Math.max(ipv4.length, ipv6.length);
    return Array.from({ length: count }, (_, index) =>
      [ipv4[index], ipv6[index]].filter((record) => record !== undefined),
    );
  });
}

function keptOf(name: string, kept: KeptAddress): Addresses {
  const types = ["A", "AAAA"] as const;
  return Object.fromEntries(
    types.map((type) => [type, kept(name, type)] as const).filter(([, address]) => address !== undefined),
  );
}

function chunks<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) =>
    items.slice(index * most, (index + 1) * most),
  );
}

/** The request as the service is asked. `settings` are known to have all that the template needs. */
export function requestFor(
  template: Template,
  settings: ProviderSettings,
  { names, addresses }: PlannedRequest,
): HttpRequest {
  const values = valuesOf(settings, names, addresses);
  const headers = headersOf(template, values);
  const body = template.body === undefined ? undefined : bodyOf(template.body, headers, values, template);
  const isIpv6 = addresses.A === undefined;
  return {
    method: template.method,
    url: fillUrl(urlOf(template, isIpv6), values, template.absent),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(body !== undefined && { body }),
    ...(template.takesSource && { family: isIpv6 ? "ipv6" : "ipv4" }),
    octetsMax: limits.answerOctetsMax,
  };
}

function urlOf({ url, serverForIpv6 }: Template, isIpv6: boolean): string {
  return isIpv6 && serverForIpv6 !== undefined ? url.replace(/^https?:\/\/[^/?]+/, serverForIpv6) : url;
}

/** In lower case. A body without a type of its own is one of forms. */
function headersOf(template: Template, values: PlaceholderValues): Readonly<Record<string, string>> {
  const headers = Object.entries(template.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    fillText(value, values),
  ]);
  const { basic, body } = template;
  return {
    ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    ...(basic !== undefined && {
      authorization: basicAuthentication(fillText(basic.user, values), fillText(basic.password, values)),
    }),
    ...Object.fromEntries(headers),
  };
}

function bodyOf(
  body: string,
  headers: Readonly<Record<string, string>>,
  values: PlaceholderValues,
  { absent }: Template,
): string {
  const type = headers["content-type"]!;
  if (isForm(type)) return fillParameters(body, values, absent);
  return /json/i.test(type) ? fillText(body, values, encodeJson) : fillText(body, values);
}

/** Parameters of its body can be left out. */
export function isForm(contentType: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType);
}

/** RFC 7617 §2. */
export function basicAuthentication(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

function valuesOf(
  settings: ProviderSettings,
  names: readonly PlannedName[],
  { A, AAAA }: Addresses,
): PlaceholderValues {
  const { name, zone } = names[0]!;
  const hosts = names.map((one) => hostIn(one.name, one.zone));
  const own = ["user", "password", "token"].map((key) => [key, settings[key]] as const);
  return {
    ip: A ?? AAAA!,
    ips: [A, AAAA].filter((address) => address !== undefined),
    type: A === undefined ? "AAAA" : "A",
    fqdn: name,
    names: names.map((one) => one.name),
    ...(A !== undefined && { ip4: A }),
    ...(AAAA !== undefined && { ip6: AAAA, ip6prefix: prefixText(AAAA, 64) }),
    ...(zone !== undefined && { domain: zone }),
    ...(hosts.every((host) => host !== undefined) && { host: hosts[0]!, hosts }),
    ...Object.fromEntries(own.filter(([, value]) => typeof value === "string")),
  };
}

/** What of a name is before its domain, `@` for the domain itself; undefined: it is not in it. */
export function hostIn(name: string, zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  if (name === zone) return "@";
  return name.endsWith(`.${zone}`) ? name.slice(0, -zone.length - 1) : undefined;
}
