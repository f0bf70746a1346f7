/** GoDaddy, API v1: record sets, one in a request. It is open to accounts with ten domains or more alone. */
import { z } from "zod";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.godaddy.com";
const title = "GoDaddy";
const ttlMin = 600;
const ttlMax = 604_800;
const domainsPerPage = 1_000;
const recordsPerPage = 500;

const meanings: ApiDialect["meanings"] = {
  "http-401": { means: "account", sentence: "refuses the key or the secret; make a production key" },
  "http-403": {
    means: "account",
    sentence: "does not let this account use its API, which takes ten domains or more, or a plan with it",
  },
  UNKNOWN_DOMAIN: { means: "missing" },
  DOMAIN_NOT_FOUND: { means: "missing" },
};

const Failure = z.object({
  code: z.string(),
  message: z.string().optional(),
  fields: z.array(z.object({ path: z.string().optional(), message: z.string().optional() })).optional(),
  retryAfterSec: z.number().optional(),
});
const Domains = z.array(z.object({ domain: z.string() }));
const Records = z.array(
  z.object({ type: z.string(), name: z.string(), data: z.string(), ttl: z.number().optional() }),
);

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, "", async (marker: string) => {
    const query = { statuses: "ACTIVE", limit: `${domainsPerPage}`, ...(marker !== "" && { marker }) };
    const { read } = await ask(Domains, { path: "/v1/domains", query });
    const items = read.map(({ domain }) => ({ id: domain, name: domain.toLowerCase() }));
    return { items, next: read.length < domainsPerPage ? undefined : read.at(-1)?.domain };
  });
}

function pathOf({ id }: Zone): string {
  return `/v1/domains/${encodeURIComponent(id)}/records`;
}

async function records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
  return allPages(title, 0, async (offset) => {
    const query = { limit: `${recordsPerPage}`, offset: `${offset}` };
    const { read } = await ask(Records, { path: pathOf(zone), query });
    const items = read.map(({ type, name, data, ttl }) => ({
      id: "",
      name: nameOfHost(name, zone.name),
      type,
      content: data,
      ttl,
    }));
    return { items, next: read.length < recordsPerPage ? undefined : offset + recordsPerPage };
  });
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  for (const { wanted, ttl } of changes)
    await ask(z.unknown(), {
      method: "PUT",
      path: `${pathOf(zone)}/${wanted.type}/${encodeURIComponent(hostIn(wanted.name, zone.name))}`,
      json: [{ data: wanted.address, ...(ttl !== undefined && { ttl }) }],
    });
}

export const godaddy = apiDefinition(
  {
    type: "godaddy",
    title,
    settings: {
      ...secret("apiKey", "Key of a production API key"),
      ...secret("secret", "Its secret"),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    // 60 in a minute are let through
    requestsPerHourMax: 600,
  },
  (settings) => {
    const { apiKey, secret: keySecret } = settings as { readonly apiKey: string; readonly secret: string };
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [apiKey, keySecret],
        meanings,
        errorIn: (json, status) => {
          const { data } = Failure.safeParse(json);
          if (status < 400 || data === undefined) return undefined;
          const { code, message = "", fields = [], retryAfterSec } = data;
          const details = fields.map((field) => `${field.path ?? ""} ${field.message ?? ""}`);
          return {
            code,
            message: [message, ...details].join("; "),
            retryAfterMs: retryAfterSec === undefined ? undefined : retryAfterSec * 1_000,
          };
        },
      },
      headers: () => ({ authorization: `sso-key ${apiKey}:${keySecret}` }),
      ttlDefault: undefined,
      ttlFor: (ttl) => Math.min(Math.max(ttl, ttlMin), ttlMax),
      changesPerWriteMax: 1,
      zones,
      zone: async (_ask, name) => ({ id: name, name }),
      records,
      write,
    };
  },
);
