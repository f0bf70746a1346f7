/** For tests: Cloudflare's API v4 in memory. */
import {
  type ApiWorld,
  pageOf,
  parts,
  type Reply,
  type SeenRequest,
  type StandIn,
  type StoredRecord,
  type StoredZone,
} from "./api-stand-in.testing.ts";
import { cloudflare } from "./cloudflare.ts";

/** As every refusal looks. */
export function cloudflareError(status: number, code: number, message: string): Reply {
  return { status, json: { success: false, errors: [{ code, message }], messages: [], result: null } };
}

const done = (result: unknown, more = {}): Reply => ({
  status: 200,
  json: { success: true, errors: [], messages: [], result, ...more },
});

function list<Item>(
  items: readonly Item[],
  query: SeenRequest["query"],
  shown: (item: Item) => unknown,
): Reply {
  const page = pageOf(items, Number(query["page"] ?? 1), Number(query["per_page"] ?? 100));
  const result_info = { page: page.page, total_pages: page.pages, count: page.items.length };
  return done(page.items.map(shown), { result_info });
}

interface Body {
  readonly id?: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl?: number;
  readonly proxied?: boolean;
}

function problemOf({ name, type, content, ttl }: Body, zone: StoredZone): Reply | undefined {
  if (name.startsWith("bad.")) return cloudflareError(400, 9000, "DNS name is invalid.");
  if (ttl !== undefined && ttl !== 1 && (ttl < 60 || ttl > 86_400))
    return cloudflareError(
      400,
      9021,
      "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.",
    );
  const twin = zone.records.find((one) => one.name === name && one.type === type && one.content === content);
  return twin === undefined ? undefined : cloudflareError(400, 81058, "An identical record already exists.");
}

function batch(zone: StoredZone, json: unknown, world: ApiWorld): Reply {
  const { patches = [], posts = [] } = json as {
    readonly patches?: readonly Body[];
    readonly posts?: readonly Body[];
  };
  if (patches.length + posts.length > 200) return cloudflareError(400, 9999, "Too many operations.");
  for (const body of [...posts, ...patches.filter(({ name }) => name.startsWith("bad."))]) {
    const problem = problemOf(body, zone);
    if (problem !== undefined) return problem;
  }
  const targets = patches.map(({ id }) => zone.records.find((one) => one.id === id));
  if (targets.includes(undefined)) return cloudflareError(404, 81044, "Record does not exist.");
  for (const [index, { content, ttl, proxied }] of patches.entries()) {
    const record = targets[index] as StoredRecord;
    Object.assign(record, {
      content,
      ...(ttl !== undefined && { ttl }),
      ...(proxied !== undefined && { isProxied: proxied }),
    });
  }
  for (const { name, type, content, ttl = 1, proxied = false } of posts)
    world.add(zone, { name, type, content, ttl, isProxied: proxied });
  return done({ patches, posts });
}

export const cloudflareStandIn: StandIn = {
  definition: cloudflare,
  settings: { token: "cf-token-5up3rs3cret" },
  credentials: { authorization: "Bearer cf-token-5up3rs3cret" },
  unauthorized: cloudflareError(403, 9109, "Invalid access token"),
  refusal: (message) => cloudflareError(400, 1004, message),
  requestsMax: 4,
  ttlDefault: 1,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (method === "GET" && path === "/zones") {
      const named = world.zones.filter(({ name }) => query["name"] === undefined || query["name"] === name);
      return list(named, query, ({ id, name }) => ({ id, name, status: "active" }));
    }
    const found = parts("/zones/:zone/dns_records", path) ?? parts("/zones/:zone/dns_records/batch", path);
    const zone = world.zones.find(({ id }) => id === found?.["zone"]);
    if (zone === undefined)
      return cloudflareError(
        404,
        7003,
        `Could not route to ${path}, perhaps your object identifier is invalid?`,
      );
    if (method === "POST" && path.endsWith("/batch")) return batch(zone, json, world);
    if (method !== "GET") return cloudflareError(405, 10405, "Method not allowed for this endpoint");
    const exact = query["name.exact"];
    const records = zone.records.filter(({ name }) => exact === undefined || exact === name);
    return list(records, query, ({ isProxied = false, ...record }) => ({
      ...record,
      proxied: isProxied,
      proxiable: true,
    }));
  },
};
