/**
 * Records as octets, one behind the other: in the journal and in snapshots.
 *
 *     | owner: length u8, wire form | type u16 | TTL u32 | RDATA: length u16, octets |
 */
import type { Name } from "#protocols/dns/name.ts";
import { readU16, readU32, writeU16, writeU32, type ZoneRecord } from "../zones/image.ts";

/** Octets before and between owner and RDATA. */
const headOctets = 1 + 2 + 4 + 2;

export class RecordOctetsError extends Error {
  override readonly name = "RecordOctetsError";
}

export function octetsOfRecord({ owner, rdata }: ZoneRecord): number {
  return headOctets + owner.length + rdata.length;
}

/** Returns where the record ends. */
export function writeRecord(octets: Uint8Array, at: number, record: ZoneRecord): number {
  const { owner, type, ttl, rdata } = record;
  let end = at;
  octets[end++] = owner.length;
  for (let i = 0; i < owner.length; i++) octets[end++] = owner.charCodeAt(i);
  writeU16(octets, end, type);
  writeU32(octets, end + 2, ttl);
  writeU16(octets, end + 6, rdata.length);
  octets.set(rdata, end + 8);
  return end + 8 + rdata.length;
}

export function packRecords(records: readonly ZoneRecord[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const record of records) length += octetsOfRecord(record);
  const octets = new Uint8Array(length);
  let at = 0;
  for (const record of records) at = writeRecord(octets, at, record);
  return octets;
}

/** Takes one record after the other. @throws RecordOctetsError: what stands there is no records */
export function* unpackRecords(octets: Uint8Array): Generator<ZoneRecord> {
  for (let at = 0; at < octets.length; ) {
    const ownerEnd = at + 1 + octets[at]!;
    const rdataAt = ownerEnd + 8;
    if (rdataAt > octets.length) throw new RecordOctetsError(`a record that is cut, at octet ${at}`);
    const end = rdataAt + readU16(octets, ownerEnd + 6);
    if (end > octets.length) throw new RecordOctetsError(`RDATA that are cut, at octet ${rdataAt}`);
    yield {
      owner: Buffer.from(octets.buffer, octets.byteOffset + at + 1, octets[at]!).toString("latin1") as Name,
      type: readU16(octets, ownerEnd),
      ttl: readU32(octets, ownerEnd + 2),
      rdata: new Uint8Array(octets.subarray(rdataAt, end)), // a copy, also of a Buffer
    };
    at = end;
  }
}

/** The same without objects, for a million of them: `take` gets where the parts stand. */
export function walkRecords(
  octets: Uint8Array,
  take: (
    ownerAt: number,
    ownerOctets: number,
    type: number,
    ttl: number,
    rdataAt: number,
    end: number,
  ) => void,
): void {
  for (let at = 0; at < octets.length; ) {
    const ownerEnd = at + 1 + octets[at]!;
    const rdataAt = ownerEnd + 8;
    const end = rdataAt + (rdataAt > octets.length ? 0 : readU16(octets, ownerEnd + 6));
    if (end > octets.length) throw new RecordOctetsError(`a record that is cut, at octet ${at}`);
    take(at + 1, octets[at]!, readU16(octets, ownerEnd), readU32(octets, ownerEnd + 2), rdataAt, end);
    at = end;
  }
}
