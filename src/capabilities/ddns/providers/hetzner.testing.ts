/** For tests: the zones of Hetzner's Cloud API v1 in memory. */
import { pageOf, parts, type Reply, type SeenRequest, type StandIn } from "./api-stand-in.testing.ts";
import { hetzner } from "./hetzner.ts";

/** As every refusal looks. */
export function hetznerError(status: number, code: string, message: string): Reply {
  return { status, json: { error: { code, message, details: {} } } };
}

const accepted: Reply = {
  status: 201,
  json: { action: { id: 1, status: "running", progress: 0, error: null } },
};
const missing = hetznerError(404, "not_found", "resource not found");

function list(key: string, items: readonly unknown[], query: SeenRequest["query"], most: number): Reply {
  const page = pageOf(items, Number(query["page"] ?? 1), Math.min(most, Number(query["per_page"] ?? 25)));
  const pagination = {
    page: page.page,
    next_page: page.isLast ? null : page.page + 1,
    last_page: page.pages,
  };
  return { status: 200, json: { [key]: page.items, meta: { pagination } } };
}

interface Body {
  readonly name?: string;
  readonly type?: string;
  readonly ttl?: number;
  readonly records?: readonly { readonly value: string; readonly comment?: string }[];
}

export const hetznerStandIn: StandIn = {
  definition: hetzner,
  settings: { token: "hz-5up3rs3cret" },
  credentials: { authorization: "Bearer hz-5up3rs3cret" },
  unauthorized: hetznerError(401, "unauthorized", "unable to authenticate"),
  refusal: (message) => hetznerError(422, "invalid_input", message),
  requestsMax: 4,
  ttlDefault: 0,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (path === "/zones")
      return list(
        "zones",
        world.zones.map(({ id, name }) => ({ id: Number(id), name, mode: "primary" })),
        query,
        50,
      );
    const found =
      parts("/zones/:zone/rrsets", path) ?? parts("/zones/:zone/rrsets/:host/:type/actions/:action", path);
    const zone = world.zones.find(({ name, id }) => name === found?.["zone"] || id === found?.["zone"]);
    if (zone === undefined) return missing;
    const hostOf = (name: string): string =>
      name === zone.name ? "@" : name.slice(0, -zone.name.length - 1);
    if (method === "GET") {
      const named = zone.records.filter(
        ({ name }) => query["name"] === undefined || hostOf(name) === query["name"],
      );
      const groups = [...Map.groupBy(named, ({ name, type }) => `${hostOf(name)}/${type}`)];
      const sets = groups.map(([id, records]) => ({
        id,
        name: hostOf(records[0]!.name),
        type: records[0]!.type,
        ttl: records[0]!.ttl === 0 ? null : records[0]!.ttl,
        records: records.map(({ content, comment = "" }) => ({ value: content, comment })),
      }));
      return list("rrsets", sets, query, 100);
    }
    const { name, type, ttl, records = [] } = json as Body;
    if (name === "bad" || found!["host"] === "bad" || (ttl !== undefined && ttl < 60))
      return hetznerError(422, "invalid_input", "invalid input in field 'ttl'");
    const host = found!["host"] ?? name!;
    const whole = host === "@" ? zone.name : `${host}.${zone.name}`;
    const there = zone.records.filter((one) => one.name === whole && one.type === (found!["type"] ?? type));
    if (found!["action"] === undefined) {
      if (there.length > 0) return hetznerError(409, "uniqueness_error", "RRSet already exists");
      for (const { value } of records)
        world.add(zone, { name: whole, type: type!, content: value, ttl: ttl ?? 0 });
      return accepted;
    }
    if (there.length === 0) return missing;
    if (found!["action"] === "change_ttl") for (const one of there) one.ttl = ttl!;
    else if (found!["action"] === "set_records")
      Object.assign(there[0]!, { content: records[0]!.value, comment: records[0]!.comment });
    else return missing;
    return accepted;
  },
};
