/** For tests: the domains of Linode's API v4 in memory. */
import { pageOf, parts, type Reply, type SeenRequest, type StandIn } from "./api-stand-in.testing.ts";
import { linode } from "./linode.ts";

/** As every refusal looks. */
export function linodeError(status: number, reason: string, field?: string): Reply {
  return { status, json: { errors: [{ reason, ...(field !== undefined && { field }) }] } };
}

function list(items: readonly unknown[], query: SeenRequest["query"]): Reply {
  const page = pageOf(items, Number(query["page"] ?? 1), Math.min(500, Number(query["page_size"] ?? 100)));
  return {
    status: 200,
    json: { data: page.items, page: page.page, pages: page.pages, results: items.length },
  };
}

export const linodeStandIn: StandIn = {
  definition: linode,
  settings: { token: "li-5up3rs3cret" },
  credentials: { authorization: "Bearer li-5up3rs3cret" },
  unauthorized: linodeError(401, "Invalid Token"),
  refusal: (message) => linodeError(400, message, "target"),
  requestsMax: 4,
  ttlDefault: 86_400,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (path === "/domains")
      return list(
        world.zones.map(({ id, name }) => ({ id: Number(id), domain: name, type: "master" })),
        query,
      );
    const found = parts("/domains/:zone/records", path) ?? parts("/domains/:zone/records/:id", path);
    const zone = world.zones.find(({ id }) => id === found?.["zone"]);
    if (zone === undefined) return linodeError(404, "Not found");
    if (method === "GET") {
      const shown = zone.records.map(({ id, name, type, content, ttl }) => ({
        id: Number(id),
        type,
        name: name === zone.name ? "" : name.slice(0, -zone.name.length - 1),
        target: content,
        ttl_sec: ttl === 86_400 ? 0 : ttl,
      }));
      return list(shown, query);
    }
    const {
      type,
      name = "",
      target,
      ttl_sec,
    } = json as { type: string; name?: string; target: string; ttl_sec?: number };
    if (name === "bad") return linodeError(400, "Invalid hostname", "name");
    if (method === "POST") {
      const whole = name === "" ? zone.name : `${name}.${zone.name}`;
      const { id } = world.add(zone, { name: whole, type, content: target, ttl: ttl_sec || 86_400 });
      return { status: 200, json: { id: Number(id), type, name, target } };
    }
    const record = zone.records.find(({ id }) => id === found?.["id"]);
    if (record === undefined || method !== "PUT") return linodeError(404, "Not found");
    Object.assign(record, { content: target, ...(ttl_sec !== undefined && { ttl: ttl_sec || 86_400 }) });
    return { status: 200, json: { id: Number(record.id), type: record.type, target } };
  },
};
