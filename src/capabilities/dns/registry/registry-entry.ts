/**
 * What the store keeps of a published name, at `dns/registry/NAME`: whose it is, and exactly which records
 * the registry put into zones for it.
 */
import { z } from "zod";
import type { RegistryEntry } from "#contracts/name-registry.ts";
import { typedKey } from "#platform/store/typed-key.ts";
import { nameToText, parseName } from "#protocols/dns/name.ts";
import type { OwnRecord } from "./published-records.ts";

const StoredRecord = z.object({
  zone: z.string(),
  name: z.string(),
  type: z.int(),
  /** RDATA in base64, without compression. */
  rdata: z.base64(),
});
type StoredRecord = z.output<typeof StoredRecord>;

export const EntryValue = z.object({
  name: z.string(),
  owner: z.string(),
  addresses: z.array(z.string()).readonly(),
  ttl: z.int(),
  publishedAtMs: z.number(),
  records: z.array(StoredRecord).readonly(),
  /** They are to be removed from zones that could not be changed when they were given up. */
  left: z.array(StoredRecord).readonly(),
  /** The name is nobody's; the entry is here for what is left. */
  withdrawn: z.literal(true).optional(),
});
export type EntryValue = z.output<typeof EntryValue>;

export const entries = typedKey("dns/registry/", EntryValue);

export function storedRecord({ zone, name, type, rdata }: OwnRecord): StoredRecord {
  return {
    zone: nameToText(zone),
    name: nameToText(name),
    type,
    rdata: Buffer.from(rdata).toString("base64"),
  };
}

/** All that the registry has in zones for this name, and what is left. */
export function recordsOf(value: EntryValue | undefined): OwnRecord[] {
  return value === undefined ? [] : ownRecords([...value.records, ...value.left]);
}

export function ownRecords(stored: readonly StoredRecord[]): OwnRecord[] {
  return stored.map(({ zone, name, type, rdata }) => ({
    zone: parseName(zone),
    name: parseName(name),
    type,
    rdata: new Uint8Array(Buffer.from(rdata, "base64")),
  }));
}

export function entryOf({ name, owner, addresses, ttl, publishedAtMs }: EntryValue): RegistryEntry {
  return { name, owner, addresses, ttl, publishedAtMs };
}

/** True when nothing of it is to be written anew. */
export function sameEntry(one: EntryValue | undefined, other: EntryValue): boolean {
  if (one === undefined || one.withdrawn !== other.withdrawn) return false;
  const { name, owner, addresses, ttl } = one;
  return (
    name === other.name &&
    owner === other.owner &&
    ttl === other.ttl &&
    addresses.join() === other.addresses.join() &&
    recordsText(one.records) === recordsText(other.records) &&
    recordsText(one.left) === recordsText(other.left)
  );
}

function recordsText(records: readonly StoredRecord[]): string {
  return records
    .map(({ zone, name, type, rdata }) => `${zone} ${name} ${type} ${rdata}`)
    .sort()
    .join();
}
