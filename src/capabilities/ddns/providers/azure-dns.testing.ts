/** For tests: the zones of Azure DNS in memory, and the server of its tokens. */
import {
  pageOf,
  type Reply,
  type SeenRequest,
  type StandIn,
  type StoredZone,
} from "./api-stand-in.testing.ts";
import { azureDns } from "./azure-dns.ts";

const token = "eyJ.5up3rs3cret";
const group = "/subscriptions/sub-1/resourceGroups/dns/providers/Microsoft.Network/dnszones";
const settings = {
  tenantId: "tenant-1",
  clientId: "app-1",
  clientSecret: "az~5up3rs3cret",
  subscriptionId: "sub-1",
  loginServer: "https://api.test/base/login/",
};

/** As every refusal of the API looks. */
export function azureError(status: number, code: string, message: string): Reply {
  return { status, json: { error: { code, message } } };
}

/** As every refusal of a token looks. */
export function azureTokenError(error: string, error_description: string, status = 401): Reply {
  return { status, json: { error, error_description, error_codes: [7000215] } };
}

function giveToken({ method, text }: SeenRequest): Reply {
  const form = Object.fromEntries(new URLSearchParams(text));
  const { grant_type, client_id, client_secret, scope } = form;
  const isKnown = client_id === settings.clientId && client_secret === settings.clientSecret;
  if (
    method !== "POST" ||
    !isKnown ||
    grant_type !== "client_credentials" ||
    scope !== "https://api.test/.default"
  )
    return azureTokenError("invalid_client", "AADSTS7000215: Invalid client secret provided.");
  // Longer than the real one's hour, so that it is asked for once in a case
  return { status: 200, json: { token_type: "Bearer", expires_in: 86_400, access_token: token } };
}

/** A page, and where the next one is. */
function list(items: readonly unknown[], { path, query }: SeenRequest, size: number): Reply {
  const page = pageOf(items, Number(query["$skiptoken"] ?? 1), size);
  const next = `https://api.test/base${path}?api-version=2018-05-01&$skiptoken=${page.page + 1}`;
  return { status: 200, json: { value: page.items, ...(!page.isLast && { nextLink: next }) } };
}

function etagOf(zone: StoredZone, name: string, type: string): string {
  return zone.records
    .filter((one) => one.name === name && one.type === type)
    .map(({ content, ttl }) => `${content}/${ttl}`)
    .join("+");
}

function setsOf(zone: StoredZone) {
  return [...Map.groupBy(zone.records, ({ name, type }) => `${name} ${type}`).values()].map((group) => {
    const { name, type, ttl, comment } = group[0]!;
    const values =
      type === "A"
        ? { ARecords: group.map(({ content }) => ({ ipv4Address: content })) }
        : type === "AAAA"
          ? { AAAARecords: group.map(({ content }) => ({ ipv6Address: content })) }
          : {};
    const target =
      comment === "alias" ? { targetResource: { id: "/subscriptions/sub-1/ip" } } : { targetResource: {} };
    return {
      name: name === zone.name ? "@" : name.slice(0, -zone.name.length - 1),
      type: `Microsoft.Network/dnszones/${type}`,
      etag: etagOf(zone, name, type),
      properties: { TTL: ttl, ...(comment === "alias" ? {} : values), ...target },
    };
  });
}

export const azureStandIn: StandIn = {
  definition: azureDns,
  settings,
  credentials: {},
  unauthorized: azureTokenError("invalid_client", "AADSTS7000215: Invalid client secret provided."),
  refusal: (message) => azureError(400, "BadRequest", message),
  requestsMax: 4,
  ttlDefault: 300,
  writes: ({ method }) => method === "PUT" || method === "PATCH",
  answer(request, world) {
    const { method, path, query, headers, json } = request;
    if (path === "/login/tenant-1/oauth2/v2.0/token") return giveToken(request);
    if (headers["authorization"] !== `Bearer ${token}`)
      return azureError(401, "InvalidAuthenticationToken", "The access token is invalid.");
    if (query["api-version"] !== "2018-05-01")
      return azureError(400, "MissingApiVersionParameter", "No version");
    if (path === "/subscriptions/sub-1/providers/Microsoft.Network/dnszones") {
      const zones = world.zones.map(({ name, id }) => ({ id: `${group}/${name}-${id}`, name }));
      return list(zones, request, 100);
    }
    const [, place, type, host] = /^(.*\/dnszones\/[^/]+)\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const zone = world.zones.find(({ name, id }) => place === `${group}/${name}-${id}`);
    if (zone === undefined) return azureError(404, "ResourceNotFound", "The Resource was not found.");
    if (method === "GET") return list(setsOf(zone), request, 500);
    if (host === "bad") return azureError(400, "BadRequest", "The domain name is invalid.");
    const name = host === "@" ? zone.name : `${host}.${zone.name}`;
    const there = zone.records.filter((one) => one.name === name && one.type === type);
    const isAsRead =
      method === "PUT"
        ? headers["if-none-match"] === "*" && there.length === 0
        : headers["if-match"] === etagOf(zone, name, type!);
    if (!isAsRead) return azureError(412, "PreconditionFailed", "The condition was not met.");
    const { TTL, ARecords, AAAARecords } = (
      json as {
        properties: {
          TTL: number;
          ARecords?: readonly { ipv4Address: string }[];
          AAAARecords?: readonly { ipv6Address: string }[];
        };
      }
    ).properties;
    const content = ARecords?.[0]?.ipv4Address ?? AAAARecords![0]!.ipv6Address;
    zone.records = zone.records.filter((one) => !there.includes(one));
    world.add(zone, { name, type: type!, content, ttl: TTL });
    return { status: method === "PUT" ? 201 : 200, json: { name: host, properties: { TTL } } };
  },
};
