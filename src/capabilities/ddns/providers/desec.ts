/** deSEC: record sets, any number of them in one request, of which all are taken or none. */
import { z } from "zod";
import { limits } from "./api-limits.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import type { ApiDialect, ApiError } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages, orNone } from "./zone-requests.ts";

const standard = "https://desec.io/api/v1";
const title = "deSEC";

/** Of a domain that is not below dedyn.io, where deSEC does not say another one. */
const ttlMinDefault = 3_600;
const ttlMax = 86_400;

const meanings: ApiDialect["meanings"] = {
  "http-401": {
    means: "account",
    sentence: "refuses the token; make a new one, or check that it has not expired",
  },
  "http-403": {
    means: "zone",
    sentence: "does not let this token change the domain; look at the token's policies",
  },
};

const Domain = z.object({ name: z.string(), minimum_ttl: z.number().optional() });
const Domains = z.array(Domain);
const RecordSets = z.array(
  z.object({ subname: z.string(), type: z.string(), ttl: z.number(), records: z.array(z.string()) }),
);

function zoneOfDomain({ name, minimum_ttl }: z.output<typeof Domain>): Zone {
  return { id: name, name: name.toLowerCase(), ...(minimum_ttl !== undefined && { ttlMin: minimum_ttl }) };
}

/** All of a list, in pages of 500. */
async function list<Item>(
  ask: Ask,
  schema: z.ZodType<readonly Item[]>,
  path: string,
): Promise<readonly Item[]> {
  return allPages(title, "", async (cursor: string) => {
    const { read, headers } = await ask(schema, { path, query: { cursor } });
    return { items: read, next: nextCursor(headers["link"]) };
  });
}

/** Of the Link field, RFC 8288, that deSEC sends: `<https://…/?cursor=abc>; rel="next"`. */
function nextCursor(link: string | undefined): string | undefined {
  const next = /<([^>]*)>\s*;\s*rel="next"/.exec(link ?? "")?.[1];
  if (next === undefined || !URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get("cursor") ?? undefined;
}

async function records(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const path = `/domains/${encodeURIComponent(zone.id)}/rrsets/`;
  const sets: z.output<typeof RecordSets> = [];
  if (names.length > limits.namesAskedForMax) sets.push(...(await list(ask, RecordSets, path)));
  else
    for (const name of names) {
      const { read } = await ask(RecordSets, { path, query: { subname: hostIn(name, zone.name, "") } });
      sets.push(...read);
    }
  return sets.flatMap(({ subname, type, ttl, records: contents }) =>
    contents.map((content) => ({ id: "", name: nameOfHost(subname, zone.name), type, content, ttl })),
  );
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  const json = changes.map(({ wanted, before, ttl }) => ({
    subname: hostIn(wanted.name, zone.name, ""),
    type: wanted.type,
    records: [wanted.address],
    // One that it would not take today may stay
    ...((before === undefined || before.ttl !== ttl) && { ttl: ttl ?? zone.ttlMin ?? ttlMinDefault }),
  }));
  await ask(z.array(z.unknown()), {
    method: "PATCH",
    path: `/domains/${encodeURIComponent(zone.id)}/rrsets/`,
    json,
  });
}

/** A list of objects of lists is three deep. */
const errorDepthMax = 8;

/** `{"detail": …}`, `{"non_field_errors": […]}`, `{"ttl": […]}`, or a list of them, one for each set. */
function errorIn(json: unknown, status: number): ApiError | undefined {
  if (status < 400) return undefined;
  const messages: string[] = [];
  const collect = (value: unknown, field: string, depth: number): void => {
    if (typeof value === "string") messages.push(field === "" ? value : `${field}: ${value}`);
    else if (depth === errorDepthMax) return;
    else if (Array.isArray(value)) for (const one of value) collect(one, field, depth + 1);
    else if (typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value))
        collect(one, key === "detail" || key === "non_field_errors" ? "" : key, depth + 1);
  };
  collect(json, "", 0);
  return { message: [...new Set(messages)].join("; ") };
}

export const desec = apiDefinition(
  {
    type: "desec",
    title,
    settings: { ...secret("token", "API token"), server: serverField(standard) },
    recordsPerCallMax: 500,
    // 2,000 requests a day, and 100 changes an hour of one domain
    requestsPerHourMax: 80,
  },
  (settings) => {
    const { token } = settings as { readonly token: string };
    return {
      server: serverOf(settings, standard),
      dialect: { title, secrets: [token], meanings, errorIn },
      headers: () => ({ authorization: `Token ${token}` }),
      ttlDefault: undefined,
      ttlFor: (ttl, { zone }) => Math.min(Math.max(ttl, zone.ttlMin ?? ttlMinDefault), ttlMax),
      changesPerWriteMax: 500,
      zones: async (ask) => (await list(ask, Domains, "/domains/")).map(zoneOfDomain),
      zone: async (ask, name) => {
        const answer = await orNone(ask(Domain, { path: `/domains/${encodeURIComponent(name)}/` }));
        return answer && zoneOfDomain(answer.read);
      },
      records,
      write,
    };
  },
);
