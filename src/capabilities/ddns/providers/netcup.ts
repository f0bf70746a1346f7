/** Netcup, CCP API: records by id, many in a request, in sessions. Its TTL is one for the whole zone. */
import { z } from "zod";
import { AccessToken } from "./access-token.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import { type ApiDialect, type ApiError, troubleOf } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";

const standard = "https://ccp.netcup.net/run/webservice/servers";
const title = "Netcup";
/** It ends 15 minutes after it was used last. */
const sessionSeconds = 600;
const changesMax = 50;

const meanings: ApiDialect["meanings"] = {
  login: {
    means: "account",
    sentence: "refuses the login; look at `customerNumber`, `apiKey` and `apiPassword`",
  },
  session: { means: "later" },
  rate: { means: "later", sentence: "wants to be asked less often" },
  "no-zone": { means: "missing" },
  rejected: { means: "record" },
};

const Head = { status: z.literal("success"), statuscode: z.number(), action: z.string() };
const Failure = z.object({
  status: z.enum(["error", "warning", "started", "pending"]),
  statuscode: z.number(),
  action: z.string().optional(),
  shortmessage: z.string().nullish(),
  longmessage: z.string().nullish(),
});
const Login = z.object({ ...Head, responsedata: z.object({ apisessionid: z.string().min(1) }) });
const ZoneInfo = z.object({ ...Head, responsedata: z.object({ name: z.string() }) });
const Records = z.object({
  ...Head,
  responsedata: z.object({
    dnsrecords: z.array(
      z.object({ id: z.coerce.string(), hostname: z.string(), type: z.string(), destination: z.string() }),
    ),
  }),
});
const Updated = z.object(Head);

/** Its numbers say little: most of what is wrong is 4013. */
function errorIn(json: unknown): ApiError | undefined {
  const { data } = Failure.safeParse(json);
  if (data === undefined) return undefined;
  const message = data.longmessage || data.shortmessage || `status ${data.statuscode}`;
  return { code: codeOf(data, message), message };
}

function codeOf({ statuscode, action }: z.output<typeof Failure>, message: string): string {
  if (/requests per minute/i.test(message)) return "rate";
  if (statuscode < 4_000 || statuscode >= 6_000) return `${statuscode}`;
  if (action === "login") return statuscode < 5_000 ? "login" : `${statuscode}`;
  if (/session/i.test(message)) return "session";
  if (action === "infoDnsZone" || action === "infoDnsRecords") return "no-zone";
  return statuscode < 5_000 ? "rejected" : `${statuscode}`;
}

interface Keys {
  readonly customerNumber: string;
  readonly apiKey: string;
  readonly apiPassword: string;
}

class Netcup {
  readonly session: AccessToken;
  readonly #keys: Keys;

  constructor(keys: Keys, nowMs: () => number) {
    this.#keys = keys;
    this.session = new AccessToken((ask) => this.#login(ask), nowMs);
  }

  async #login(ask: Ask) {
    const { customerNumber: customernumber, apiKey: apikey, apiPassword: apipassword } = this.#keys;
    const param = { customernumber, apikey, apipassword };
    const { read } = await this.#post(ask, Login, "login", param);
    return { token: read.responsedata.apisessionid, lastsSeconds: sessionSeconds };
  }

  #post<Read>(ask: Ask, schema: z.ZodType<Read>, action: string, param: object, writes = false) {
    return ask(schema, { method: "POST", path: "/endpoint.php?JSON", json: { action, param }, writes });
  }

  #param(domainname: string) {
    const { customerNumber: customernumber, apiKey: apikey } = this.#keys;
    return { domainname, customernumber, apikey, apisessionid: this.session.value };
  }

  /** It lists none: each is asked for. Zones are whole domains, so that the shortest name is likeliest. */
  async zones(ask: Ask, names: readonly string[]): Promise<readonly Zone[]> {
    const found: Zone[] = [];
    const isFound = (name: string): boolean => found.some((zone) => name.endsWith(`.${zone.name}`));
    const shortFirst = names.toSorted((one, other) => one.split(".").length - other.split(".").length);
    for (const name of shortFirst) {
      const zone = isFound(name) ? undefined : await this.zone(ask, name);
      if (zone !== undefined) found.push(zone);
    }
    return found;
  }

  async zone(ask: Ask, name: string): Promise<Zone | undefined> {
    try {
      await this.#post(ask, ZoneInfo, "infoDnsZone", this.#param(name));
      return { id: name, name };
    } catch (error) {
      if (troubleOf(error).means === "missing") return undefined;
      throw error;
    }
  }

  async records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
    const { read } = await this.#post(ask, Records, "infoDnsRecords", this.#param(zone.id));
    return read.responsedata.dnsrecords.map(({ id, hostname, type, destination }) => ({
      id,
      name: nameOfHost(hostname, zone.name),
      type,
      content: destination,
      ttl: 0,
    }));
  }

  /** Records that are not named stay. */
  async write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
    const dnsrecords = changes.map(({ wanted: { name, type, address }, before }) => ({
      ...(before !== undefined && { id: before.id }),
      hostname: hostIn(name, zone.name),
      type,
      priority: "0",
      destination: address,
      deleterecord: false,
    }));
    const param = { ...this.#param(zone.id), dnsrecordset: { dnsrecords } };
    await this.#post(ask, Updated, "updateDnsRecords", param, true);
  }
}

export const netcup = apiDefinition(
  {
    type: "netcup",
    title,
    settings: {
      customerNumber: z.coerce
        .string()
        .regex(/^\d{1,12}$/)
        .describe("Customer number"),
      ...secret("apiKey", "API key"),
      ...secret("apiPassword", "API password"),
      server: serverField(standard),
    },
    hasTtl: false,
    recordsPerCallMax: changesMax,
    // 180 in a minute are let through
    requestsPerHourMax: 1_000,
  },
  (settings, { nowMs }) => {
    const keys = settings as unknown as Keys;
    const account = new Netcup(keys, nowMs);
    return {
      server: serverOf(settings, standard),
      dialect: { title, secrets: [keys.apiKey, keys.apiPassword], meanings, errorIn },
      headers: () => ({}),
      ttlDefault: 0,
      ttlFor: () => 0,
      changesPerWriteMax: changesMax,
      zones: account.session.having((ask, names: readonly string[]) => account.zones(ask, names)),
      zone: account.session.having((ask, name: string) => account.zone(ask, name)),
      records: account.session.having((ask, zone: Zone) => account.records(ask, zone)),
      write: account.session.having((ask, zone: Zone, changes: readonly Change[]) =>
        account.write(ask, zone, changes),
      ),
    };
  },
);
