/** For tests: the zones of OVHcloud's API in memory. */
import { parts, type Reply, type StandIn } from "./api-stand-in.testing.ts";
import { ovh, ovhHeaders } from "./ovh.ts";

/** Its clock is ahead of ours by so much. */
export const ovhSkewSeconds = 77;
const keys = {
  applicationKey: "7kbG7Bk7S9Nt7ZSV",
  applicationSecret: "ov-5up3rs3cret",
  consumerKey: "oc-5up3rs3cret",
};

/** As every refusal looks. */
export function ovhError(status: number, message: string, errorCode?: string): Reply {
  return { status, json: { message, ...(errorCode !== undefined && { errorCode }), httpCode: `${status}` } };
}

export const ovhStandIn: StandIn = {
  definition: ovh,
  settings: keys,
  credentials: {},
  unauthorized: ovhError(403, "This credential is not valid", "INVALID_CREDENTIAL"),
  refusal: (message) => ovhError(400, message),
  requestsMax: 44,
  ttlDefault: 3_600,
  writes: ({ method, path }) => method !== "GET" && !path.endsWith("/refresh"),
  answer({ method, path, query, headers, json, url, text: body }, world) {
    const now = 1_800_000_000 + ovhSkewSeconds;
    if (path === "/auth/time") return { status: 200, json: now };
    const seconds = Number(headers["x-ovh-timestamp"]);
    if ((seconds - now) % 1_800 !== 0) return ovhError(400, "Query out of time", "QUERY_TIME_OUT");
    const signature = ovhHeaders({ method, url, body }, keys, seconds)["x-ovh-signature"];
    if (headers["x-ovh-signature"] !== signature)
      return ovhError(400, "Invalid signature", "INVALID_SIGNATURE");
    if (path === "/domain/zone") return { status: 200, json: world.zones.map(({ name }) => name) };
    const found =
      parts("/domain/zone/:zone/record/:id", path) ??
      parts("/domain/zone/:zone/record", path) ??
      parts("/domain/zone/:zone/refresh", path);
    const zone = world.zones.find(({ name }) => name === found?.["zone"]);
    if (zone === undefined) return ovhError(404, "This service does not exist");
    if (path.endsWith("/refresh")) {
      world.refreshes++;
      return { status: 200, text: "null" };
    }
    const record = zone.records.find(({ id }) => id === found?.["id"]);
    const { fieldType, subDomain, target, ttl } = (json ?? query) as {
      fieldType?: string;
      subDomain?: string;
      target?: string;
      ttl?: number;
    };
    const whole = subDomain === "" ? zone.name : `${subDomain}.${zone.name}`;
    if (path.endsWith("/record") && method === "GET") {
      const ids = zone.records
        .filter(({ name, type }) => name === whole && (fieldType ?? type) === type)
        .map(({ id }) => Number(id));
      return { status: 200, json: ids };
    }
    if (subDomain === "bad") return ovhError(400, "Invalid subdomain");
    if (method === "POST") {
      const added = world.add(zone, { name: whole, type: fieldType!, content: target!, ttl: ttl || 3_600 });
      return { status: 200, json: { id: Number(added.id), zone: zone.name } };
    }
    if (record === undefined) return ovhError(404, "The requested object does not exist");
    if (method === "PUT") {
      Object.assign(record, { content: target, ...(ttl !== undefined && { ttl: ttl || 3_600 }) });
      return { status: 200, text: "null" };
    }
    const host = record.name === zone.name ? "" : record.name.slice(0, -zone.name.length - 1);
    const shown = { id: Number(record.id), zone: zone.name, subDomain: host, fieldType: record.type };
    return {
      status: 200,
      json: { ...shown, target: record.content, ttl: record.ttl === 3_600 ? 0 : record.ttl },
    };
  },
};
