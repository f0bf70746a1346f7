/** The name server over HTTP. */
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import type { Store } from "#contracts/store.ts";
import { lowerName, type Name, NameError, nameToText, parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, typeFromMnemonic } from "#protocols/dns/registry.ts";
import { AppliedZones } from "./edit/applied-zones.ts";
import { zoneEditRoutes } from "./edit/routes.ts";
import { ZoneEditing } from "./edit/zone-editing.ts";
import { describeStatus, describeZone, zoneProblems } from "./status.ts";
import { zoneSteeringRoutes } from "./steering/routes.ts";
import type { NameServerView } from "./view.ts";
import { zoneHistoryKey } from "./zone-history.ts";
import type { ZoneImage, ZoneRecord } from "./zones/image.ts";
import { recordsByName } from "./zones/order.ts";
import type { SiteZone } from "./zones/zone-set.ts";

const Problem = z.object({
  severity: z.enum(["error", "warning"]),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  path: z.string().optional(),
  what: z.string(),
  remedy: z.string().optional(),
});

const moment = z.iso.datetime().nullable();

const Secondary = z.object({
  state: z.enum(["current", "asking", "transferring", "empty", "expired"]),
  primary: z.string().describe("That was asked last"),
  checkedAt: moment,
  confirmedAt: moment.describe("When a primary last said that it has the same"),
  nextCheckAt: moment.describe("null while one is under way"),
  expiresAt: moment,
  error: z
    .object({ at: z.iso.datetime(), primary: z.string(), code: z.string(), sentence: z.string() })
    .nullable()
    .describe("Why the last check came to nothing"),
});

const Notified = z.object({
  server: z.string(),
  state: z.enum(["waiting", "asked", "told", "refused", "unanswered"]),
  serial: z.int().nullable().describe("That it was last told of"),
  tries: z.int(),
  why: z.string().nullable(),
  since: z.iso.datetime(),
});

const Zone = z.object({
  name: z.string(),
  kind: z.enum(["primary", "secondary"]),
  state: z.enum(["serving", "serving-previous", "failed", "not-fetched", "expired"]),
  serial: z.int().nullable(),
  records: z.int(),
  names: z.int(),
  file: z.string().nullable(),
  loadedAt: z.string(),
  dynamic: z.boolean().describe("It takes updates, or has taken some"),
  frozen: z.boolean(),
  primaries: z.array(z.string()).describe("Servers that it is copied from"),
  secondary: Secondary.nullable(),
  notified: z.array(Notified).describe("Servers that are told of changes"),
  problems: z.array(Problem),
});

const Record = z.object({ name: z.string(), ttl: z.int(), type: z.string(), data: z.string() });

const ZoneParameters = z.object({ zone: z.string().describe("Name of the zone, such as example.net") });

const recordsPerAnswerMax = 10_000;

export function dnsRoutes(server: NameServerView, store: Store): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/dns/status",
      summary: "What the name server serves, where, and what is wrong with it",
      answer: z.object({
        summary: z.string(),
        listening: z.array(z.string()),
        problems: z.array(Problem),
        hints: z.array(z.string()),
        details: z.unknown(),
      }),
      handle: () => {
        const { listening, problems, hints, ...rest } = describeStatus(server);
        return { ...rest, listening: [...listening], problems: [...problems], hints: [...hints] };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/dns/zones",
      summary: "All zones with their state",
      answer: z.object({ zones: z.array(Zone) }),
      handle: () => ({ zones: [...server.zones.zones.values()].map((zone) => zoneAnswer(zone, server)) }),
    }),
    defineRoute({
      method: "GET",
      path: "/api/dns/zones/{zone}",
      summary: "One zone and its records in canonical order, filtered by name and type",
      parameters: ZoneParameters.extend({
        name: z
          .string()
          .optional()
          .describe("Only this name; relative to the zone unless it ends with a dot"),
        type: z.string().optional().describe("Only this type"),
      }),
      answer: Zone.extend({ content: z.array(Record), more: z.boolean() }),
      handle: ({ parameters }) => {
        const zone = zoneNamed(server, parameters.zone);
        const records = zone.image === undefined ? [] : selectRecords(zone.image, parameters);
        return {
          ...zoneAnswer(zone, server),
          content: records.slice(0, recordsPerAnswerMax).map(recordAnswer),
          more: records.length > recordsPerAnswerMax,
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/dns/zones/{zone}/states",
      summary: "When a zone could be served and when not, newest first",
      parameters: ZoneParameters,
      answer: z.object({
        changes: z.array(z.object({ at: z.string(), revision: z.int(), change: z.unknown() })),
      }),
      handle: async ({ parameters }) => {
        const changes = await store.history(zoneHistoryKey(parameters.zone.replace(/(?<=.)\.$/, "")), 100);
        return {
          changes: changes.map(({ atMs, revision, value }) => ({
            at: new Date(atMs).toISOString(),
            revision,
            change: value ?? { state: "removed" },
          })),
        };
      },
    }),
    ...zoneEditRoutes(editingOf(server, store)),
    ...zoneSteeringRoutes({
      get control() {
        return server.control;
      },
      told: (name) => server.services.notifier.status(name).map((one) => one.server),
      problems: (name) => {
        const zone = server.served.zone(name);
        return zone === undefined || zone.settings.kind === "secondary" ? [] : zoneProblems(zone);
      },
    }),
  ];
}

