/** For tests: Gandi's LiveDNS API v5 in memory. */
import { pageOf, parts, type Reply, type SeenRequest, type StandIn } from "./api-stand-in.testing.ts";
import { gandi } from "./gandi.ts";

/** As every refusal looks. */
export function gandiError(status: number, cause: string, message: string): Reply {
  return { status, json: { code: status, message, object: `HTTP${cause.replaceAll(" ", "")}`, cause } };
}

function list(items: readonly unknown[], query: SeenRequest["query"]): Reply {
  const page = pageOf(items, Number(query["page"] ?? 1), Number(query["per_page"] ?? 100));
  return { status: 200, json: page.items, headers: { "total-count": `${items.length}` } };
}

export const gandiStandIn: StandIn = {
  definition: gandi,
  settings: { token: "gandi-5up3rs3cret" },
  credentials: { authorization: "Bearer gandi-5up3rs3cret" },
  unauthorized: gandiError(
    401,
    "Unauthorized",
    "The server could not verify that you authorized to access the document you requested.",
  ),
  refusal: (message) => gandiError(400, "Bad Request", message),
  requestsMax: 4,
  ttlDefault: 10_800,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (path === "/domains")
      return list(
        world.zones.map(({ name }) => ({ fqdn: name, domain_href: name })),
        query,
      );
    const found = parts("/domains/:zone/records", path) ?? parts("/domains/:zone/records/:host/:type", path);
    const zone = world.zones.find(({ name }) => name === found?.["zone"]);
    if (zone === undefined) return gandiError(404, "Not Found", "The resource could not be found.");
    if (method === "GET") {
      const groups = [...Map.groupBy(zone.records, ({ name, type }) => `${name} ${type}`).values()];
      const sets = groups.map((records) => ({
        rrset_name: records[0]!.name === zone.name ? "@" : records[0]!.name.slice(0, -zone.name.length - 1),
        rrset_type: records[0]!.type,
        rrset_ttl: records[0]!.ttl,
        rrset_values: records.map(({ content }) => content),
      }));
      return list(sets, query);
    }
    const { host = "", type = "" } = found!;
    const { rrset_values, rrset_ttl = 10_800 } = json as {
      rrset_values: readonly string[];
      rrset_ttl?: number;
    };
    if (method !== "PUT" || type === "")
      return gandiError(404, "Not Found", "The resource could not be found.");
    if (host === "bad" || rrset_ttl < 300) {
      const errors = [{ location: "body", name: "rrset_ttl", description: "300 is the minimum" }];
      return { status: 400, json: { status: "error", errors } };
    }
    const name = host === "@" ? zone.name : `${host}.${zone.name}`;
    zone.records = zone.records.filter((one) => one.name !== name || one.type !== type);
    for (const content of rrset_values) world.add(zone, { name, type, content, ttl: rrset_ttl });
    return { status: 201, json: { message: "DNS Record Created" } };
  },
};
