/**
 * An UPDATE message as data. RFC 2136 §2.
 *
 *     header | zone: one SOA | prerequisites | updates | additional data, of which OPT alone is looked at
 *
 * TSIG is off already. What no zone could make sense of is a WireError: FORMERR before anybody is asked whose
 * zone it is. Names in RDATA stand whole afterwards, and RDATA is what its type says.
 */
import { type Name, readName } from "#protocols/dns/name.ts";
import { formatOf, mayHoldPointers } from "#protocols/dns/records/index.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { WireError, WireReader, WireWriter } from "#protocols/dns/wire.ts";
import { limits } from "./limits.ts";

export interface UpdateMessage {
  readonly zone: Name;
  readonly zoneClass: number;
  readonly prerequisites: readonly UpdateRecord[];
  readonly updates: readonly UpdateRecord[];
  readonly edns: UpdateEdns | undefined;
}

/** Its class says what it asks for. RFC 2136 §2.4, §2.5. */
export interface UpdateRecord {
  readonly owner: Name;
  readonly type: number;
  readonly class: number;
  /** Seconds. */
  readonly ttl: number;
  readonly rdata: Uint8Array;
}

/** What of EDNS the response depends on. */
export interface UpdateEdns {
  readonly version: number;
  readonly dnssecOk: boolean;
}

const noOctets = new Uint8Array(0);

/**
 * Octets behind the last record are left alone, as other servers do.
 * @throws WireError
 */
export function readUpdate(octets: Uint8Array): UpdateMessage {
  const reader = new WireReader(octets);
  reader.take(4, "header");
  const zones = reader.u16("header.ZOCOUNT");
  const prerequisiteCount = reader.u16("header.PRCOUNT");
  const updateCount = reader.u16("header.UPCOUNT");
  const additionalCount = reader.u16("header.ADCOUNT");
  if (zones !== 1) reader.fail("bad-value", "header.ZOCOUNT"); // RFC 2136 §2.3: exactly one
  const zone = readName(reader, "zone.name");
  if (reader.u16("zone.type") !== RRType.SOA) reader.fail("bad-value", "zone.type"); // RFC 2136 §2.3
  const zoneClass = reader.u16("zone.class");
  const prerequisites = readRecords(reader, prerequisiteCount, true);
  const updates = readRecords(reader, updateCount, false);
  const edns = readAdditional(reader, additionalCount);
  return { zone, zoneClass, prerequisites, updates, edns };
}

/**
 * The zone that an update is for, whatever follows.
 * @throws WireError
 */
export function readUpdateZone(octets: Uint8Array): Name {
  const reader = new WireReader(octets);
  reader.take(limits.headerOctets, "header");
  return readName(reader, "zone.name");
}

function readRecords(reader: WireReader, count: number, isPrerequisite: boolean): UpdateRecord[] {
  const records: UpdateRecord[] = [];
  // A count that lies costs nothing: each record takes eleven octets at least
  for (let i = 0; i < count; i++) records.push(readRecord(reader, isPrerequisite));
  return records;
}

function readRecord(reader: WireReader, isPrerequisite: boolean): UpdateRecord {
  const owner = readName(reader, "update.name");
  const type = reader.u16("update.type");
  const rrClass = reader.u16("update.class");
  const ttl = reader.u32("update.ttl");
  const length = reader.u16("update.rdlength");
  const at = reader.take(length, "update.rdata");
  const isBare = rrClass === RRClass.ANY || (isPrerequisite && rrClass === RRClass.NONE);
  const isMisplaced = type === RRType.OPT || type === RRType.TSIG || (type === 0 && !isBare);
  if (isMisplaced) reader.fail("bad-value", "update.type", at);
  if (isBare && length > 0) reader.fail("bad-value", "update.rdlength", at); // RFC 2136 §2.4, §2.5
  const rdata = isBare ? noOctets : readRdata(reader, at, at + length, type);
  return { owner, type, class: rrClass, ttl, rdata };
}

/** A copy with whole names, for the message is somebody's buffer. */
function readRdata(reader: WireReader, at: number, end: number, type: number): Uint8Array {
  const { octets } = reader;
  const length = end - at;
  if ((type === RRType.A && length === 4) || (type === RRType.AAAA && length === 16))
    return octets.slice(at, end);
  const format = formatOf(type);
  if (format === undefined) return octets.slice(at, end);
  try {
    const data = format.decode(reader.part(at, end));
    if (!mayHoldPointers(type)) return octets.slice(at, end);
    const writer = new WireWriter({ size: length + 64 });
    format.encode(data, writer);
    return writer.finish();
  } catch (error) {
    // Of a kind that a later RFC may define: every octet is kept
    if (error instanceof WireError && error.code === "unknown-form") return octets.slice(at, end);
    throw error;
  }
}

/** RFC 2136 §3.6: whatever else a client sends along is of no use here. */
function readAdditional(reader: WireReader, count: number): UpdateEdns | undefined {
  let edns: UpdateEdns | undefined;
  for (let i = 0; i < count; i++) {
    const owner = readName(reader, "additional.name");
    const type = reader.u16("additional.type");
    reader.u16("additional.class");
    const ttl = reader.u32("additional.ttl");
    reader.take(reader.u16("additional.rdlength"), "additional.rdata");
    if (type !== RRType.OPT) continue;
    // RFC 6891 §6.1.1, §6.1.2
    if (edns !== undefined || owner.length > 1) reader.fail("bad-value", "OPT");
    edns = { version: (ttl >>> 16) & 0xff, dnssecOk: (ttl & 0x8000) !== 0 };
  }
  return edns;
}

/** The TTL that a record is stored with. RFC 2181 §8. */
export function storedTtl(ttl: number): number {
  return ttl > limits.ttlMax ? 0 : ttl;
}