function editingOf(server: NameServerView, store: Store): ZoneEditing {
  const liveZone = (name: Name) => server.served.keeper.zone(name);
  return new ZoneEditing({
    zoneOf: (name) => {
      const zone = server.zones.zones.get(lowerName(name));
      if (zone === undefined) return undefined;
      const checkNames = zone.config.checkNames ?? server.config.checkNames;
      return { name: zone.name, image: zone.image, checkNames };
    },
    // Asked when they are needed: the routes are also described where nothing runs.
    get writer() {
      return server.served.keeper;
    },
    get history() {
      return server.served.keeper;
    },
    summaries: async (name, limit, before) => {
      const zone = liveZone(name);
      if (zone === undefined) return { sets: [], before: undefined };
      return server.served.keeper.past.summaries(zone, limit, before);
    },
    applied: new AppliedZones(store),
    fileBase: async (name) => {
      const zone = liveZone(name);
      return zone === undefined ? { changedSince: [] } : server.served.keeper.fileBase(zone);
    },
  });
}

function zoneAnswer(zone: SiteZone, server: NameServerView): z.input<typeof Zone> {
  const { problems, primaries, notified, ...status } = describeZone(zone, server);
  return { ...status, primaries: [...primaries], notified: [...notified], problems: [...problems] };
}

function recordAnswer({ owner, type, ttl, rdata }: ZoneRecord): z.input<typeof Record> {
  return { name: nameToText(owner), ttl, type: mnemonicOfType(type), data: rdataToText(type, rdata) };
}

function zoneNamed(server: NameServerView, text: string): SiteZone {
  const zone = server.zones.zones.get(lowerName(nameOf(text.endsWith(".") ? text : `${text}.`)));
  if (zone !== undefined) return zone;
  throw new RouteError(404, "HP_DNS_ZONE_UNKNOWN", `there is no zone ${text}; homeport zone list shows all`);
}

function selectRecords(
  image: ZoneImage,
  filter: { name?: string | undefined; type?: string | undefined },
): ZoneRecord[] {
  const type = filter.type === undefined ? undefined : typeFromMnemonic(filter.type);
  if (filter.type !== undefined && type === undefined) {
    throw new RouteError(
      400,
      "HP_DNS_TYPE",
      `"${filter.type}" is no record type; write one such as A or TYPE65280`,
    );
  }
  if (filter.name !== undefined) {
    const node = image.find(nameOf(filter.name, image));
    return node === 0
      ? []
      : [...image.recordsOf(node)].filter((record) => type === undefined || record.type === type);
  }
  const selected: ZoneRecord[] = [];
  for (const record of recordsByName(image)) {
    if (type !== undefined && record.type !== type) continue;
    selected.push(record);
    if (selected.length > recordsPerAnswerMax) break;
  }
  return selected;
}

function nameOf(text: string, image?: ZoneImage): ReturnType<typeof parseName> {
  try {
    return parseName(text, image?.origin);
  } catch (error) {
    if (error instanceof NameError) throw new RouteError(400, "HP_DNS_NAME", error.message);
    throw error;
  }
}
