/** For tests: the zones of Netcup's CCP API in memory. */
import type { Reply, StandIn } from "./api-stand-in.testing.ts";
import { netcup } from "./netcup.ts";

const settings = { customerNumber: "12345", apiKey: "ncAK5up3rs3cret", apiPassword: "ncPW5up3rs3cret" };
const session = "ncSE5up3rs3cret";

function ok(action: string, responsedata: unknown): Reply {
  const head = { serverrequestid: "1", clientrequestid: "", action, status: "success", statuscode: 2_000 };
  return { status: 200, json: { ...head, shortmessage: "done", longmessage: "done", responsedata } };
}

/** As every refusal looks. */
export function netcupError(action: string, statuscode: number, longmessage: string): Reply {
  const head = { serverrequestid: "1", clientrequestid: "", action, status: "error", statuscode };
  return { status: 200, json: { ...head, shortmessage: "failed", longmessage, responsedata: "" } };
}

interface Update {
  readonly id?: string;
  readonly hostname: string;
  readonly type: string;
  readonly destination: string;
  readonly deleterecord: boolean;
}

export const netcupStandIn: StandIn = {
  definition: netcup,
  settings,
  credentials: {},
  unauthorized: netcupError("login", 4_013, "Validation Error. The api password is wrong."),
  refusal: (message) => netcupError("updateDnsRecords", 4_013, message),
  requestsMax: 4,
  lacks: ["ttl", "nested zones"],
  ttlDefault: 3_600,
  writes: ({ json }) => (json as { action: string }).action === "updateDnsRecords",
  answer({ method, path, query, json }, world) {
    if (method !== "POST" || path !== "/endpoint.php" || !("JSON" in query))
      return { status: 404, text: "not here" };
    const { action, param } = json as { action: string; param: Record<string, string> };
    const { customernumber, apikey, apipassword, apisessionid, domainname } = param;
    if (customernumber !== settings.customerNumber || apikey !== settings.apiKey) return this.unauthorized;
    if (action === "login")
      return apipassword === settings.apiPassword ? ok(action, { apisessionid: session }) : this.unauthorized;
    if (apisessionid !== session)
      return netcupError(action, 4_001, "The session id is not in a valid format.");
    const zone = world.zones.find(({ name }) => name === domainname);
    if (zone === undefined) return netcupError(action, 5_029, "Can not get DNS records for zone: not found.");
    if (action === "infoDnsZone") return ok(action, { name: zone.name, ttl: "3600", serial: "1" });
    if (action === "infoDnsRecords") {
      const dnsrecords = zone.records.map(({ id, name, type, content }) => ({
        id,
        hostname: name === zone.name ? "@" : name.slice(0, -zone.name.length - 1),
        type,
        priority: "0",
        destination: content,
        deleterecord: false,
        state: "yes",
      }));
      return ok(action, { dnsrecords });
    }
    const { dnsrecords } = (param as unknown as { dnsrecordset: { dnsrecords: readonly Update[] } })
      .dnsrecordset;
    if (dnsrecords.some(({ hostname, deleterecord }) => hostname === "bad" || deleterecord))
      return netcupError(action, 4_013, "Validation Error. The hostname is not valid.");
    for (const { id, hostname, type, destination } of dnsrecords) {
      const name = hostname === "@" ? zone.name : `${hostname}.${zone.name}`;
      const record = zone.records.find((one) => one.id === id);
      if (record === undefined) world.add(zone, { name, type, content: destination, ttl: 3_600 });
      else record.content = destination;
    }
    return ok(action, { dnsrecords: [] });
  },
};
