/**
 * A zone's content as a file of this machine, for what is too large for the store: copies of other servers'
 * zones, and where long histories begin. Written whole or not at all.
 *
 *     "HPzone1\n" | length of the head u32 | head: JSON | records (record-octets.ts) | SHA-256 of all before
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { unfinishedEnding, writeDurably } from "#platform/files/durable-file.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import { readU32, writeU32, type ZoneImage, type ZoneRecord } from "../zones/image.ts";
import { ZoneImageBuilder } from "../zones/image-builder.ts";
import { journalLimits } from "./limits.ts";
import { octetsOfRecord, RecordOctetsError, walkRecords, writeRecord } from "./record-octets.ts";

const magic = Buffer.from("HPzone1\n", "latin1");
const digestOctets = 32;
const chunkOctets = 1 << 20;

/** The file is damaged, or of something else. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";
}

/** Durable when it returns. Throws what the file system throws. */
export function writeSnapshot(path: string, image: ZoneImage): void {
  writeDurably(path, 0o600, (write) => writeContent(write, image));
}

/** @throws SnapshotError, and what the file system throws */
export function readSnapshot(path: string, origin: Name): ZoneImage {
  if (statSync(path).size > journalLimits.snapshotOctetsMax) throw new SnapshotError(`${path} is too large`);
  const octets = readFileSync(path);
  const end = octets.length - digestOctets;
  if (end < magic.length + 4 || octets.compare(magic, 0, magic.length, 0, magic.length) !== 0)
    throw new SnapshotError(`${path} is no snapshot of a zone`);
  const digest = createHash("sha256").update(octets.subarray(0, end)).digest();
  if (!digest.equals(octets.subarray(end))) throw new SnapshotError(`${path} is damaged`);
  const headAt = magic.length + 4;
  const recordsAt = headAt + readU32(octets, magic.length);
  const { zone } = JSON.parse(octets.toString("utf8", headAt, recordsAt)) as { zone?: unknown };
  if (zone !== nameToText(lowerName(origin))) throw new SnapshotError(`${path} is of ${String(zone)}`);
  return imageOf(path, octets.subarray(recordsAt, end), origin);
}

function imageOf(path: string, records: Uint8Array, origin: Name): ZoneImage {
  const builder = new ZoneImageBuilder(origin, Math.ceil(records.length / 40));
  try {
    const owner = new Uint8Array(255);
    walkRecords(records, (ownerAt, ownerOctets, type, ttl, rdataAt, end) => {
      owner.set(records.subarray(ownerAt, ownerAt + ownerOctets));
      builder.add(owner, ownerOctets, type, ttl, records.subarray(rdataAt, end), end - rdataAt);
    });
  } catch (error) {
    if (error instanceof RecordOctetsError) throw new SnapshotError(`${path}: ${error.message}`);
    throw error;
  }
  return builder.finish();
}

function writeContent(append: (octets: Uint8Array) => void, image: ZoneImage): void {
  const digest = createHash("sha256");
  const write = (octets: Uint8Array): void => {
    digest.update(octets);
    append(octets);
  };
  const head = Buffer.from(
    JSON.stringify({ zone: nameToText(lowerName(image.origin)), serial: image.serial() }),
  );
  const headLength = new Uint8Array(4);
  writeU32(headLength, 0, head.length);
  write(Buffer.concat([magic, headLength, head]));
  let chunk = new Uint8Array(chunkOctets);
  let at = 0;
  for (const record of image.records()) {
    const need = octetsOfRecord(record);
    if (at + need > chunk.length) {
      write(chunk.subarray(0, at));
      at = 0;
      if (need > chunk.length) chunk = new Uint8Array(need);
    }
    at = writeRecord(chunk, at, record as ZoneRecord);
  }
  write(chunk.subarray(0, at));
  append(digest.digest());
}

/** The name of what snapshots are written over in an interrupted write. */
export function isLeftover(file: string): boolean {
  return file.endsWith(unfinishedEnding);
}
