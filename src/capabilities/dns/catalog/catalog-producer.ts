/**
 * The catalogs that this server offers: which zones its secondaries shall copy. RFC 9432.
 *
 * The label of a member is drawn when its zone comes and stays as long as the zone does, since another label
 * has consumers throw away what they have (§5.4). It is in the store, so that it outlives the catalog's own
 * content. A zone that comes back is a new one, and gets a new label.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ConfigError } from "#contracts/configuration.ts";
import type { Store, StoreOperation } from "#contracts/store.ts";
import { typedKey } from "#platform/store/typed-key.ts";
import { lowerName, type Name, nameLimits, nameOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import type { RecordFormat } from "#protocols/dns/record.ts";
import { Ns, Soa } from "#protocols/dns/records/delegation.ts";
import { Txt } from "#protocols/dns/records/text.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { WireWriter } from "#protocols/dns/wire.ts";
import type { ZoneImage } from "../zones/image.ts";
import { ZoneImageBuilder } from "../zones/image-builder.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { zoneText } from "../zones/zone-set.ts";
import { catalogText, nameHash, writeAll } from "./catalog-memory.ts";
import { catalogLimits } from "./limits.ts";

const prefix = "dns/catalog-offered/";
const OfferedMember = z.strictObject({ zone: z.string(), id: z.string() });
const labelOctets = 8;

export interface ProducerPorts {
  readonly store: Store;
  /** A label that was never used before: 16 hex digits. */
  readonly randomLabel?: () => string;
}

/** What `catalogs[].zones` stands for. */
export interface OfferedZones {
  /** In lower case, sorted. */
  readonly zones: readonly Name[];
  /** Entries that name no zone of this server. */
  readonly unknown: readonly string[];
}

/**
 * @param entries names, or `*` for all zones
 * @param zones those of this server in lower case, catalogs left out
 */
export function offeredZones(entries: readonly string[], zones: Iterable<Name>): OfferedZones {
  const all = new Set(zones);
  const offered = new Set<Name>();
  const unknown: string[] = [];
  for (const entry of entries) {
    if (entry === "*") for (const zone of all) offered.add(zone);
    else {
      const zone = lowerName(parseName(entry.endsWith(".") ? entry : `${entry}.`));
      if (all.has(zone)) offered.add(zone);
      else unknown.push(entry);
    }
  }
  return { zones: [...offered].sort(), unknown };
}

/** What a catalog begins as: no members. Throws ConfigError when its name has no room for any. */
export function emptyCatalog(name: Name, serial: number): ZoneImage {
  const longest = ownerOf(name, "0".repeat(2 * labelOctets));
  if (longest.length > nameLimits.nameOctetsMax) {
    const what = `the name of catalog ${zoneText(name)} is too long for its members`;
    const remedy = `choose one of at most ${nameLimits.nameOctetsMax - longest.length + name.length} octets`;
    throw new ConfigError("HP_DNS_CATALOG_NAME", [{ severity: "error", what, remedy }]);
  }
  const builder = new ZoneImageBuilder(name);
  for (const { owner, type, ttl, rdata } of [soaRecord(name, serial), ...fixedRecords(name)]) {
    builder.add(nameOctets(owner), owner.length, type, ttl, rdata, rdata.length);
  }
  return builder.finish();
}

export class CatalogProducer {
  private readonly store: Store;
  private readonly randomLabel: () => string;
  /** Labels are drawn for one list after the other. */
  private line: Promise<unknown> = Promise.resolve();

  constructor({ store, randomLabel = () => randomBytes(labelOctets).toString("hex") }: ProducerPorts) {
    this.store = store;
    this.randomLabel = randomLabel;
  }

  /**
   * What makes the present content of a catalog list these zones; none when it does. The labels of new
   * members are durable by then. The serial number is not among it. Rejects with StoreError.
   */
  plan(catalog: Name, zones: readonly Name[], present: ZoneImage): Promise<readonly ZoneChange[]> {
    const planned = this.line.then(() => this.changes(lowerName(catalog), zones, present));
    this.line = planned.catch(() => {});
    return planned;
  }

  /** The catalog is no longer offered: its labels are never used again. Rejects with StoreError. */
  async forget(catalog: Name): Promise<void> {
    const key = typedKey(`${prefix}${catalogText(catalog)}/`, OfferedMember);
    const entries = await this.store.list(key.prefix);
    await writeAll(
      this.store,
      entries.map((entry) => ({ do: "delete", key: entry.key })),
    );
  }

