/**
 * Zone files that people like to read: aligned, grouped by name, and the same for the same records whatever
 * order they come in. Reading one back gives the same records, octet by octet. Comments of the file that the
 * records came from are not kept: they belong to places in it, and places move.
 */
import { lowerName, type Name, nameLabels, nameToText } from "../dns/name.ts";
import { mnemonicOfType, RRType } from "../dns/registry.ts";
import { layOutRdata, relativeName } from "./rdata-layout.ts";
import { timeInWords } from "./time-in-words.ts";

export interface WrittenRecord {
  readonly owner: Name;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

export interface ZoneWriterOptions {
  readonly origin: Name;
}

/** Owners up to this long share a column; a longer one pushes its line to the right. */
const ownerColumnMax = 32;

export function writeZone(records: Iterable<WrittenRecord>, options: ZoneWriterOptions): string {
  const sorted = inOrder(records, options.origin);
  const origin = spelledOrigin(sorted, options.origin);
  const defaultTtl = commonTtl(sorted);
  const owners = sorted.map(({ record }) => relativeName(record.owner, origin));
  const columns = measure(sorted, owners, defaultTtl);
  const lines = [`$ORIGIN ${nameToText(origin)}`];
  const comment = timeInWords(defaultTtl ?? 0).replace(/^(?=.)/, " ; ");
  if (defaultTtl !== undefined) lines.push(`$TTL ${defaultTtl}${comment}`);
  let previous: Name | undefined;
  for (const [index, { record }] of sorted.entries()) {
    const owner = record.owner === previous ? "" : owners[index]!;
    previous = record.owner;
    const ttl = columns.ttl === 0 ? "" : pad(record.ttl === defaultTtl ? "" : `${record.ttl}`, columns.ttl);
    const head = `${pad(owner, columns.owner)}${ttl}${pad(mnemonicOfType(record.type), columns.type)}`;
    lines.push(head + layOutRdata(record.type, record.rdata, { origin, indent: head.length }));
  }
  return `${lines.join("\n")}\n`;
}

interface SortedRecord {
  readonly record: WrittenRecord;
  readonly lower: Name;
}

/**
 * The zone's name in upper and lower case as its SOA has it, so that most names can be written without it.
 */
function spelledOrigin(records: readonly SortedRecord[], origin: Name): Name {
  const first = records[0];
  return first !== undefined && first.lower === lowerName(origin) ? first.record.owner : origin;
}

/** The SOA, the zone's own records, then names in canonical order (RFC 4034 §6.1); NS before other types. */
function inOrder(records: Iterable<WrittenRecord>, origin: Name): SortedRecord[] {
  const groups = new Map<Name, SortedRecord[]>();
  for (const record of records) {
    const lower = lowerName(record.owner);
    const group = groups.get(lower);
    if (group === undefined) groups.set(lower, [{ record, lower }]);
    else group.push({ record, lower });
  }
  const top = lowerName(origin);
  return [...groups]
    .map(([name, group]) => ({ key: name === top ? "" : canonicalKey(name), group }))
    .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)))
    .flatMap(({ group }) => group.sort((one, other) => compareRecords(one.record, other.record)));
}

/**
 * A text that sorts as names do (RFC 4034 §6.1): labels from the right, each behind a NUL. NULs within
 * labels become a pair that sorts behind it. Made once for each name, since a large zone compares each of
 * them twenty times.
 */
function canonicalKey(lower: Name): string {
  return nameLabels(lower)
    .reverse()
    .map((label) => `\0${label.replaceAll("\u0001", "\u0001\u0002").replaceAll("\0", "\u0001\u0001")}`)
    .join("");
}

function compareRecords(one: WrittenRecord, other: WrittenRecord): number {
  return (
    rank(one.type) - rank(other.type) ||
    one.type - other.type ||
    compareOctets(one.rdata, other.rdata) ||
    one.ttl - other.ttl ||
    (one.owner < other.owner ? -1 : Number(one.owner > other.owner))
  );
}

function rank(type: number): number {
  return type === RRType.SOA ? 0 : type === RRType.NS ? 1 : 2;
}

/** RFC 4034 §6.3. */
function compareOctets(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return one[i]! - other[i]!;
  return one.length - other.length;
}

/** The TTL of most records, the lowest of those that tie. */
function commonTtl(records: readonly SortedRecord[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { record } of records) counts.set(record.ttl, (counts.get(record.ttl) ?? 0) + 1);
  let common: number | undefined;
  for (const [ttl, count] of counts) {
    const most = common === undefined ? 0 : counts.get(common)!;
    if (count > most || (count === most && ttl < common!)) common = ttl;
  }
  return common;
}

/** The widths of the columns, with the space behind each; a TTL column only where one is needed. */
function measure(
  records: readonly SortedRecord[],
  owners: readonly string[],
  defaultTtl: number | undefined,
): { owner: number; ttl: number; type: number } {
  let owner = 0;
  let ttl = 0;
  let type = 0;
  for (const [index, { record }] of records.entries()) {
    const { length } = owners[index]!;
    if (length <= ownerColumnMax) owner = Math.max(owner, length);
    if (record.ttl !== defaultTtl) ttl = Math.max(ttl, `${record.ttl}`.length);
    type = Math.max(type, mnemonicOfType(record.type).length);
  }
  return { owner: owner + 1, ttl: ttl === 0 ? 0 : ttl + 1, type: type + 1 };
}

function pad(text: string, width: number): string {
  return text.length < width ? text.padEnd(width) : `${text} `;
}
