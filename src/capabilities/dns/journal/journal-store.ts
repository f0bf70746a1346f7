/**
 * Zones' histories in the store.
 *
 *     dns/journal/ZONE/000000000007        the sets of one transaction, numbered without gaps
 *     dns/journal-part/ZONE/000000000007/0 octets of sets too large for their page, one after the other
 *     dns/journal-zone/ZONE                where the history begins, and what it continues
 */
import { z } from "zod";
import type { Store, StoreOperation } from "#contracts/store.ts";
import { typedKey } from "#platform/store/typed-key.ts";
import type { Name } from "#protocols/dns/name.ts";
import type { ChangeSet } from "./change-set.ts";
import { changeSetOf, JournalPage, type StoredSet } from "./change-set-value.ts";
import { journalLimits } from "./limits.ts";
import { zoneKey } from "./zone-key.ts";

const number = z.int().min(0);
/** Of the store's 128. */
const operationsPerTransaction = 100;

/** What is known of a zone besides its sets. */
export const ZoneRecordValue = z.object({
  kind: z.enum(["primary", "secondary"]),
  /** It was changed by others than its file: what the file says is not all of it. */
  dynamic: z.boolean(),
  /** What the file said when it was last taken. */
  base: z
    .object({
      digest: z.string(),
      /** The newest page that is in it. */
      page: number,
      /** File of the snapshot folder with its content, once the zone is dynamic. */
      snapshot: z.string().optional(),
    })
    .optional(),
  /** Content as of a page, of which the file is in the snapshot folder. */
  state: z.object({ snapshot: z.string(), page: number, serial: number }).optional(),
  /** From this page on, each set continues the one before. */
  chainFrom: number,
  /** By how much its serial number has gone forward in large steps since then, at most. */
  jumped: number.optional(),
  /** The first page that is kept. */
  oldest: number,
});
export type ZoneRecordValue = z.output<typeof ZoneRecordValue>;

export const zoneRecords = typedKey("dns/journal-zone/", ZoneRecordValue);

export interface NumberedPage extends JournalPage {
  readonly number: number;
}

/** What stands in the journal is not what was written there. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

export function putPage(zone: Name, number: number, sets: readonly StoredSet[]): StoreOperation {
  return { do: "put", key: pageKey(zone, number), value: { sets } };
}

export function putPart(zone: Name, page: number, part: number, octets: Uint8Array): StoreOperation {
  const value = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("base64");
  return { do: "put", key: `${partPrefix(zone, page)}${part}`, value };
}

export function deletePart(key: string): StoreOperation {
  return { do: "delete", key };
}

/** Pages after one, oldest first. */
export async function readPages(store: Store, zone: Name, after: number): Promise<readonly NumberedPage[]> {
  const limit = journalLimits.pagesPerReadMax;
  const entries = await store.list(pagePrefix(zone), { after: pageKey(zone, after), limit });
  return entries.map(({ key, value }) => ({ number: numberOf(key), ...JournalPage.parse(value) }));
}

/** Pages before one, newest first. */
export async function readPagesBackwards(
  store: Store,
  zone: Name,
  before: number,
  limit: number,
): Promise<readonly NumberedPage[]> {
  const after = pageKey(zone, before);
  const entries = await store.list(pagePrefix(zone), { after, limit, backwards: true });
  return entries.map(({ key, value }) => ({ number: numberOf(key), ...JournalPage.parse(value) }));
}

export async function readPage(store: Store, zone: Name, number: number): Promise<JournalPage | undefined> {
  const entry = await store.get(pageKey(zone, number));
  return entry && JournalPage.parse(entry.value);
}

/** Number of the newest page; 0: there is none. */
export async function newestPage(store: Store, zone: Name): Promise<number> {
  const [last] = await store.list(pagePrefix(zone), { limit: 1, backwards: true });
  return last === undefined ? 0 : numberOf(last.key);
}

/** The sets of a page with their records; undefined in the place of one whose records are not kept. */
export async function setsOf(
  store: Store,
  zone: Name,
  page: NumberedPage,
): Promise<readonly (ChangeSet | undefined)[]> {
  const sets: (ChangeSet | undefined)[] = [];
  let part = 0;
  for (const stored of page.sets) {
    const { parts = 0 } = stored;
    const octets = parts > 0 ? await readParts(store, zone, page.number, part, parts) : undefined;
    part += parts;
    sets.push(changeSetOf(stored, octets));
  }
  return sets;
}

/** What removes a page and its parts. */
export function deletePage(zone: Name, page: NumberedPage): StoreOperation[] {
  const parts = page.sets.reduce((sum, set) => sum + (set.parts ?? 0), 0);
  return [
    { do: "delete", key: pageKey(zone, page.number) },
    ...Array.from({ length: parts }, (_, part): StoreOperation => {
      return { do: "delete", key: `${partPrefix(zone, page.number)}${part}` };
    }),
  ];
}

/** Removes all that the store has of a zone; its record first, so that what is left half-way is nobody's. */
export async function deleteJournal(store: Store, zone: Name): Promise<void> {
  await store.transact([], [zoneRecords.delete(zoneKey(zone))]);
  for (;;) {
    const pages = await readPages(store, zone, 0);
    if (pages.length === 0) return;
    const operations = pages.flatMap((page) => deletePage(zone, page));
    for (let at = 0; at < operations.length; at += operationsPerTransaction) {
      await store.transact([], operations.slice(at, at + operationsPerTransaction));
    }
  }
}

async function readParts(
  store: Store,
  zone: Name,
  page: number,
  first: number,
  parts: number,
): Promise<Uint8Array> {
  const read: Buffer[] = [];
  for (let part = first; part < first + parts; part++) {
    const entry = await store.get(`${partPrefix(zone, page)}${part}`);
    if (typeof entry?.value !== "string") throw new JournalError(`part ${part} of page ${page} is not there`);
    read.push(Buffer.from(entry.value, "base64"));
  }
  return Buffer.concat(read);
}

function pagePrefix(zone: Name): string {
  return `dns/journal/${zoneKey(zone)}/`;
}

function pageKey(zone: Name, number: number): string {
  return pagePrefix(zone) + String(number).padStart(12, "0");
}

function partPrefix(zone: Name, page: number): string {
  return `dns/journal-part/${zoneKey(zone)}/${String(page).padStart(12, "0")}/`;
}

function numberOf(key: string): number {
  return Number(key.slice(key.lastIndexOf("/") + 1));
}