  private async changes(catalog: Name, zones: readonly Name[], present: ZoneImage): Promise<ZoneChange[]> {
    const listed = membersOf(present);
    const labels = await this.labels(catalog, zones.slice(0, catalogLimits.membersMax), listed);
    const changes: ZoneChange[] = [];
    const wanted = new Set(
      [present.origin, ...fixedRecords(present.origin).map(({ owner }) => owner)].map(lowerName),
    );
    for (const record of fixedRecords(present.origin)) {
      if (!hasOnly(present, record)) changes.push({ do: "set", ...record, rdata: [record.rdata] });
    }
    for (const [zone, label] of labels) {
      const owner = ownerOf(present.origin, label);
      wanted.add(lowerName(owner));
      const record = { owner, type: RRType.PTR, ttl: 0, rdata: nameOctets(zone) };
      if (!hasOnly(present, record)) changes.push({ do: "set", ...record, rdata: [record.rdata] });
    }
    const removals: ZoneChange[] = [];
    for (const node of present.nodes()) {
      const owner = present.nodeName(node);
      if (present.rrsetsAt(node) > 0 && !wanted.has(lowerName(owner)))
        removals.push({ do: "delete-name", owner });
    }
    return [...removals, ...changes];
  }

  /** The label of each zone, in an order that does not depend on how they were listed. */
  private async labels(
    catalog: Name,
    zones: readonly Name[],
    listed: ReadonlyMap<Name, string>,
  ): Promise<Map<Name, string>> {
    const key = typedKey(`${prefix}${catalogText(catalog)}/`, OfferedMember);
    const stored = new Map((await key.list(this.store)).map(({ name, value }) => [name, value.id]));
    const used = new Set([...stored.values(), ...listed.values()]);
    const labels = new Map<Name, string>();
    const operations: StoreOperation[] = [];
    for (const zone of [...new Set(zones.map(lowerName))].sort()) {
      const hash = nameHash(zone);
      const known = stored.get(hash);
      stored.delete(hash);
      // What the catalog says already counts when the store was lost: consumers know it
      const label = known ?? listed.get(zone) ?? this.freshLabel(used);
      labels.set(zone, label);
      if (known === undefined) operations.push(key.put(hash, { zone: nameToText(zone), id: label }));
    }
    for (const hash of stored.keys()) operations.push(key.delete(hash));
    await writeAll(this.store, operations);
    return labels;
  }

  private freshLabel(used: Set<string>): string {
    for (;;) {
      const label = this.randomLabel();
      if (used.has(label)) continue;
      used.add(label);
      return label;
    }
  }
}

interface OfferedRecord {
  readonly owner: Name;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

const invalid = parseName("invalid.");

/** RFC 9432 §4.1: for transfers only; consumers keep a catalog that they cannot fetch as long as may be. */
function soaRecord(catalog: Name, serial: number): OfferedRecord {
  const data = {
    primary: invalid,
    mailbox: invalid,
    serial,
    refresh: 3600,
    retry: 600,
    expire: 2_147_483_646,
    minimum: 0,
  };
  return { owner: catalog, type: RRType.SOA, ttl: 0, rdata: encoded(Soa, data) };
}

/** RFC 9432 §4.1, §4.2.1. */
function fixedRecords(catalog: Name): OfferedRecord[] {
  const version = `\x07version${catalog}` as Name;
  return [
    { owner: catalog, type: RRType.NS, ttl: 0, rdata: encoded(Ns, { host: invalid }) },
    { owner: version, type: RRType.TXT, ttl: 0, rdata: encoded(Txt, { strings: ["2"] }) },
  ];
}

function encoded<Data extends object>(format: RecordFormat<Data>, data: Data): Uint8Array {
  const writer = new WireWriter();
  format.encode(data, writer);
  return writer.finish();
}

function ownerOf(catalog: Name, label: string): Name {
  return `${String.fromCharCode(label.length)}${label}\x05zones${catalog}` as Name;
}

/** Labels by the zones that a catalog of ours lists. */
function membersOf(image: ZoneImage): Map<Name, string> {
  const members = new Map<Name, string>();
  const suffix = lowerName(`\x05zones${image.origin}` as Name);
  image.begin();
  for (const node of image.nodes()) {
    const set = image.rrset(node, RRType.PTR);
    if (set === 0) continue;
    const owner = lowerName(image.nodeName(node));
    const label = owner.slice(1, 1 + owner.charCodeAt(0));
    if (owner.slice(1 + label.length) !== suffix) continue;
    const zone = lowerName(String.fromCharCode(...image.rdata(set)[0]!) as Name);
    members.set(zone, label);
  }
  return members;
}

/** True when the name has this record, and no other of its type. */
function hasOnly(image: ZoneImage, { owner, type, ttl, rdata }: OfferedRecord): boolean {
  const node = image.find(owner);
  const set = node === 0 ? 0 : image.rrset(node, type);
  if (set === 0 || image.ttl(set) !== ttl) return false;
  const present = image.rdata(set);
  return present.length === 1 && Buffer.compare(present[0]!, rdata) === 0;
}
