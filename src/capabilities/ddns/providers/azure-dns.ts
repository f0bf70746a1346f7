/** Azure DNS, API 2018-05-01: record sets, one in a request, by an app with a client secret. */

import { z } from "zod";
import { httpUrl } from "#platform/site/config-fields.ts";
import { AccessToken, type GivenToken } from "./access-token.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect, ApiError } from "./http-outcome.ts";
import type { AddressType, PublishResult } from "./provider.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://management.azure.com";
const standardLogin = "https://login.microsoftonline.com";
const title = "Azure DNS";
const version = { "api-version": "2018-05-01" };
/** A set must have one. */
const ttlDefault = 300;

const wrongSecret =
  "refuses the app; look at `tenantId`, `clientId` and `clientSecret`, which may have expired";
const denied = "does not let the app do that; give it the role DNS Zone Contributor for the zone";
const meanings: ApiDialect["meanings"] = {
  invalid_client: { means: "account", sentence: wrongSecret },
  unauthorized_client: { means: "account", sentence: wrongSecret },
  invalid_request: { means: "account", sentence: wrongSecret },
  invalid_grant: { means: "account", sentence: wrongSecret },
  temporarily_unavailable: { means: "later" },
  InvalidAuthenticationToken: { means: "account" },
  InvalidAuthenticationTokenTenant: { means: "account" },
  ExpiredAuthenticationToken: { means: "account" },
  SubscriptionNotFound: {
    means: "account",
    sentence: "does not know the subscription; correct `subscriptionId`",
  },
  InvalidSubscriptionId: {
    means: "account",
    sentence: "does not know the subscription; correct `subscriptionId`",
  },
  AuthorizationFailed: { means: "zone", sentence: denied },
  ScopeLocked: { means: "zone" },
  ResourceNotFound: { means: "missing" },
  ParentResourceNotFound: { means: "missing" },
  ResourceGroupNotFound: { means: "missing" },
  NotFound: { means: "missing" },
  PreconditionFailed: {
    means: "later",
    sentence: "has it otherwise than it was read; somebody else changed it",
  },
  "http-409": { means: "later" },
  "http-412": { means: "later" },
};

const Token = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });
const TokenFailure = z.object({ error: z.string(), error_description: z.string().optional() });
const Failure = z.object({ error: z.object({ code: z.string(), message: z.string().optional() }) });
const CodeFailure = z.object({ code: z.string(), message: z.string().optional() });
const Zones = z.object({
  value: z.array(z.object({ id: z.string(), name: z.string() })),
  nextLink: z.string().nullish(),
});
const RecordSet = z.object({
  name: z.string(),
  type: z.string(),
  etag: z.string().optional(),
  properties: z.object({
    TTL: z.number().optional(),
    ARecords: z.array(z.object({ ipv4Address: z.string() })).optional(),
    AAAARecords: z.array(z.object({ ipv6Address: z.string() })).optional(),
    targetResource: z.object({ id: z.string().nullish() }).nullish(),
  }),
});
const RecordSets = z.object({ value: z.array(RecordSet), nextLink: z.string().nullish() });
const Written = z.object({ name: z.string(), properties: z.object({}) });

function errorIn(json: unknown, status: number): ApiError | undefined {
  if (status < 400) return undefined;
  const token = TokenFailure.safeParse(json).data;
  // What follows the first line names the request, and changes each time
  if (token !== undefined) return { code: token.error, message: token.error_description?.split("\n")[0] };
  return Failure.safeParse(json).data?.error ?? CodeFailure.safeParse(json).data;
}

interface Settings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly subscriptionId: string;
  readonly loginServer?: string;
}

/** RFC 6749 §4.4. */
async function newToken(ask: Ask, settings: Settings, server: string): Promise<GivenToken> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    scope: `${new URL(server).origin}/.default`,
  });
  const { read } = await ask(Token, {
    method: "POST",
    server: serverOf({ server: settings.loginServer }, standardLogin),
    path: `/${encodeURIComponent(settings.tenantId)}/oauth2/v2.0/token`,
    body: { type: "application/x-www-form-urlencoded", text: form.toString() },
    writes: false,
  });
  return { token: read.access_token, lastsSeconds: read.expires_in };
}

