/** INWX, JSON-RPC API: records by id, one in a request, in sessions, by a user without a second factor. */
import { z } from "zod";
import { AccessToken } from "./access-token.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { type ApiDialect, type ApiError, ProviderTrouble } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.domrobot.com";
const title = "INWX";
const ttlMin = 300;
const ttlDefault = 3_600;
/** It ends after an hour. */
const sessionSeconds = 1_800;
const zonesPerPage = 100;

const meanings: ApiDialect["meanings"] = {
  "2002": { means: "later" },
  "2003": { means: "record" },
  "2004": { means: "record" },
  "2005": { means: "record" },
  "2104": { means: "account" },
  "2200": { means: "account", sentence: "refuses the login; look at `user` and `password`" },
  "2201": { means: "zone", sentence: "does not let this user do that; look at its rights" },
  "2302": { means: "later" },
  "2303": { means: "missing" },
  "2304": { means: "record" },
  "2305": { means: "record" },
  "2306": { means: "record" },
  "2308": { means: "record" },
  "2400": { means: "later" },
  "2500": { means: "later" },
  "2501": {
    means: "account",
    sentence: "has closed the session after too many logins; look at `user` and `password`",
  },
  "2502": { means: "later" },
};

const Head = { code: z.union([z.literal(1_000), z.literal(1_001)]) };
const Failure = z.object({
  code: z.number().min(1_002),
  msg: z.string().optional(),
  reason: z.string().optional(),
});
const Login = z.object({ ...Head, resData: z.object({ tfa: z.union([z.string(), z.number()]).nullish() }) });
const Zones = z.object({
  ...Head,
  resData: z.object({
    count: z.coerce.number(),
    domains: z.array(z.object({ domain: z.string(), type: z.string().optional() })).default([]),
  }),
});
const Records = z.object({
  ...Head,
  resData: z.object({
    record: z
      .array(
        z.object({
          id: z.coerce.string(),
          name: z.string(),
          type: z.string(),
          content: z.string(),
          ttl: z.coerce.number().optional(),
        }),
      )
      .default([]),
  }),
});
const Written = z.object(Head);

function errorIn(json: unknown): ApiError | undefined {
  const { data } = Failure.safeParse(json);
  if (data === undefined) return undefined;
  return { code: `${data.code}`, message: [data.msg, data.reason].filter(Boolean).join(": ") };
}

function call<Read>(ask: Ask, schema: z.ZodType<Read>, method: string, params: object, writes = false) {
  return ask(schema, { method: "POST", path: "/jsonrpc/", json: { method, params }, writes });
}

interface Settings {
  readonly user: string;
  readonly password: string;
}

/** The value of its cookie. */
async function login(ask: Ask, { user, password: pass }: Settings): Promise<string> {
  const { read, headers } = await call(ask, Login, "account.login", { user, pass, lang: "en" });
  const { tfa } = read.resData;
  if (tfa && tfa !== "0")
    throw new ProviderTrouble({
      outcome: "refused",
      scope: "account",
      code: "second-factor",
      sentence: `${title} wants a second factor of this user; make a user without one that may change DNS`,
    });
  const session = /(?:^|[\s,;])domrobot=([^;,\s]+)/.exec(headers["set-cookie"] ?? "")?.[1];
  if (session !== undefined) return session;
  const sentence = `${title} began no session`;
  throw new ProviderTrouble({ outcome: "failed", code: "not-understood", sentence });
}

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, 1, async (page) => {
    const { read } = await call(ask, Zones, "nameserver.list", { page, pagelimit: zonesPerPage });
    const { count, domains } = read.resData;
    const items = domains
      // Copied from another server
      .filter(({ type }) => type !== "SLAVE")
      .map(({ domain }) => ({ id: domain, name: domain.toLowerCase() }));
    return { items, next: domains.length > 0 && page * zonesPerPage < count ? page + 1 : undefined };
  });
}

async function records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
  const { read } = await call(ask, Records, "nameserver.info", { domain: zone.id });
  return read.resData.record.map(({ name, ...rest }) => ({ name: name.toLowerCase(), ...rest }));
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  for (const { wanted, before, ttl } of changes) {
    const record = { content: wanted.address, ...(ttl !== undefined && { ttl }) };
    const created = { domain: zone.id, name: wanted.name, type: wanted.type, ...record };
    await (before === undefined
      ? call(ask, Written, "nameserver.createRecord", created, true)
      : call(ask, Written, "nameserver.updateRecord", { id: Number(before.id), ...record }, true));
  }
}

export const inwx = apiDefinition(
  {
    type: "inwx",
    title,
    settings: {
      user: z.string().min(1).describe("User, without a second factor (TOTP): that cannot be answered here"),
      ...secret("password", "Password of the user"),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    requestsPerHourMax: 1_000,
  },
  (given, { nowMs }) => {
    const settings = given as unknown as Settings;
    const session = new AccessToken(
      async (ask) => ({ token: await login(ask, settings), lastsSeconds: sessionSeconds }),
      nowMs,
    );
    return {
      server: serverOf(given, standard),
      dialect: { title, secrets: [settings.password], meanings, errorIn },
      headers: () => (session.value === "" ? {} : { cookie: `domrobot=${session.value}` }),
      ttlDefault,
      ttlFor: (ttl) => Math.max(ttl, ttlMin),
      changesPerWriteMax: 1,
      zones: session.having(zones),
      zone: async (_ask, name) => ({ id: name, name }),
      records: session.having(records),
      write: session.having(write),
    };
  },
);
