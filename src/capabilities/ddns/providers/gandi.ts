/** Gandi LiveDNS, API v5: record sets, one in a request. */
import { z } from "zod";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.gandi.net/v5/livedns";
const title = "Gandi";
const ttlMin = 300;
const ttlMax = 2_592_000;
const perPage = 500;

const meanings: ApiDialect["meanings"] = {
  "http-401": {
    means: "account",
    sentence: "refuses the token; make one that may manage domain name technical configurations",
  },
  "http-403": { means: "zone", sentence: "does not let this token change the domain; look at what it may" },
  "http-409": { means: "later" },
};

const Failure = z.object({
  message: z.string().optional(),
  cause: z.string().optional(),
  errors: z.array(z.object({ name: z.string().optional(), description: z.string().optional() })).optional(),
});
const Domains = z.array(z.object({ fqdn: z.string() }));
const RecordSets = z.array(
  z.object({
    rrset_name: z.string(),
    rrset_type: z.string(),
    rrset_ttl: z.number().optional(),
    rrset_values: z.array(z.string()),
  }),
);

/** A page that is not full is the last. */
async function list<Item>(
  ask: Ask,
  schema: z.ZodType<readonly Item[]>,
  path: string,
): Promise<readonly Item[]> {
  return allPages(title, 1, async (page) => {
    const { read } = await ask(schema, { path, query: { page: `${page}`, per_page: `${perPage}` } });
    return { items: read, next: read.length < perPage ? undefined : page + 1 };
  });
}

function pathOf({ id }: Zone): string {
  return `/domains/${encodeURIComponent(id)}/records`;
}

async function records(ask: Ask, zone: Zone): Promise<readonly FoundRecord[]> {
  const sets = await list(ask, RecordSets, pathOf(zone));
  return sets.flatMap(({ rrset_name, rrset_type, rrset_ttl, rrset_values }) =>
    rrset_values.map((content) => ({
      id: "",
      name: nameOfHost(rrset_name, zone.name),
      type: rrset_type,
      content,
      ttl: rrset_ttl,
    })),
  );
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  for (const { wanted, ttl } of changes)
    await ask(z.object({ message: z.string() }), {
      method: "PUT",
      path: `${pathOf(zone)}/${encodeURIComponent(hostIn(wanted.name, zone.name))}/${wanted.type}`,
      json: { rrset_values: [wanted.address], ...(ttl !== undefined && { rrset_ttl: ttl }) },
    });
}

export const gandi = apiDefinition(
  {
    type: "gandi",
    title,
    settings: {
      ...secret("token", "Personal access token"),
      tokenKind: z
        .enum(["personal", "api-key"])
        .default("personal")
        .describe("What `token` is; an API key is what Gandi had before"),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    // 1,000 in a minute are let through
    requestsPerHourMax: 1_000,
  },
  (settings) => {
    const { token, tokenKind } = settings as { readonly token: string; readonly tokenKind?: string };
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [token],
        meanings,
        errorIn: (json, status) => {
          const { data } = Failure.safeParse(json);
          if (status < 400 || data === undefined) return undefined;
          const details = (data.errors ?? []).map(
            ({ name, description }) => `${name ?? ""} ${description ?? ""}`,
          );
          return { message: [data.message ?? data.cause ?? "", ...details].join("; ") };
        },
      },
      headers: () => ({ authorization: `${tokenKind === "api-key" ? "Apikey" : "Bearer"} ${token}` }),
      ttlDefault: undefined,
      ttlFor: (ttl) => Math.min(Math.max(ttl, ttlMin), ttlMax),
      changesPerWriteMax: 1,
      zones: async (ask) =>
        (await list(ask, Domains, "/domains")).map(({ fqdn }) => ({ id: fqdn, name: fqdn.toLowerCase() })),
      zone: async (_ask, name) => ({ id: name, name }),
      records,
      write,
    };
  },
);
