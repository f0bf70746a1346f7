/** The site's address and its records over HTTP. */
import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { type DdnsControl, type RecordView, recordStates } from "./control.ts";
import {
  FamilyAnswer,
  familyAnswer,
  LookAnswer,
  lookAnswer,
  PastAddressAnswer,
  ProviderAnswer,
  pastAddressAnswer,
  providerAnswer,
  RecordAnswer,
  recordAnswer,
} from "./routes/answers.ts";
import { routeLimits } from "./routes/limits.ts";

const count = z.string().regex(/^[1-9]\d{0,5}$/);
const family = z.enum(["ipv4", "ipv6"]);

/** It is asked when a request comes: the routes are also described where nothing runs. */
export function ddnsRoutes(control: () => DdnsControl): readonly Route[] {
  return [
    statusRoute(control),
    recordsRoute(control),
    historyRoute(control),
    importRoute(control),
    checkRoute(control),
    updateRoute(control),
    retryRoute(control),
  ];
}

function statusRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/ddns/status",
    summary: "The public addresses, the accounts at providers, and how many records are how",
    answer: z.object({
      families: z.array(FamilyAnswer),
      providers: z.array(ProviderAnswer),
      counts: z.record(z.enum(recordStates), z.int()).describe("Records by state"),
    }),
    handle() {
      return {
        families: control().families().map(familyAnswer),
        providers: control().providers().map(providerAnswer),
        counts: countsOf(control().records()),
      };
    },
  });
}

function countsOf(records: readonly RecordView[]): Record<RecordView["state"], number> {
  const counts = Object.fromEntries(recordStates.map((state) => [state, 0])) as Record<
    RecordView["state"],
    number
  >;
  for (const { state } of records) counts[state]++;
  return counts;
}

function recordsRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/ddns/records",
    summary: "Records that follow the public address, in the order of the site file",
    parameters: z.object({
      name: z.string().max(255).optional().describe("Only with this in the name"),
      state: z.enum(recordStates).optional(),
      provider: z.string().max(63).optional(),
      after: z.string().max(512).optional().describe("The id of the last record of the page before"),
      limit: count.optional().describe("How many; 1000 at most"),
    }),
    answer: z.object({
      records: z.array(RecordAnswer),
      next: z.string().nullable().describe("`after` of the next page; null: there is none"),
    }),
    handle({ parameters: { name, state, provider, after, limit } }) {
      const all = control()
        .records()
        .filter((record) => name === undefined || record.name.includes(name.toLowerCase()))
        .filter((record) => state === undefined || record.state === state)
        .filter((record) => provider === undefined || record.provider === provider);
      const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      if (after !== undefined && start === 0)
        throw new RouteError(400, "HP_DDNS_PAGE", "there is no such record to go on after; begin anew");
      const most = Math.min(Number(limit ?? routeLimits.recordsPerPageMax), routeLimits.recordsPerPageMax);
      const page = all.slice(start, start + most);
      const next = start + most < all.length ? page.at(-1)!.id : null;
      return { records: page.map(recordAnswer), next };
    },
  });
}

function historyRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "GET",
    path: "/api/ddns/history",
    summary: "Which public addresses the site had, from when to when, newest first",
    parameters: z.object({
      family: family.optional(),
      at: z.iso.datetime({ offset: true }).optional().describe("Only what it was at this moment"),
      from: z.iso.datetime({ offset: true }).optional().describe("Only what it was at some time after this"),
      to: z.iso.datetime({ offset: true }).optional().describe("and before this"),
      limit: count.optional().describe("How many; 100 unless told, 1000 at most"),
    }),
    answer: z.object({ addresses: z.array(PastAddressAnswer), more: z.boolean() }),
    async handle({ parameters: { family: of, at, from, to, limit } }) {
      if (at !== undefined && (from ?? to) !== undefined)
        throw new RouteError(
          400,
          "HP_DDNS_HISTORY_TIME",
          "ask either for a moment, `at`, or for `from` and `to`",
        );
      const most = Math.min(Number(limit ?? routeLimits.pastAddressesDefault), routeLimits.pastAddressesMax);
      const fromMs = from === undefined ? -Infinity : Date.parse(from);
      const toMs = to === undefined ? Infinity : Date.parse(to);
      const found = await control().history({
        ...(of === undefined ? {} : { family: of }),
        ...(at === undefined ? {} : { atMs: Date.parse(at) }),
      });
      const touching = found.filter(
        (past) => (past.fromMs ?? -Infinity) < toMs && (past.untilMs ?? Infinity) > fromMs,
      );
      return {
        addresses: touching.slice(0, most).map(pastAddressAnswer),
        more: touching.length > most,
      };
    },
  });
}

const ImportedAddress = z
  .strictObject({
    family,
    address: z.string().max(45),
    fromMs: z.int().min(0).optional().describe("Milliseconds since 1970; absent: nobody knows"),
    untilMs: z.int().min(0).optional(),
  })
  .refine(({ family: of, address }) => (of === "ipv4" ? isIPv4(address) : isIPv6(address)), {
    message: "is no address of its family",
  });

function importRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/history/import",
    summary: "Take over the history of another program",
    body: z.strictObject({
      addresses: z
        .array(ImportedAddress)
        .min(1)
        .max(routeLimits.importedAddressesMax)
        .describe("The oldest first"),
      from: z.string().min(1).max(63).describe("The program that saw them"),
    }),
    answer: z.object({ taken: z.int().describe("Those that were not known yet") }),
    handle: async ({ body }) => ({ taken: await control().importHistory(body.addresses, body.from) }),
  });
}

function checkRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/check",
    summary: "Look at the public addresses now, asking everybody that may be asked; takes some seconds",
    answer: z.object({ looks: z.array(LookAnswer) }),
    handle: async () => ({ looks: (await control().check()).map(lookAnswer) }),
  });
}

const Sent = z.object({ records: z.array(RecordAnswer) });

function updateRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/records/{name}/update",
    summary: "Send the records of a name now, whether they differ or not",
    parameters: z.object({ name: z.string().max(255) }),
    answer: Sent,
    handle: async ({ parameters: { name } }) => ({ records: known(await control().update(name), name) }),
  });
}

function retryRoute(control: () => DdnsControl): Route {
  return defineRoute({
    method: "POST",
    path: "/api/ddns/retry",
    summary: "Try again what was refused or waits after a failure: of one name, or all",
    body: z.strictObject({ name: z.string().max(255).optional() }).prefault({}),
    answer: Sent,
    handle: async ({ body: { name } }) => ({ records: known(await control().retry(name), name ?? "") }),
  });
}

function known(records: readonly RecordView[] | undefined, name: string): RecordAnswer[] {
  if (records !== undefined) return records.map(recordAnswer);
  const what = `no record follows the public address by the name ${name}; homeport ddns status lists them`;
  throw new RouteError(404, "HP_DDNS_NAME", what);
}
