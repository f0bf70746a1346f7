/** For tests: DigitalOcean's API v2 in memory. */
import {
  pageOf,
  parts,
  type Reply,
  type SeenRequest,
  type StandIn,
  type StoredRecord,
  type StoredZone,
} from "./api-stand-in.testing.ts";
import { digitalocean } from "./digitalocean.ts";

/** As every refusal looks. */
export function digitaloceanError(status: number, id: string, message: string): Reply {
  return { status, json: { id, message, request_id: "4d9d8375" } };
}

const missing = digitaloceanError(404, "not_found", "The resource you were accessing could not be found.");

function list(key: string, items: readonly unknown[], query: SeenRequest["query"]): Reply {
  const page = pageOf(items, Number(query["page"] ?? 1), Math.min(200, Number(query["per_page"] ?? 20)));
  const next = `https://api.digitalocean.com/v2/?page=${page.page + 1}`;
  return {
    status: 200,
    json: { [key]: page.items, links: page.isLast ? {} : { pages: { next } }, meta: { total: items.length } },
  };
}

function shown({ id, name, type, content, ttl }: StoredRecord, zone: StoredZone) {
  const host = name === zone.name ? "@" : name.slice(0, -zone.name.length - 1);
  return { id: Number(id), type, name: host, data: content, ttl, priority: null, port: null };
}

export const digitaloceanStandIn: StandIn = {
  definition: digitalocean,
  settings: { token: "dop_v1_5up3rs3cret" },
  credentials: { authorization: "Bearer dop_v1_5up3rs3cret" },
  unauthorized: digitaloceanError(401, "unauthorized", "Unable to authenticate you"),
  refusal: (message) => digitaloceanError(422, "unprocessable_entity", message),
  requestsMax: 4,
  ttlDefault: 1_800,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (path === "/domains")
      return list(
        "domains",
        world.zones.map(({ name }) => ({ name, ttl: 1_800 })),
        query,
      );
    const found =
      parts("/domains/:zone", path) ??
      parts("/domains/:zone/records", path) ??
      parts("/domains/:zone/records/:id", path);
    const zone = world.zones.find(({ name }) => name === found?.["zone"]);
    if (zone === undefined) return missing;
    if (!path.includes("/records")) return { status: 200, json: { domain: { name: zone.name } } };
    if (method === "GET") {
      const named = zone.records.filter(({ name }) => query["name"] === undefined || name === query["name"]);
      return list(
        "domain_records",
        named.map((record) => shown(record, zone)),
        query,
      );
    }
    const { type, name, data, ttl } = json as { type: string; name?: string; data: string; ttl?: number };
    const problem =
      name === "bad"
        ? "Name is invalid."
        : ttl !== undefined && ttl < 30
          ? "TTL must be greater than or equal to 30."
          : undefined;
    if (problem !== undefined) return digitaloceanError(422, "unprocessable_entity", problem);
    if (method === "POST") {
      const whole = name === "@" ? zone.name : `${name}.${zone.name}`;
      const record = world.add(zone, { name: whole, type, content: data, ttl: ttl ?? 1_800 });
      return { status: 201, json: { domain_record: shown(record, zone) } };
    }
    const record = zone.records.find(({ id }) => id === found?.["id"]);
    if (record === undefined || method !== "PATCH") return missing;
    Object.assign(record, { content: data, ...(ttl !== undefined && { ttl }) });
    return { status: 200, json: { domain_record: shown(record, zone) } };
  },
};
