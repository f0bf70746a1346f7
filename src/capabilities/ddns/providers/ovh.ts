/**
 * OVHcloud, API 1.0: records by id, one in a request, each request signed. Changes count once the zone was
 * refreshed.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import { type ApiDialect, troubleOf } from "./http-outcome.ts";
import { inTurn } from "./one-by-one.ts";
import type { PublishResult } from "./provider.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, SentRequest, Zone } from "./zone-api.ts";

const title = "OVH";
const servers = {
  eu: "https://eu.api.ovh.com/1.0",
  ca: "https://ca.api.ovh.com/1.0",
  us: "https://api.us.ovhcloud.com/1.0",
} as const;
const ttlMin = 60;
/** What a record has whose TTL is 0. */
const ttlOfZero = 3_600;

const wrongKeys = "refuses the keys; make new ones that may GET, PUT and POST /domain/zone/*";
const clock = "QUERY_TIME_OUT";
const meanings: ApiDialect["meanings"] = {
  INVALID_KEY: { means: "account", sentence: wrongKeys },
  INVALID_CREDENTIAL: { means: "account", sentence: wrongKeys },
  INVALID_SIGNATURE: { means: "account", sentence: wrongKeys },
  NOT_CREDENTIAL: { means: "account", sentence: wrongKeys },
  NOT_GRANTED_CALL: {
    means: "zone",
    sentence: "has not granted that to the consumer key; make one that may GET, PUT and POST /domain/zone/*",
  },
  [clock]: { means: "later", sentence: "finds that the clocks differ" },
  "http-403": { means: "zone" },
  "http-409": { means: "later" },
};

const Failure = z.object({ message: z.string(), errorCode: z.string().nullish() });
const Record = z.object({
  id: z.number(),
  subDomain: z.string().nullish(),
  fieldType: z.string(),
  target: z.string(),
  ttl: z.number().nullish(),
});

export interface OvhKeys {
  readonly applicationKey: string;
  readonly applicationSecret: string;
  readonly consumerKey: string;
}

/** @param nowSeconds of the server's clock */
export function ovhHeaders(
  { method, url, body = "" }: Omit<SentRequest, "nowMs">,
  { applicationKey, applicationSecret, consumerKey }: OvhKeys,
  nowSeconds: number,
): Readonly<Record<string, string>> {
  const signed = [applicationSecret, consumerKey, method, url, body, nowSeconds].join("+");
  return {
    "x-ovh-application": applicationKey,
    "x-ovh-consumer": consumerKey,
    "x-ovh-timestamp": `${nowSeconds}`,
    "x-ovh-signature": `$1$${createHash("sha1").update(signed).digest("hex")}`,
  };
}

function pathOf({ id }: Zone): string {
  return `/domain/zone/${encodeURIComponent(id)}`;
}

async function records(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const path = `${pathOf(zone)}/record`;
  const found: FoundRecord[] = [];
  for (const name of names) {
    const subDomain = hostIn(name, zone.name, "");
    // The zone's own name has many of other types
    const filters = subDomain === "" ? ["A", "AAAA"].map((fieldType) => ({ fieldType })) : [{}];
    for (const filter of filters) {
      const { read: ids } = await ask(z.array(z.number()), { path, query: { ...filter, subDomain } });
      for (const id of ids) found.push(await recordAt(ask, zone, id));
    }
  }
  return found.filter((one) => names.includes(one.name));
}

async function recordAt(ask: Ask, zone: Zone, id: number): Promise<FoundRecord> {
  const { read } = await ask(Record, { path: `${pathOf(zone)}/record/${id}` });
  return {
    id: `${id}`,
    name: nameOfHost(read.subDomain ?? "", zone.name),
    type: read.fieldType,
    content: read.target,
    ttl: read.ttl || ttlOfZero,
  };
}

async function writeOne(ask: Ask, zone: Zone, { wanted, before, ttl }: Change): Promise<void> {
  const path = `${pathOf(zone)}/record`;
  const subDomain = hostIn(wanted.name, zone.name, "");
  const rest = { subDomain, target: wanted.address, ...(ttl !== undefined && { ttl }) };
  if (before === undefined)
    await ask(z.object({ id: z.number() }), {
      method: "POST",
      path,
      json: { fieldType: wanted.type, ...rest },
    });
  else await ask(z.null().optional(), { method: "PUT", path: `${path}/${before.id}`, json: rest });
}

