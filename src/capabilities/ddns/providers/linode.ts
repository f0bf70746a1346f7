/** Linode (Akamai), API v4: records by id, one in a request. */
import { z } from "zod";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.linode.com/v4";
const title = "Linode";

/** All that it has: of others it makes the nearest. */
const ttls = [
  300, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 172_800, 345_600, 604_800, 1_209_600, 2_419_200,
] as const;
/** What a record has whose TTL is 0. */
const ttlOfZero = 86_400;

const meanings: ApiDialect["meanings"] = {
  "http-401": { means: "account", sentence: "refuses the token; make one with Domains: Read/Write" },
  "http-403": {
    means: "account",
    sentence: "does not let this token do that; make one with Domains: Read/Write",
  },
};

const Failure = z.object({
  errors: z.array(z.object({ field: z.string().nullish(), reason: z.string() })).min(1),
});
const Domains = z.object({
  data: z.array(z.object({ id: z.number(), domain: z.string(), type: z.string().optional() })),
  page: z.number(),
  pages: z.number(),
});
const Records = z.object({
  data: z.array(
    z.object({ id: z.number(), type: z.string(), name: z.string(), target: z.string(), ttl_sec: z.number() }),
  ),
  page: z.number(),
  pages: z.number(),
});
const Written = z.object({ id: z.number() });

function nextPage({ page, pages }: { readonly page: number; readonly pages: number }): number | undefined {
  return page < pages ? page + 1 : undefined;
}

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, 1, async (page) => {
    const { read } = await ask(Domains, { path: "/domains", query: { page: `${page}`, page_size: "500" } });
    const items = read.data
      // Copied from another server
      .filter(({ type }) => type !== "slave")
      .map(({ id, domain }) => ({ id: `${id}`, name: domain.toLowerCase() }));
    return { items, next: nextPage(read) };
  });
}

async function records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
  return allPages(title, 1, async (page) => {
    const query = { page: `${page}`, page_size: "500" };
    const { read } = await ask(Records, { path: `/domains/${zone.id}/records`, query });
    const items = read.data.map(({ id, type, name, target, ttl_sec }) => ({
      id: `${id}`,
      name: nameOfHost(name, zone.name),
      type,
      content: target,
      ttl: ttl_sec === 0 ? ttlOfZero : ttl_sec,
    }));
    return { items, next: nextPage(read) };
  });
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  const path = `/domains/${zone.id}/records`;
  for (const { wanted, before, ttl } of changes) {
    const { type, address: target } = wanted;
    const more = ttl === undefined ? {} : { ttl_sec: ttl };
    const create = { type, name: hostIn(wanted.name, zone.name, ""), target, ...more };
    await (before === undefined
      ? ask(Written, { method: "POST", path, json: create })
      : ask(Written, { method: "PUT", path: `${path}/${before.id}`, json: { target, ...more } }));
  }
}

/** The nearest that it has; of two as near the lower. */
function ttlFor(ttl: number): number {
  return ttls.reduce<number>(
    (best, one) => (Math.abs(one - ttl) < Math.abs(best - ttl) ? one : best),
    ttls[0],
  );
}

export const linode = apiDefinition(
  {
    type: "linode",
    title,
    settings: {
      ...secret("token", "Personal access token with Domains: Read/Write"),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    // 200 lists in a minute are let through, and 800 of all others
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
          const said = data?.errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason));
          return said && { message: said.join("; ") };
        },
      },
      headers: () => ({ authorization: `Bearer ${token}` }),
      ttlDefault: undefined,
      ttlFor,
      changesPerWriteMax: 1,
      zones,
      records,
      write,
    };
  },
);
