/** Differences of zones for people: one record a line, name by name, what went before what came. */
import { nameLabels, nameToText } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import type { ZoneRecord } from "../zones/image.ts";
import type { ZoneDifference } from "../zones/image-diff.ts";
import { groupByName } from "./record-sets.ts";

export interface DiffText {
  /** Such as `-www.example.net. 3600 IN A 192.0.2.1`; `+` for what came. */
  readonly lines: readonly string[];
  /** How many lines more there would be. */
  readonly left: number;
}

/** In canonical order of names (RFC 4034 §6.1), of a name SOA and NS first, then by type. */
export function diffText({ removed, added }: ZoneDifference, linesMax: number): DiffText {
  const groups = [...groupByName([...signed(removed, "-"), ...signed(added, "+")])]
    .map(([lower, records]) => ({ labels: nameLabels(lower).reverse(), records }))
    .sort((one, other) => compareLabels(one.labels, other.labels));
  const lines: string[] = [];
  for (const { records } of groups) {
    if (lines.length >= linesMax) break;
    for (const record of records.sort(compareRecords)) lines.push(`${record.sign}${recordText(record)}`);
  }
  const shown = lines.slice(0, linesMax);
  return { lines: shown, left: removed.length + added.length - shown.length };
}

interface SignedRecord extends ZoneRecord {
  readonly sign: "-" | "+";
}

function signed(records: readonly ZoneRecord[], sign: "-" | "+"): SignedRecord[] {
  return records.map((record) => ({ ...record, sign }));
}

function recordText({ owner, ttl, type, rdata }: ZoneRecord): string {
  return `${nameToText(owner)} ${ttl} IN ${mnemonicOfType(type)} ${rdataToText(type, rdata)}`;
}

function compareLabels(one: readonly string[], other: readonly string[]): number {
  const common = Math.min(one.length, other.length);
  for (let i = 0; i < common; i++) if (one[i] !== other[i]) return one[i]! < other[i]! ? -1 : 1;
  return one.length - other.length;
}

function compareRecords(one: SignedRecord, other: SignedRecord): number {
  return (
    rank(one.type) - rank(other.type) ||
    one.type - other.type ||
    Number(one.sign === "+") - Number(other.sign === "+") ||
    Buffer.compare(one.rdata, other.rdata)
  );
}

function rank(type: number): number {
  return type === RRType.SOA ? 0 : type === RRType.NS ? 1 : 2;
}
