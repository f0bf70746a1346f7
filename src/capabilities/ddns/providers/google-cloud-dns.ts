/** Google Cloud DNS, API v1: record sets, many in one change, by a service account. */
import { createPrivateKey, createSign, type KeyObject } from "node:crypto";
import { z } from "zod";
import { AccessToken, type GivenToken } from "./access-token.ts";
import { limits } from "./api-limits.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { type ApiDialect, type ApiError, parseJson } from "./http-outcome.ts";
import type { ProviderSettings, PublishResult } from "./provider.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://dns.googleapis.com/dns/v1";
const title = "Google Cloud DNS";
const scope = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
const tokenSeconds = 3_600;
const ttlDefault = 300;
const changesMax = 100;

const wrongKey = "refuses the key of the service account; make a new one, and look at the machine's clock";
const denied = "does not let this service account do that; give it the role DNS Administrator";
const meanings: ApiDialect["meanings"] = {
  invalid_grant: { means: "account", sentence: wrongKey },
  invalid_client: { means: "account", sentence: wrongKey },
  clock: { means: "later", sentence: "finds that this machine's clock is wrong" },
  authError: { means: "account", sentence: wrongKey },
  accessNotConfigured: { means: "account" },
  forbidden: { means: "account", sentence: denied },
  notFound: { means: "missing" },
  conditionNotMet: { means: "later" },
  alreadyExists: { means: "later" },
  containerNotEmpty: { means: "later" },
  rateLimitExceeded: { means: "later" },
  userRateLimitExceeded: { means: "later" },
  quotaExceeded: { means: "later" },
  backendError: { means: "later" },
};

const Key = z.object({
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  project_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default("https://oauth2.googleapis.com/token"),
});
type Key = z.output<typeof Key>;

