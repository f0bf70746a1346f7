/** For tests: the domains of Porkbun's API v3 in memory. */
import { parts, type Reply, type StandIn } from "./api-stand-in.testing.ts";
import { porkbun } from "./porkbun.ts";

const settings = { apiKey: "pk1_5up3rs3cret", secretApiKey: "sk1_5up3rs3cret" };

/** As every refusal looks. */
export function porkbunError(message: string, status = 400, code?: string): Reply {
  return { status, json: { status: "ERROR", message, ...(code !== undefined && { code }) } };
}

const pageSize = 1_000;

export const porkbunStandIn: StandIn = {
  definition: porkbun,
  settings,
  credentials: {},
  unauthorized: porkbunError("Invalid API key. (001)", 403, "INVALID_API_KEYS_001"),
  refusal: (message) => porkbunError(message),
  requestsMax: 3,
  ttlDefault: 600,
  writes: ({ path }) => path.includes("/dns/edit/") || path.includes("/dns/create/"),
  answer({ method, path, json }, world) {
    const { apikey, secretapikey, name, type, content, ttl, start, notes } = json as Record<string, string>;
    if (method !== "POST" || apikey !== settings.apiKey || secretapikey !== settings.secretApiKey)
      return this.unauthorized;
    if (path === "/domain/listAll") {
      const at = Number(start);
      const domains = world.zones
        .slice(at, at + pageSize)
        .map((zone) => ({ domain: zone.name, status: "ACTIVE" }));
      return { status: 200, json: { status: "SUCCESS", domains } };
    }
    const found =
      parts("/dns/retrieve/:zone", path) ??
      parts("/dns/create/:zone", path) ??
      parts("/dns/edit/:zone/:id", path);
    const zone = world.zones.find((one) => one.name === found?.["zone"]);
    if (zone === undefined) return porkbunError("Invalid domain.");
    if (path.startsWith("/dns/retrieve/")) {
      const records = zone.records.map((record) => ({
        ...record,
        ttl: `${record.ttl}`,
        prio: "0",
        notes: record.comment ?? "",
      }));
      return { status: 200, json: { status: "SUCCESS", cloudflare: "enabled", records } };
    }
    if (name === "bad") return porkbunError("Create error: We were unable to create the DNS record.");
    const whole = name === "" ? zone.name : `${name}.${zone.name}`;
    if (path.startsWith("/dns/create/")) {
      const { id } = world.add(zone, {
        name: whole,
        type: type!,
        content: content!,
        ttl: Number(ttl ?? 600),
      });
      return { status: 200, json: { status: "SUCCESS", id } };
    }
    const record = zone.records.find(({ id }) => id === found?.["id"]);
    if (record === undefined) return porkbunError("Invalid record ID.");
    Object.assign(record, { content, ttl: Number(ttl ?? 600), comment: notes });
    return { status: 200, json: { status: "SUCCESS" } };
  },
};