interface Place {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** It says whole URLs; of them only what comes after the server counts, so that no token goes elsewhere. */
function placeOf(nextLink: string | null | undefined, server: string): Place | undefined {
  const url = nextLink ? URL.parse(nextLink) : null;
  if (url === null) return undefined;
  const base = new URL(server).pathname.replace(/\/$/, "");
  return { path: url.pathname.slice(base.length), query: Object.fromEntries(url.searchParams) };
}

async function zones(ask: Ask, subscription: string, server: string): Promise<readonly Zone[]> {
  const path = `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Network/dnszones`;
  return allPages<Zone, Place>(title, { path, query: version }, async (at) => {
    const { read } = await ask(Zones, at);
    const items = read.value.map(({ id, name }) => ({ id, name: name.toLowerCase() }));
    return { items, next: placeOf(read.nextLink, server) };
  });
}

async function records(ask: Ask, zone: Zone, server: string): Promise<readonly FoundRecord[]> {
  const first = { path: `${zone.id}/all`, query: { ...version, $top: "1000" } };
  return allPages<FoundRecord, Place>(title, first, async (at) => {
    const { read } = await ask(RecordSets, at);
    return { items: read.value.flatMap((set) => recordsIn(set, zone)), next: placeOf(read.nextLink, server) };
  });
}

function recordsIn({ name, type, etag, properties }: z.output<typeof RecordSet>, zone: Zone): FoundRecord[] {
  const { TTL: ttl, ARecords, AAAARecords, targetResource } = properties;
  const values = [
    ...(ARecords ?? []).map(({ ipv4Address }) => ipv4Address),
    ...(AAAARecords ?? []).map(({ ipv6Address }) => ipv6Address),
  ];
  const isAlias = typeof targetResource?.id === "string";
  const place = { name: nameOfHost(name, zone.name), type: type.split("/").at(-1)! };
  const contents = isAlias || values.length === 0 ? [""] : values;
  return contents.map((content) => ({ ...place, id: isAlias ? "alias" : (etag ?? ""), content, ttl }));
}

/** RFC 9110 §13.1: only while it is as it was read. */
async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<readonly PublishResult[]> {
  const results: PublishResult[] = [];
  for (const { wanted, before, ttl } of changes) {
    if (before?.id === "alias") {
      results.push(isAlias(before));
      continue;
    }
    const host = hostIn(wanted.name, zone.name);
    await ask(Written, {
      method: before === undefined ? "PUT" : "PATCH",
      path: `${zone.id}/${wanted.type}/${encodeURIComponent(host)}`,
      query: version,
      headers:
        before === undefined ? { "if-none-match": "*" } : before.id === "" ? {} : { "if-match": before.id },
      json: { properties: { TTL: ttl ?? ttlDefault, ...addressesOf(wanted.type, wanted.address) } },
    });
    results.push({ outcome: "changed" });
  }
  return results;
}

function addressesOf(type: AddressType, address: string): object {
  return type === "A"
    ? { ARecords: [{ ipv4Address: address }] }
    : { AAAARecords: [{ ipv6Address: address }] };
}

function isAlias({ name, type }: FoundRecord): PublishResult {
  const sentence = `${title}: the ${type} record at ${name} is an alias of a resource; delete it, or take the name out here`;
  return { outcome: "refused", scope: "record", code: "alias", sentence };
}

export const azureDns = apiDefinition(
  {
    type: "azure-dns",
    title,
    settings: {
      tenantId: z.string().min(1).describe("Id of the directory (tenant)"),
      clientId: z.string().min(1).describe("Id of the app, which has the role DNS Zone Contributor"),
      ...secret("clientSecret", "Client secret of the app"),
      subscriptionId: z.string().min(1).describe("Id of the subscription that has the zones"),
      loginServer: httpUrl.optional().describe(`URL of what gives tokens; default: ${standardLogin}`),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    requestsPerHourMax: 1_000,
  },
  (given, { nowMs }) => {
    const settings = given as unknown as Settings;
    const server = serverOf(given, standard);
    const token = new AccessToken((ask) => newToken(ask, settings, server), nowMs);
    return {
      server,
      dialect: { title, secrets: [settings.clientSecret], meanings, errorIn },
      headers: () => ({ authorization: `Bearer ${token.value}` }),
      ttlDefault,
      ttlFor: (ttl) => ttl,
      changesPerWriteMax: 1,
      zones: token.having((ask) => zones(ask, settings.subscriptionId, server)),
      records: token.having((ask, zone: Zone) => records(ask, zone, server)),
      write: token.having(write),
    };
  },
);