const Token = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const TokenFailure = z.object({ error: z.string(), error_description: z.string().optional() });
const Failure = z.object({
  error: z.object({
    message: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});
const Zones = z.object({
  managedZones: z
    .array(z.object({ name: z.string(), dnsName: z.string(), visibility: z.string().optional() }))
    .default([]),
  nextPageToken: z.string().optional(),
  kind: z.string(),
});
const RecordSets = z.object({
  rrsets: z
    .array(
      z.object({
        name: z.string(),
        type: z.string(),
        ttl: z.number().optional(),
        rrdatas: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
  kind: z.string(),
});
const Changed = z.object({ id: z.string(), status: z.string() });

function errorIn(json: unknown, status: number): ApiError | undefined {
  if (status < 400) return undefined;
  const token = TokenFailure.safeParse(json).data;
  if (token !== undefined) {
    const message = token.error_description;
    // It says the same of a wrong signature and of a token that begins in its future
    const isOfClock = /short-lived token|reasonable timeframe/.test(message ?? "");
    return { code: isOfClock ? "clock" : token.error, message };
  }
  const { data } = Failure.safeParse(json);
  return data && { code: data.error.errors?.[0]?.reason, message: data.error.message };
}

/** RFC 7523 §2.1, §3; RFC 7515 §7.1. */
function serviceAssertion(key: Key, privateKey: KeyObject, nowSeconds: number): string {
  const header = {
    alg: "RS256",
    typ: "JWT",
    ...(key.private_key_id !== undefined && { kid: key.private_key_id }),
  };
  const claims = {
    iss: key.client_email,
    scope,
    aud: key.token_uri,
    iat: nowSeconds,
    exp: nowSeconds + tokenSeconds,
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

async function newToken(ask: Ask, key: Key, nowMs: number): Promise<GivenToken> {
  const { origin, pathname } = new URL(key.token_uri);
  const assertion = serviceAssertion(key, createPrivateKey(key.private_key), Math.floor(nowMs / 1_000));
  const form = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
  const { read } = await ask(Token, {
    method: "POST",
    server: origin,
    path: pathname,
    body: { type: "application/x-www-form-urlencoded", text: form.toString() },
    writes: false,
  });
  return { token: read.access_token, lastsSeconds: read.expires_in };
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/\.$/, "");
}

async function zones(ask: Ask, project: string): Promise<readonly Zone[]> {
  return allPages(title, "", async (pageToken: string) => {
    const query = pageToken === "" ? {} : { pageToken };
    const { read } = await ask(Zones, { path: `${project}/managedZones`, query });
    const items = read.managedZones
      .filter(({ visibility }) => visibility !== "private")
      .map(({ name, dnsName }) => ({ id: `${project}/managedZones/${name}`, name: plainName(dnsName) }));
    return { items, next: read.nextPageToken };
  });
}

async function records(ask: Ask, { id }: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const filters = names.length > limits.namesAskedForMax ? [{}] : names.map((name) => ({ name: `${name}.` }));
  const found: FoundRecord[] = [];
  for (const filter of filters)
    found.push(
      ...(await allPages(title, "", async (pageToken: string) => {
        const query = { ...filter, ...(pageToken !== "" && { pageToken }) };
        const { read } = await ask(RecordSets, { path: `${id}/rrsets`, query });
        const items = read.rrsets.flatMap(({ name, type, ttl, rrdatas }) =>
          (rrdatas ?? [""]).map((content) => ({
            id: rrdatas === undefined ? "policy" : "",
            name: plainName(name),
            type,
            content,
            ttl,
          })),
        );
        return { items, next: read.nextPageToken };
      })),
    );
  return found;
}

/** A set is changed by taking away exactly what was read, so that what others did since is not undone. */
async function write(ask: Ask, { id }: Zone, changes: readonly Change[]): Promise<readonly PublishResult[]> {
  const plain = changes.filter(({ before }) => before?.id !== "policy");
  const setOf = ({ wanted: { name, type } }: Change, ttl: number | undefined, value: string) => ({
    name: `${name}.`,
    type,
    ttl: ttl ?? ttlDefault,
    rrdatas: [value],
  });
  const additions = plain.map((change) => setOf(change, change.ttl, change.wanted.address));
  const deletions = plain.flatMap((change) =>
    change.before === undefined ? [] : [setOf(change, change.before.ttl, change.before.content)],
  );
  if (plain.length > 0)
    await ask(Changed, { method: "POST", path: `${id}/changes`, json: { additions, deletions } });
  return changes.map(({ before }) => (before?.id === "policy" ? hasPolicy(before) : { outcome: "changed" }));
}

function hasPolicy({ name, type }: FoundRecord): PublishResult {
  const sentence = `${title}: the ${type} record at ${name} has a routing policy; delete it, or take the name out here`;
  return { outcome: "refused", scope: "record", code: "policy", sentence };
}

/** Undefined: it is no key of a service account. */
function keyOf({ privateKey }: ProviderSettings): Key | undefined {
  const { data } = Key.safeParse(parseJson(String(privateKey)));
  if (data === undefined) return undefined;
  try {
    createPrivateKey(data.private_key);
    return data;
  } catch {
    return undefined;
  }
}

export const googleCloudDns = apiDefinition(
  {
    type: "google-cloud-dns",
    title,
    settings: {
      ...secret(
        "privateKey",
        "Key of a service account with the role DNS Administrator: the JSON from Google",
      ),
      project: z.string().min(1).optional().describe("Id of the project; default: that of the key"),
      server: serverField(standard),
    },
    recordsPerCallMax: changesMax,
    requestsPerHourMax: 1_500,
    check: (settings) => {
      if (settings["privateKey"] === undefined) return []; // its file cannot be read, and that is said
      const key = keyOf(settings);
      const path = "privateKey";
      if (key === undefined) {
        const what = "this is no key of a service account";
        return [
          {
            severity: "error",
            path,
            what,
            remedy: "save the JSON file that Google makes, and name it by privateKeyFile",
          },
        ];
      }
      if (key.project_id !== undefined || settings["project"] !== undefined) return [];
      const what = "the key does not say its project";
      return [{ severity: "error", path: "project", what, remedy: "write the id of the project" }];
    },
  },
  (settings, { nowMs }) => {
    const key = keyOf(settings)!; // `check` has seen it
    const given = settings["project"];
    const project = typeof given === "string" ? given : (key.project_id ?? "");
    const path = `/projects/${encodeURIComponent(project)}`;
    const token = new AccessToken((ask) => newToken(ask, key, nowMs()), nowMs);
    return {
      server: serverOf(settings, standard),
      dialect: { title, secrets: [String(settings["privateKey"]), key.private_key], meanings, errorIn },
      headers: () => ({ authorization: `Bearer ${token.value}` }),
      ttlDefault,
      ttlFor: (ttl) => ttl,
      changesPerWriteMax: changesMax,
      zones: token.having((ask) => zones(ask, path)),
      records: token.having(records),
      write: token.having(write),
    };
  },
);
