/**
 * Hetzner, Cloud API v1: record sets, one in a request.
 *
 * What was at dns.hetzner.com is gone since May 2026; its zones and their records are here.
 */
import { z } from "zod";
import { limits } from "./api-limits.ts";
import { apiDefinition, serverField, serverOf } from "./api-provider.ts";
import { hostIn, nameOfHost } from "./find-zone.ts";
import { type ApiDialect, ProviderTrouble, sayable } from "./http-outcome.ts";
import { secret } from "./secret-fields.ts";
import type { Ask, Change, FoundRecord, Zone } from "./zone-api.ts";
import { allPages } from "./zone-requests.ts";

const standard = "https://api.hetzner.cloud/v1";
const title = "Hetzner";
const ttlMin = 60;

const readOnly = "does not let this token write; make one with Read & Write";
const meanings: ApiDialect["meanings"] = {
  unauthorized: {
    means: "account",
    sentence: "refuses the token; make one in the project that has the zone",
  },
  forbidden: { means: "account", sentence: readOnly },
  token_readonly: { means: "account", sentence: readOnly },
  not_found: { means: "missing" },
  incorrect_zone_mode: { means: "zone", sentence: "copies this zone from another server; change it there" },
  protected: { means: "record", sentence: "protects the record from changes; take the protection off there" },
  locked: { means: "later" },
  conflict: { means: "later" },
  uniqueness_error: { means: "later" },
  rate_limit_exceeded: { means: "later" },
};

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const meta = z.object({ pagination: z.object({ next_page: z.number().nullish() }) }).optional();
const Zones = z.object({ zones: z.array(z.object({ name: z.string() })), meta });
const RecordSets = z.object({
  rrsets: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      ttl: z.number().nullish(),
      records: z.array(z.object({ value: z.string(), comment: z.string().nullish() })),
    }),
  ),
  meta,
});
const Accepted = z.object({
  action: z.object({
    status: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullish(),
  }),
});

async function zones(ask: Ask): Promise<readonly Zone[]> {
  return allPages(title, 1, async (page) => {
    const { read } = await ask(Zones, { path: "/zones", query: { page: `${page}`, per_page: "50" } });
    const items = read.zones.map(({ name }) => ({ id: name, name: name.toLowerCase() }));
    return { items, next: read.meta?.pagination.next_page ?? undefined };
  });
}

function pathOf({ id }: Zone): string {
  return `/zones/${encodeURIComponent(id)}/rrsets`;
}

async function records(ask: Ask, zone: Zone, names: readonly string[]): Promise<readonly FoundRecord[]> {
  const filters =
    names.length > limits.namesAskedForMax ? [{}] : names.map((name) => ({ name: hostIn(name, zone.name) }));
  const found: FoundRecord[] = [];
  for (const filter of filters)
    found.push(
      ...(await allPages(title, 1, async (page) => {
        const query = { ...filter, page: `${page}`, per_page: "100" };
        const { read } = await ask(RecordSets, { path: pathOf(zone), query });
        const items = read.rrsets.flatMap(({ name, type, ttl, records: values }) =>
          values.map(({ value, comment }) => ({
            id: "",
            name: nameOfHost(name, zone.name),
            type,
            content: value,
            ttl: ttl ?? undefined,
            comment: comment ?? undefined,
          })),
        );
        return { items, next: read.meta?.pagination.next_page ?? undefined };
      })),
    );
  return found;
}

async function write(ask: Ask, zone: Zone, changes: readonly Change[]): Promise<undefined> {
  const post = async (path: string, json: unknown): Promise<void> => {
    const { read } = await ask(Accepted, { method: "POST", path, json });
    const { status, error } = read.action;
    if (status !== "error") return;
    const sentence = `${title} could not do it: ${sayable(error?.message ?? "it does not say why", [])}`;
    throw new ProviderTrouble({ outcome: "failed", code: error?.code ?? "action", sentence });
  };
  for (const { wanted, before, ttl } of changes) {
    const { type, address: value } = wanted;
    const name = hostIn(wanted.name, zone.name);
    const comment = before?.comment;
    const set = { records: [{ value, ...(comment !== undefined && { comment }) }] };
    const path = pathOf(zone);
    const actions = `${path}/${encodeURIComponent(name)}/${type}/actions`;
    if (before === undefined) await post(path, { name, type, ...(ttl !== undefined && { ttl }), ...set });
    else {
      if (before.content !== value) await post(`${actions}/set_records`, set);
      if (before.ttl !== ttl) await post(`${actions}/change_ttl`, { ttl });
    }
  }
}

export const hetzner = apiDefinition(
  {
    type: "hetzner",
    title,
    settings: {
      ...secret("token", "API token, Read & Write, of the project in the Hetzner Console that has the zones"),
      server: serverField(standard),
    },
    recordsPerCallMax: 40,
    // 3,600 are let through
    requestsPerHourMax: 1_800,
  },
  (settings) => {
    const { token } = settings as { readonly token: string };
    return {
      server: serverOf(settings, standard),
      dialect: {
        title,
        secrets: [token],
        meanings,
        errorIn: (json) => Failure.safeParse(json).data?.error,
      },
      headers: () => ({ authorization: `Bearer ${token}` }),
      ttlDefault: undefined,
      ttlFor: (ttl) => Math.max(ttl, ttlMin),
      changesPerWriteMax: 1,
      zones,
      zone: async (_ask, name) => ({ id: name, name }),
      records,
      write,
    };
  },
);
