/** Addresses, records and providers as the API has them. */
import { z } from "zod";
import {
  type FamilyView,
  type LookView,
  type PastAddressView,
  type ProviderView,
  type RecordView,
  recordStates,
} from "../control.ts";

const moment = z.iso.datetime().nullable();
const text = z.string().nullable();
const family = z.enum(["ipv4", "ipv6"]);

export const LookAnswer = z.object({
  at: z.iso.datetime(),
  family,
  outcome: z.enum(["same", "changed", "could-not-tell"]),
  address: text,
  sentence: text.describe("Why it could not tell"),
  witnesses: z.array(z.object({ title: z.string(), address: text, why: text.describe("Why it has none") })),
});
export type LookAnswer = z.output<typeof LookAnswer>;

export const FamilyAnswer = z.object({
  family,
  isWatched: z.boolean().describe("There are ways to find it in the site file"),
  address: text.describe("The last one known"),
  since: moment,
  lastSeen: moment,
  prefix: text.describe("IPv6: of machines behind the site"),
  lastLook: LookAnswer.nullable(),
  nextLook: moment,
});
export type FamilyAnswer = z.output<typeof FamilyAnswer>;

export const RecordAnswer = z.object({
  id: z.string().describe("Name, type and provider"),
  name: z.string(),
  type: z.enum(["A", "AAAA"]),
  provider: z.string(),
  state: z
    .enum(recordStates)
    .describe("stopped: until a person has looked at it; unconfirmed: nobody can tell whether it is so"),
  current: text.describe("What the provider took last"),
  wanted: text,
  changedAt: moment,
  checkedAt: moment.describe("When the provider last said that it has it"),
  nextTry: moment,
  failures: z.int().describe("Since the last success"),
  error: z.object({ code: z.string(), sentence: z.string(), at: z.iso.datetime() }).nullable(),
  confirmation: z
    .object({
      outcome: z.enum(["yes", "no", "could-not-confirm", "not-asked"]),
      sentence: text,
      at: moment,
    })
    .describe("What the authoritative servers of the zone say"),
});
export type RecordAnswer = z.output<typeof RecordAnswer>;

export const ProviderAnswer = z.object({
  name: z.string(),
  type: z.string(),
  title: z.string(),
  records: z.int(),
  stopped: text.describe("Why none of its records is sent any more"),
  requestsThisHour: z.int(),
  requestsPerHourMax: z.int(),
});
export type ProviderAnswer = z.output<typeof ProviderAnswer>;

export const PastAddressAnswer = z.object({
  family,
  address: z.string(),
  from: moment.describe("null: imported, and nobody knows"),
  until: moment.describe("null: it still is, or nobody knows"),
  lastSeen: moment,
  isPresent: z.boolean(),
  seenBy: z.array(z.string()),
});
export type PastAddressAnswer = z.output<typeof PastAddressAnswer>;

export function lookAnswer({
  atMs,
  family: of,
  outcome,
  address,
  sentence,
  witnesses,
}: LookView): LookAnswer {
  return {
    at: new Date(atMs).toISOString(),
    family: of,
    outcome,
    address: address ?? null,
    sentence: sentence ?? null,
    witnesses: witnesses.map((one) => ({
      title: one.title,
      address: one.address ?? null,
      why: one.why ?? null,
    })),
  };
}

export function familyAnswer(view: FamilyView): FamilyAnswer {
  return {
    family: view.family,
    isWatched: view.isWatched,
    address: view.address ?? null,
    since: momentOf(view.sinceMs),
    lastSeen: momentOf(view.lastSeenMs),
    prefix: view.prefix ?? null,
    lastLook: view.lastLook === undefined ? null : lookAnswer(view.lastLook),
    nextLook: momentOf(view.nextLookMs),
  };
}

export function recordAnswer(view: RecordView): RecordAnswer {
  const { id, name, type, provider, state, failures, error, confirmation } = view;
  return {
    id,
    name,
    type,
    provider,
    state,
    current: view.current ?? null,
    wanted: view.wanted ?? null,
    changedAt: momentOf(view.changedAtMs),
    checkedAt: momentOf(view.checkedAtMs),
    nextTry: momentOf(view.nextTryMs),
    failures,
    error:
      error === undefined ? null : { code: error.code, sentence: error.sentence, at: momentOf(error.atMs)! },
    confirmation: {
      outcome: confirmation.outcome,
      sentence: confirmation.sentence ?? null,
      at: momentOf(confirmation.atMs),
    },
  };
}

export function providerAnswer({ stopped, ...view }: ProviderView): ProviderAnswer {
  return { ...view, stopped: stopped ?? null };
}

export function pastAddressAnswer(past: PastAddressView): PastAddressAnswer {
  return {
    family: past.family,
    address: past.address,
    from: momentOf(past.fromMs),
    until: momentOf(past.untilMs),
    lastSeen: momentOf(past.lastSeenMs),
    isPresent: past.isPresent,
    seenBy: [...past.seenBy],
  };
}

function momentOf(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
