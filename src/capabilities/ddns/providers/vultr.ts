/** Vultr, API v2: records by id, one in a request. */
import { z } from "zod";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.vultr.com/v2";
const title = "Vultr";
const ttlMin = 120;

const meanings: ApiDialect["meanings"] = {
  "http-401": {
    means: "account",
    sentence:
      "refuses the key; look at it, and at the addresses that it may be used from: this one may have changed",
  },
  "http-403": { means: "account", sentence: "does not let this key change DNS" },
};

const Failure = z.object({ error: z.string(), status: z.number().optional() });
const meta = z.object({ links: z.object({ next: z.string().optional() }) }).optional();
const Domains = z.object({ domains: z.array(z.object({ domain: z.string() })), meta });
const Records = z.object({
  records: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      name: z.string(),
      data: z.string(),
      ttl: z.number().optional(),
    }),
  ),
  meta,
});

function nextCursor(at: z.output<typeof meta>): string | undefined {
  const next = at?.links.next;
  return next === "" ? undefined : next;
}

function pageQuery(cursor: string): Readonly<Record<string, string>> {
  return { per_page: "500", ...(cursor !== "" && { cursor }) };
}

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, "", async (cursor: string) => {
    const { read } = await ask(Domains, { path: "/domains", query: pageQuery(cursor) });
    const items = read.domains.map(({ domain }) => ({ id: domain, name: domain.toLowerCase() }));
    return { items, next: nextCursor(read.meta) };
  });
}

function pathOf({ id }: Zone): string {
  return `/domains/${encodeURIComponent(id)}/records`;
}

async function records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
  return allPages(title, "", async (cursor: string) => {
    const { read } = await ask(Records, { path: pathOf(zone), query: pageQuery(cursor) });
    const items = read.records.map(({ id, type, name, data, ttl }) => ({
      id,
      name: nameOfHost(name, zone.name),
      type,
      content: data,
      ttl,
    }));
    return { items, next: nextCursor(read.meta) };
  });
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  const path = pathOf(zone);
  for (const { wanted, before, ttl } of changes) {
    const { type, address: data } = wanted;
    const more = ttl === undefined ? {} : { ttl };
    const create = { type, name: hostIn(wanted.name, zone.name, ""), data, ...more };
    await (before === undefined
      ? ask(z.object({ record: z.object({ id: z.string() }) }), { method: "POST", path, json: create })
      : ask(z.undefined(), { method: "PATCH", path: `${path}/${before.id}`, json: { data, ...more } }));
  }
}

export const vultr = apiDefinition(
  {
    type: "vultr",
    title,
    settings: { ...secret("apiKey", "API key"), server: serverField(standard) },
    recordsPerCallMax: 40,
    // 30 in a second are let through
    requestsPerHourMax: 2_000,
  },
  (settings) => {
    const { apiKey } = settings as { readonly apiKey: string };
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [apiKey],
        meanings,
        errorIn: (json, status) => {
          const { data } = Failure.safeParse(json);
          return status < 400 ? undefined : data && { message: data.error };
        },
      },
      headers: () => ({ authorization: `Bearer ${apiKey}` }),
      ttlDefault: undefined,
      ttlFor: (ttl) => Math.max(ttl, ttlMin),
      changesPerWriteMax: 1,
      zones,
      zone: async (_ask, name) => ({ id: name, name }),
      records,
      write,
    };
  },
);
