/** Cloudflare, API v4: records by id, any number of them in one request. */
import { z } from "zod";
import { limits } from "./api-limits.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import type { ApiDialect, CodeMeaning } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.cloudflare.com/client/v4";
const title = "Cloudflare";

/** TTL of a proxied record, and of one whose TTL is left to Cloudflare. */
const automatic = 1;
const ttlMin = 60;
const ttlMax = 86_400;

const badToken: CodeMeaning = {
  means: "account",
  sentence: "refuses the token; make one that may read zones and edit DNS",
};
const noZone: CodeMeaning = { means: "missing", sentence: "does not have the zone any more" };

const meanings: ApiDialect["meanings"] = {
  6003: badToken,
  6111: badToken,
  9103: badToken,
  9106: badToken,
  9107: badToken,
  9109: badToken,
  10000: badToken,
  1001: noZone,
  7003: noZone,
  81044: { means: "missing", sentence: "does not have the record any more" },
  81045: { means: "zone", sentence: "takes no more records in this zone" },
  81053: { means: "record", sentence: "has another record at the name; delete it there" },
  81054: { means: "record", sentence: "has a CNAME record at the name; delete it there" },
  // Somebody else was quicker: the next reading tells
  81057: { means: "later" },
  81058: { means: "later" },
};

const Failure = z.object({
  success: z.literal(false),
  errors: z.array(
    z.object({
      code: z.number(),
      message: z.string(),
      error_chain: z.array(z.object({ code: z.number().optional(), message: z.string() })).optional(),
    }),
  ),
});

const pages = z.object({ page: z.number(), total_pages: z.number() }).optional();
const Zones = z.object({
  success: z.literal(true),
  result: z.array(z.object({ id: z.string(), name: z.string() })),
  result_info: pages,
});
const Records = z.object({
  success: z.literal(true),
  result: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      content: z.string().optional(),
      ttl: z.number(),
      proxied: z.boolean().optional(),
    }),
  ),
  result_info: pages,
});
const Done = z.object({ success: z.literal(true) });

/** The page after this one. */
function nextPage(info: z.output<typeof pages>): number | undefined {
  return info !== undefined && info.page < info.total_pages ? info.page + 1 : undefined;
}

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, 1, async (page) => {
    const { read } = await ask(Zones, { path: "/zones", query: { page: `${page}`, per_page: "50" } });
    const items = read.result.map(({ id, name }) => ({ id, name: name.toLowerCase() }));
    return { items, next: nextPage(read.result_info) };
  });
}

async function zone(ask: Ask, name: string): Promise<Zone | undefined> {
  const { read } = await ask(Zones, { path: "/zones", query: { name } });
  return read.result.find((one) => one.name.toLowerCase() === name);
}

async function records(ask: Ask, { id }: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const path = `/zones/${encodeURIComponent(id)}/dns_records`;
  const filters =
    names.length > limits.namesAskedForMax ? [{}] : names.map((name) => ({ "name.exact": name }));
  const found: FoundRecord[] = [];
  for (const filter of filters)
    found.push(
      ...(await allPages(title, 1, async (page) => {
        const { read } = await ask(Records, { path, query: { ...filter, page: `${page}`, per_page: "500" } });
        const items = read.result.map(({ proxied, content = "", name, ...one }) => ({
          ...one,
          name: name.toLowerCase(),
          content,
          isProxied: proxied,
        }));
        return { items, next: nextPage(read.result_info) };
      })),
    );
  return found;
}

async function write(ask: Ask, { id }: Zone, changes: readonly Change[]): Promise<undefined> {
  const bodies = changes.map(({ wanted, before, ttl, isProxied }) => ({
    ...(before !== undefined && { id: before.id }),
    name: wanted.name,
    type: wanted.type,
    content: wanted.address,
    ...(ttl !== undefined && { ttl }),
    ...(isProxied !== undefined && { proxied: isProxied }),
  }));
  const patches = bodies.filter((_, index) => changes[index]!.before !== undefined);
  const posts = bodies.filter((_, index) => changes[index]!.before === undefined);
  const json = { ...(patches.length > 0 && { patches }), ...(posts.length > 0 && { posts }) };
  await ask(Done, { method: "POST", path: `/zones/${encodeURIComponent(id)}/dns_records/batch`, json });
}

export const cloudflare = apiDefinition(
  {
    type: "cloudflare",
    title,
    settings: {
      ...secret("token", "API token with the permissions Zone.Zone.Read and Zone.DNS.Edit"),
      server: serverField(standard),
    },
    recordsPerCallMax: 200,
    hasProxy: true,
    // 1,200 in five minutes are let through, those of the dashboard among them
    requestsPerHourMax: 1_200,
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
          if (data === undefined) return undefined;
          const [first] = data.errors;
          const said = [first?.message, ...(first?.error_chain ?? []).map(({ message }) => message)];
          return {
            code: first === undefined ? undefined : `${first.code}`,
            message: said.filter(Boolean).join(": "),
          };
        },
      },
      headers: () => ({ authorization: `Bearer ${token}` }),
      ttlDefault: automatic,
      ttlFor: (ttl, { isProxied }) =>
        isProxied || ttl === automatic ? automatic : Math.min(Math.max(ttl, ttlMin), ttlMax),
      // What the free plan takes in one request
      changesPerWriteMax: 200,
      zones,
      zone,
      records,
      write,
    };
  },
);
