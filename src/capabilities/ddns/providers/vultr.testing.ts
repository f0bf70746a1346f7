/** For tests: the domains of Vultr's API v2 in memory. */
import { pageOf, parts, type Reply, type SeenRequest, type StandIn } from "./api-stand-in.testing.ts";
import { vultr } from "./vultr.ts";

/** As every refusal looks. */
export function vultrError(status: number, error: string): Reply {
  return { status, json: { error, status } };
}

function list(key: string, items: readonly unknown[], query: SeenRequest["query"]): Reply {
  const at = Number(query["cursor"]?.replace("next_", "") ?? 1);
  const page = pageOf(items, at, Math.min(500, Number(query["per_page"] ?? 100)));
  const links = { next: page.isLast ? "" : `next_${at + 1}`, prev: "" };
  return { status: 200, json: { [key]: page.items, meta: { total: items.length, links } } };
}

export const vultrStandIn: StandIn = {
  definition: vultr,
  settings: { apiKey: "vu-5up3rs3cret" },
  credentials: { authorization: "Bearer vu-5up3rs3cret" },
  unauthorized: vultrError(401, "Invalid API token."),
  refusal: (message) => vultrError(400, message),
  requestsMax: 4,
  ttlDefault: 3_600,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (path === "/domains")
      return list(
        "domains",
        world.zones.map(({ name }) => ({ domain: name, dns_sec: "disabled" })),
        query,
      );
    const found = parts("/domains/:zone/records", path) ?? parts("/domains/:zone/records/:id", path);
    const zone = world.zones.find(({ name }) => name === found?.["zone"]);
    if (zone === undefined) return vultrError(404, "Invalid domain.");
    if (method === "GET") {
      const shown = zone.records.map(({ id, name, type, content, ttl }) => ({
        id,
        type,
        name: name === zone.name ? "" : name.slice(0, -zone.name.length - 1),
        data: content,
        priority: -1,
        ttl,
      }));
      return list("records", shown, query);
    }
    const {
      type,
      name = "",
      data,
      ttl,
    } = json as { type: string; name?: string; data: string; ttl?: number };
    if (name === "bad" || (ttl !== undefined && ttl < 120)) return vultrError(400, "Invalid name.");
    if (method === "POST") {
      const whole = name === "" ? zone.name : `${name}.${zone.name}`;
      const { id } = world.add(zone, { name: whole, type, content: data, ttl: ttl ?? 3_600 });
      return { status: 201, json: { record: { id, type, name, data } } };
    }
    const record = zone.records.find(({ id }) => id === found?.["id"]);
    if (record === undefined || method !== "PATCH") return vultrError(404, "Invalid record.");
    Object.assign(record, { content: data, ...(ttl !== undefined && { ttl }) });
    return { status: 204 };
  },
};
