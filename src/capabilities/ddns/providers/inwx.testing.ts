/** For tests: the zones of INWX's JSON-RPC API in memory. */
import type { Reply, StandIn } from "./api-stand-in.testing.ts";
import { inwx } from "./inwx.ts";

const settings = { user: "site", password: "in5up3rs3cret" };
const session = "inSE5up3rs3cret";

function ok(resData: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, json: { code: 1_000, msg: "Command completed successfully", resData }, headers };
}

/** As every refusal looks. */
export function inwxError(code: number, msg: string, reason?: string): Reply {
  return { status: 200, json: { code, msg, ...(reason !== undefined && { reason }) } };
}

/** A login that is good. @param tfa the second factor that is wanted */
export function inwxLogin(tfa: string): Reply {
  return ok({ customerId: 1, tfa }, { "set-cookie": `domrobot=${session}; path=/; secure; HttpOnly` });
}

interface Params {
  readonly user: string;
  readonly pass: string;
  readonly domain: string;
  readonly page: number;
  readonly pagelimit: number;
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl?: number;
}

export const inwxStandIn: StandIn = {
  definition: inwx,
  settings,
  credentials: {},
  unauthorized: inwxError(2_200, "Authentication error"),
  refusal: (message) => inwxError(2_306, message),
  requestsMax: 4,
  ttlDefault: 3_600,
  writes: ({ json }) => (json as { method: string }).method.endsWith("Record"),
  answer({ method: verb, path, headers, json }, world) {
    if (verb !== "POST" || path !== "/jsonrpc/") return { status: 404, text: "not here" };
    const { method, params } = json as { method: string; params: Params };
    if (method === "account.login")
      return params.user === settings.user && params.pass === settings.password
        ? inwxLogin("0")
        : this.unauthorized;
    if (headers["cookie"] !== `domrobot=${session}`) return inwxError(2_002, "Command use error");
    if (method === "nameserver.list") {
      const { page, pagelimit } = params;
      const domains = world.zones
        .slice((page - 1) * pagelimit, page * pagelimit)
        .map(({ name, id }) => ({ roId: Number(id), domain: name, type: "MASTER" }));
      return ok({ count: world.zones.length, domains });
    }
    if (method === "nameserver.updateRecord") {
      const record = world.zones.flatMap(({ records }) => records).find(({ id }) => id === `${params.id}`);
      if (record === undefined) return inwxError(2_303, "Object does not exist");
      Object.assign(record, {
        content: params.content,
        ...(params.ttl !== undefined && { ttl: params.ttl }),
      });
      return ok({});
    }
    const zone = world.zones.find(({ name }) => name === params.domain);
    if (zone === undefined) return inwxError(2_303, "Object does not exist");
    if (method === "nameserver.info") {
      const record = zone.records.map((one) => ({ ...one, id: Number(one.id), prio: 0 }));
      return ok({ roId: Number(zone.id), domain: zone.name, type: "MASTER", count: record.length, record });
    }
    const { name, type, content, ttl = 3_600 } = params;
    if (name.startsWith("bad.")) return inwxError(2_306, "Parameter value policy error", "Invalid name");
    return ok({ id: Number(world.add(zone, { name, type, content, ttl }).id) });
  },
};
