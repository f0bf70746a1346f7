/** Change sets as values of the store: what is asked often as JSON, the records as octets in base64. */
import { z } from "zod";
import type { ZoneRecord } from "../zones/image.ts";
import type { Author, ChangeSet, ChangeSummary } from "./change-set.ts";
import { packRecords, RecordOctetsError, unpackRecords } from "./record-octets.ts";

const serial = z.int().min(0).max(0xffff_ffff);

export const StoredSet = z.object({
  from: serial,
  to: serial,
  at: z.number(),
  by: z.tuple([z.enum(["update", "transfer", "file", "user", "capability"]), z.string()]),
  note: z.string().optional(),
  /** Records, the SOA counted. */
  removed: z.int(),
  added: z.int(),
  /**
   * Octets of what was removed and added, first those that were removed; undefined: kept in parts, or not.
   */
  octets: z.string().optional(),
  /** Into how many values of their own the octets went; 0: they are not kept. */
  parts: z.int().optional(),
});
export type StoredSet = z.output<typeof StoredSet>;

/** One transaction's sets of one zone. */
export const JournalPage = z.object({ sets: z.array(StoredSet) });
export type JournalPage = z.output<typeof JournalPage>;

export function storedSet(set: ChangeSet, octets: Uint8Array | undefined): StoredSet {
  const { author, note } = set;
  return {
    from: set.from,
    to: set.to,
    at: set.atMs,
    by: [author.kind, author.name],
    ...(note === undefined ? {} : { note }),
    removed: set.removed.length,
    added: set.added.length,
    ...(octets === undefined ? {} : { octets: base64(octets) }),
  };
}

export function octetsOfSet(set: ChangeSet): Uint8Array {
  return packRecords([...set.removed, ...set.added]);
}

/** `octets`: of a set that is kept in parts. Undefined when the records are not kept. */
export function changeSetOf(stored: StoredSet, octets?: Uint8Array): ChangeSet | undefined {
  const all = octets ?? (stored.octets === undefined ? undefined : Buffer.from(stored.octets, "base64"));
  if (all === undefined) return undefined;
  const removed: ZoneRecord[] = [];
  const added: ZoneRecord[] = [];
  for (const record of unpackRecords(all)) (removed.length < stored.removed ? removed : added).push(record);
  if (removed.length !== stored.removed || added.length !== stored.added)
    throw new RecordOctetsError(
      `${removed.length + added.length} records instead of so many as were written`,
    );
  const { from, to, at, note } = stored;
  return {
    from,
    to,
    atMs: at,
    author: authorOf(stored),
    ...(note === undefined ? {} : { note }),
    removed,
    added,
  };
}

export function summaryOf(stored: StoredSet): ChangeSummary {
  const { from, to, at, note, removed, added, octets, parts } = stored;
  return {
    from,
    to,
    atMs: at,
    author: authorOf(stored),
    ...(note === undefined ? {} : { note }),
    removed: Math.max(removed - 1, 0),
    added: Math.max(added - 1, 0),
    kept: octets !== undefined || (parts ?? 0) > 0,
  };
}

function authorOf({ by: [kind, name] }: StoredSet): Author {
  return { kind, name };
}

function base64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("base64");
}