/** Zones of an account that were changed and not refreshed, and how far its clock is from ours. */
class OvhSession {
  skewSeconds: number | undefined;
  readonly #server: string;
  readonly #stale = new Set<string>();

  constructor(server: string) {
    this.#server = server;
  }

  /** Does what it is given once the clock is known. */
  timed<Rest extends readonly unknown[], Outcome>(run: (ask: Ask, ...rest: Rest) => Promise<Outcome>) {
    return async (ask: Ask, ...rest: Rest): Promise<Outcome> => {
      this.skewSeconds ??= await this.#learnSkew(ask);
      try {
        return await run(ask, ...rest);
      } catch (error) {
        const { trouble } = troubleOf(error);
        if ("code" in trouble && trouble.code === clock) this.skewSeconds = undefined;
        throw error;
      }
    };
  }

  /** What was written before and is not served yet would look as if all were well. */
  async read(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
    if (this.#stale.has(zone.name)) await this.#refresh(ask, zone);
    return records(ask, zone, names);
  }

  async write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<readonly PublishResult[]> {
    const results = await inTurn(changes, (change) => writeOne(ask, zone, change));
    const isSent = ({ outcome }: PublishResult): boolean =>
      outcome === "changed" || outcome === "unconfirmed";
    if (!results.some(isSent)) return results;
    this.#stale.add(zone.name);
    try {
      await this.#refresh(ask, zone);
      return results;
    } catch (error) {
      const { trouble } = troubleOf(error);
      return results.map((result) => (result.outcome === "changed" ? trouble : result));
    }
  }

  async #refresh(ask: Ask, zone: Zone): Promise<void> {
    await ask(z.null().optional(), { method: "POST", path: `${pathOf(zone)}/refresh` });
    this.#stale.delete(zone.name);
  }

  async #learnSkew(ask: Ask): Promise<number> {
    const { read, askedAtMs } = await ask(z.number(), { path: "/auth/time", server: this.#server });
    return read - Math.floor(askedAtMs / 1_000);
  }
}

interface Settings extends OvhKeys {
  readonly endpoint?: keyof typeof servers;
}

export const ovh = apiDefinition(
  {
    type: "ovh",
    title,
    settings: {
      applicationKey: z.string().min(1).describe("Application key"),
      ...secret("applicationSecret", "Application secret"),
      ...secret("consumerKey", "Consumer key that may GET, PUT and POST /domain/zone/*"),
      endpoint: z.enum(["eu", "ca", "us"]).default("eu").describe("Where the account is"),
      server: serverField("that of `endpoint`"),
    },
    recordsPerCallMax: 20,
    requestsPerHourMax: 1_500,
  },
  (settings) => {
    const { endpoint = "eu", ...keys } = settings as unknown as Settings;
    const server = serverOf(settings, servers[endpoint]);
    const session = new OvhSession(server);
    return {
      server,
      dialect: {
        title,
        secrets: [keys.applicationKey, keys.applicationSecret, keys.consumerKey],
        meanings,
        errorIn: (json, status) => {
          const { data } = Failure.safeParse(json);
          return status < 400
            ? undefined
            : data && { code: data.errorCode ?? undefined, message: data.message };
        },
      },
      headers: (request) =>
        ovhHeaders(request, keys, Math.floor(request.nowMs / 1_000) + (session.skewSeconds ?? 0)),
      ttlDefault: undefined,
      ttlFor: (ttl) => Math.max(ttl, ttlMin),
      changesPerWriteMax: 20,
      zones: session.timed(async (ask) => {
        const { read } = await ask(z.array(z.string()), { path: "/domain/zone" });
        return read.map((name) => ({ id: name, name: name.toLowerCase() }));
      }),
      zone: async (_ask, name) => ({ id: name, name }),
      records: session.timed((ask, zone: Zone, names: readonly string[]) => session.read(ask, zone, names)),
      write: session.timed((ask, zone: Zone, changes: readonly Change[]) =>
        session.write(ask, zone, changes),
      ),
    };
  },
);
