/** Porkbun, API v3: records by id, one in a request; each request has the keys in its body. */
import { z } from "zod";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn } from "./find-zone.ts";
import type { ApiDialect } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, AskRequest, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.porkbun.com/api/json/v3";
const title = "Porkbun";
/** The least that it takes, and what it makes of none. */
const ttlDefault = 600;
const domainsPerPage = 1_000;

const wrongKeys = "refuses the keys; look at `apiKey` and `secretApiKey`";
const meanings: ApiDialect["meanings"] = {
  INVALID_API_KEYS_001: { means: "account", sentence: wrongKeys },
  INVALID_API_KEYS_002: { means: "account", sentence: wrongKeys },
  RATE_LIMIT_EXCEEDED: { means: "later" },
  "http-403": { means: "account", sentence: wrongKeys },
  "not-opted-in": {
    means: "zone",
    sentence: "has API access switched off for this domain; switch it on there",
  },
  "no-domain": { means: "missing" },
  "no-record": { means: "missing" },
  "wrong-keys": { means: "account", sentence: wrongKeys },
};

/** Most refusals have no code: what they mean stands in their words. */
const codesOfMessages: readonly (readonly [message: RegExp, code: string])[] = [
  [/invalid api key|api key.*(not|invalid)/i, "wrong-keys"],
  [/not opted in/i, "not-opted-in"],
  [/invalid domain|domain.*not (found|exist)/i, "no-domain"],
  [/(record|id).*(not found|not exist|invalid record id)|invalid record id/i, "no-record"],
];

const Status = z.object({ status: z.literal("SUCCESS") });
const Failure = z.object({
  status: z.literal("ERROR"),
  message: z.string().optional(),
  code: z.string().nullish(),
});
const Domains = Status.extend({ domains: z.array(z.object({ domain: z.string() })) });
const numeric = z.union([z.string(), z.number()]);
const Records = Status.extend({
  records: z.array(
    z.object({
      id: numeric,
      name: z.string(),
      type: z.string(),
      content: z.string(),
      ttl: numeric.nullish(),
      notes: z.string().nullish(),
    }),
  ),
});

function codeOf(message: string): string | undefined {
  return codesOfMessages.find(([pattern]) => pattern.test(message))?.[1];
}

interface Keys {
  readonly apiKey: string;
  readonly secretApiKey: string;
}

class Porkbun {
  readonly #keys: Readonly<Record<string, string>>;

  constructor({ apiKey, secretApiKey }: Keys) {
    this.#keys = { apikey: apiKey, secretapikey: secretApiKey };
  }

  async zones(ask: Ask): Promise<readonly Zone[]> {
    return allPages(title, 0, async (start) => {
      const { read } = await ask(Domains, this.#post("/domain/listAll", { start: `${start}` }, false));
      const items = read.domains.map(({ domain }) => ({ id: domain, name: domain.toLowerCase() }));
      return { items, next: items.length < domainsPerPage ? undefined : start + domainsPerPage };
    });
  }

  async records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
    const { read } = await ask(Records, this.#post(`/dns/retrieve/${zone.id}`, {}, false));
    return read.records.map(({ id, name, type, content, ttl, notes }) => ({
      id: `${id}`,
      name: name.toLowerCase().replace(/\.$/, ""),
      // Its own kind of alias
      type: type === "ALIAS" ? "CNAME" : type,
      content,
      ttl: ttl === null || ttl === undefined ? undefined : Number(ttl),
      comment: notes ?? undefined,
    }));
  }

  async write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
    for (const { wanted, before, ttl } of changes) {
      const { type, address: content } = wanted;
      const name = hostIn(wanted.name, zone.name, "");
      const record = { name, type, content, ...(ttl !== undefined && { ttl: `${ttl}` }) };
      const notes = before?.comment === undefined ? {} : { notes: before.comment };
      const place = encodeURIComponent(zone.id);
      const path = before === undefined ? `/dns/create/${place}` : `/dns/edit/${place}/${before.id}`;
      await ask(Status, this.#post(path, { ...record, ...notes }, true));
    }
  }

  #post(path: string, more: Readonly<Record<string, string>>, writes: boolean): AskRequest {
    return { method: "POST", path, json: { ...this.#keys, ...more }, writes };
  }
}

export const porkbun = apiDefinition(
  {
    type: "porkbun",
    title,
    settings: {
      ...secret("apiKey", "API key"),
      ...secret("secretApiKey", "Secret API key"),
      server: serverField(standard),
    },
    recordsPerCallMax: 20,
    // Some 60 in a minute are let through
    requestsPerHourMax: 600,
  },
  (settings) => {
    const keys = settings as unknown as Keys;
    const account = new Porkbun(keys);
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [keys.apiKey, keys.secretApiKey],
        meanings,
        errorIn: (json) => {
          const { data } = Failure.safeParse(json);
          const message = data?.message ?? "";
          return data && { code: data.code ?? codeOf(message), message };
        },
      },
      headers: () => ({}),
      ttlDefault,
      ttlFor: (ttl) => Math.max(ttl, ttlDefault),
      changesPerWriteMax: 1,
      zones: (ask) => account.zones(ask),
      zone: async (_ask, name) => ({ id: name, name }),
      records: (ask, zone) => account.records(ask, zone),
      write: (ask, zone, changes) => account.write(ask, zone, changes),
    };
  },
);
