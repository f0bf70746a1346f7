/** A record set of a zone that is being changed: as it stands in the image, or as it will stand there. */
import { canonicalRdata } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { readU16, readU32, rrsetHeadOctets, writeU16, writeU32, type ZoneImage } from "./image.ts";
import { copyOctets } from "./image-layout.ts";
import { zoneLimits } from "./limits.ts";
import { ZoneChangeError } from "./zone-change.ts";

export interface RrsetDraft {
  readonly type: number;
  /** By which the sets of a node are ordered, and told apart. */
  readonly key: number;
  /** Where the set stands in the slab and is to be taken from; 0: it is what follows. */
  readonly at: number;
  readonly ttl: number;
  readonly rdata: readonly Uint8Array[];
}

/** Sets of a node differ in their type, sets of signatures also in the type they cover. RFC 4034 §3. */
export function rrsetKey(type: number, rdata: Uint8Array, rdataAt = 0): number {
  const covered = type === RRType.RRSIG || type === RRType.SIG ? readU16(rdata, rdataAt) : 0;
  return ((type << 16) | covered) >>> 0;
}

/** The sets of a node, unchanged. */
export function draftsOf(image: ZoneImage, node: number): RrsetDraft[] {
  const drafts: RrsetDraft[] = [];
  let at = image.firstRrset(node);
  for (let left = image.rrsetsAt(node); left > 0; left--) {
    const type = image.type(at);
    const key = rrsetKey(type, image.slab, image.firstRdata(at) + 2);
    drafts.push({ type, key, at, ttl: image.ttl(at), rdata: [] });
    at = image.nextRrset(at);
  }
  return drafts;
}

/**
 * A new set. Records that stand twice are taken once.
 * @throws ZoneChangeError: RDATA that are none of this type, or no set together
 */
export function draftOf(type: number, ttl: number, rdata: readonly Uint8Array[]): RrsetDraft {
  const distinct = distinctRdata(type, rdata);
  if (distinct.length > zoneLimits.recordsPerRrsetMax)
    throw new ZoneChangeError(
      `a record set of ${distinct.length} records; ${zoneLimits.recordsPerRrsetMax} are the most`,
    );
  const key = rrsetKey(type, distinct[0]!);
  if (distinct.some((octets) => rrsetKey(type, octets) !== key))
    throw new ZoneChangeError("signatures of different types in one record set; make one set for each type");
  return { type, key, at: 0, ttl, rdata: distinct };
}

function distinctRdata(type: number, rdata: readonly Uint8Array[]): readonly Uint8Array[] {
  if (rdata.length === 1) {
    comparable(type, rdata[0]!);
    return rdata;
  }
  const distinct = new Map<string, Uint8Array>();
  for (const octets of rdata) {
    const key = rdataKey(type, octets);
    if (!distinct.has(key)) distinct.set(key, octets);
  }
  return [...distinct.values()];
}

/**
 * The same for RDATA that mean the same. RFC 4034 §6.2.
 * @throws ZoneChangeError
 */
export function rdataKey(type: number, rdata: Uint8Array): string {
  const canonical = comparable(type, rdata);
  return Buffer.from(canonical.buffer, canonical.byteOffset, canonical.length).toString("latin1");
}

function comparable(type: number, rdata: Uint8Array): Uint8Array {
  if (rdata.length > zoneLimits.rdataOctetsMax)
    throw new ZoneChangeError(
      `RDATA of ${rdata.length} octets; ${zoneLimits.rdataOctetsMax} are the most (RFC 1035 §3.2.1)`,
    );
  try {
    return canonicalRdata(type, rdata);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ZoneChangeError(`this is no ${mnemonicOfType(type)} record: ${error.message}`);
  }
}

export function rdataOf(image: ZoneImage, draft: RrsetDraft): readonly Uint8Array[] {
  return draft.at === 0 ? draft.rdata : image.rdata(draft.at);
}

export function recordsIn(image: ZoneImage, draft: RrsetDraft): number {
  return draft.at === 0 ? draft.rdata.length : image.recordsIn(draft.at);
}

/** True when both sets have the same TTL and, octet for octet in this order, the same records. */
export function draftsEqual(image: ZoneImage, one: RrsetDraft, other: RrsetDraft): boolean {
  if (one.ttl !== other.ttl || recordsIn(image, one) !== recordsIn(image, other)) return false;
  const rdata = rdataOf(image, other);
  return rdataOf(image, one).every((octets, index) => Buffer.compare(octets, rdata[index]!) === 0);
}

export function octetsOfDraft(image: ZoneImage, draft: RrsetDraft): number {
  if (draft.at !== 0) return image.nextRrset(draft.at) - draft.at;
  let octets = rrsetHeadOctets;
  for (const one of draft.rdata) octets += 2 + one.length;
  return octets;
}

/** Writes the set at `at`, as `image.ts` draws it; returns where it ends. */
export function writeDraft(slab: Uint8Array, draft: RrsetDraft, at: number): number {
  if (draft.at !== 0) {
    const octets = rrsetHeadOctets + readU32(slab, draft.at + 8);
    copyOctets(slab, draft.at, slab, at, octets);
    return at + octets;
  }
  writeU16(slab, at, draft.type);
  writeU16(slab, at + 2, draft.rdata.length);
  writeU32(slab, at + 4, draft.ttl);
  let end = at + rrsetHeadOctets;
  for (const rdata of draft.rdata) {
    writeU16(slab, end, rdata.length);
    copyOctets(rdata, 0, slab, end + 2, rdata.length);
    end += 2 + rdata.length;
  }
  writeU32(slab, at + 8, end - at - rrsetHeadOctets);
  return end;
}
