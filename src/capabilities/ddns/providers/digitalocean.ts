/** DigitalOcean, API v2: records by id, one in a request. */
import { z } from "zod";
import { limits } from "./api-limits.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages, orNone } from "./zone-requests.ts";

const standard = "https://api.digitalocean.com/v2";
const title = "DigitalOcean";
const ttlMin = 30;

const meanings: ApiDialect["meanings"] = {
  unauthorized: { means: "account", sentence: "refuses the token; make one with the scopes of domains" },
  forbidden: { means: "account", sentence: "does not let this token do that; give it the scopes of domains" },
  not_found: { means: "missing" },
};

const Failure = z.object({ id: z.string(), message: z.string() });
const links = z.object({ pages: z.object({ next: z.string().optional() }).optional() }).optional();
const Domains = z.object({ domains: z.array(z.object({ name: z.string() })), links });
const Records = z.object({
  domain_records: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      name: z.string(),
      data: z.string().nullish(),
      ttl: z.number().nullish(),
    }),
  ),
  links,
});
const Written = z.object({ domain_record: z.object({ id: z.number() }) });

/** The page after this one. */
function nextPage(at: z.output<typeof links>, page: number): number | undefined {
  return at?.pages?.next === undefined ? undefined : page + 1;
}

function pathOf({ id }: Zone): string {
  return `/domains/${encodeURIComponent(id)}`;
}

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, 1, async (page) => {
    const { read } = await ask(Domains, { path: "/domains", query: { page: `${page}`, per_page: "200" } });
    const items = read.domains.map(({ name }) => ({ id: name, name: name.toLowerCase() }));
    return { items, next: nextPage(read.links, page) };
  });
}

async function records(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const filters = names.length > limits.namesAskedForMax ? [{}] : names.map((name) => ({ name }));
  const found: FoundRecord[] = [];
  for (const filter of filters)
    found.push(
      ...(await allPages(title, 1, async (page) => {
        const query = { ...filter, page: `${page}`, per_page: "200" };
        const { read } = await ask(Records, { path: `${pathOf(zone)}/records`, query });
        const items = read.domain_records.map(({ id, type, name, data, ttl }) => ({
          id: `${id}`,
          name: nameOfHost(name, zone.name),
          type,
          content: data ?? "",
          ttl: ttl ?? undefined,
        }));
        return { items, next: nextPage(read.links, page) };
      })),
    );
  return found;
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  for (const { wanted, before, ttl } of changes) {
    const { type, address: data, name } = wanted;
    const host = hostIn(name, zone.name);
    const more = before === undefined ? { name: host } : {};
    await ask(Written, {
      method: before === undefined ? "POST" : "PATCH",
      path: `${pathOf(zone)}/records${before === undefined ? "" : `/${before.id}`}`,
      json: { type, data, ...more, ...(ttl !== undefined && { ttl }) },
    });
  }
}

export const digitalocean = apiDefinition(
  {
    type: "digitalocean",
    title,
    settings: {
      ...secret(
        "token",
        "Personal access token with the scopes domain:read, domain:create and domain:update",
      ),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    // 5,000 are let through, and 250 in a minute
    requestsPerHourMax: 2_000,
  },
  (settings) => {
    const { token } = settings as { readonly token: string };
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [token],
        meanings,
        errorIn: (json) => {
          const { data } = Failure.safeParse(json);
          return data && { code: data.id, message: data.message };
        },
      },
      headers: () => ({ authorization: `Bearer ${token}` }),
      ttlDefault: undefined,
      ttlFor: (ttl) => Math.max(ttl, ttlMin),
      changesPerWriteMax: 1,
      zones,
      zone: async (ask, name) => {
        const path = `/domains/${encodeURIComponent(name)}`;
        return (await orNone(ask(z.unknown(), { path }))) && { id: name, name };
      },
      records,
      write,
    };
  },
);
