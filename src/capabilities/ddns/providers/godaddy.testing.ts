/** For tests: GoDaddy's API v1 in memory. */
import { parts, type Reply, type StandIn } from "./api-stand-in.testing.ts";
import { godaddy } from "./godaddy.ts";

/** As every refusal looks. */
export function godaddyError(status: number, code: string, message: string, more = {}): Reply {
  return { status, json: { code, message, ...more } };
}

export const godaddyStandIn: StandIn = {
  definition: godaddy,
  settings: { apiKey: "gd-k3y-5up3r", secret: "gd-5up3rs3cret" },
  credentials: { authorization: "sso-key gd-k3y-5up3r:gd-5up3rs3cret" },
  unauthorized: godaddyError(
    401,
    "UNABLE_TO_AUTHENTICATE",
    "Unauthorized : Could not authenticate API key/secret",
  ),
  refusal: (message) =>
    godaddyError(422, "INVALID_BODY", "Request body doesn't fulfill schema", {
      fields: [{ path: "records[0]", message }],
    }),
  requestsMax: 4,
  ttlDefault: 3_600,
  writes: ({ method }) => method !== "GET",
  answer({ method, path, query, json }, world) {
    if (path === "/v1/domains") {
      const names = world.zones.map(({ name }) => name).toSorted();
      const after = names.filter((name) => query["marker"] === undefined || name > query["marker"]);
      return {
        status: 200,
        json: after.slice(0, Number(query["limit"] ?? 100)).map((domain) => ({ domain, status: "ACTIVE" })),
      };
    }
    const found =
      parts("/v1/domains/:zone/records", path) ?? parts("/v1/domains/:zone/records/:type/:host", path);
    const zone = world.zones.find(({ name }) => name === found?.["zone"]);
    if (zone === undefined)
      return godaddyError(
        404,
        "UNKNOWN_DOMAIN",
        "The given domain is not registered, or does not have a zone file",
      );
    if (method === "GET") {
      const offset = Number(query["offset"] ?? 0);
      const records = zone.records.slice(offset, offset + Number(query["limit"] ?? 500));
      const shown = records.map(({ name, type, content, ttl }) => ({
        type,
        name: name === zone.name ? "@" : name.slice(0, -zone.name.length - 1),
        data: content,
        ttl,
      }));
      return { status: 200, json: shown };
    }
    const { type, host } = found!;
    if (method !== "PUT" || type === undefined) return godaddyError(405, "METHOD_NOT_ALLOWED", "no");
    const records = json as readonly { readonly data: string; readonly ttl?: number }[];
    if (host === "bad" || records.some(({ ttl = 600 }) => ttl < 600))
      return godaddyError(
        422,
        "INVALID_BODY",
        "Request body doesn't fulfill schema, see details in `fields`",
      );
    const name = host === "@" ? zone.name : `${host}.${zone.name}`;
    zone.records = zone.records.filter((one) => one.name !== name || one.type !== type);
    for (const { data, ttl = 3_600 } of records) world.add(zone, { name, type, content: data, ttl });
    return { status: 200 };
  },
};
