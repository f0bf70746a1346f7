/** What two contents of a zone differ in, in the octets in which a journal keeps it. */
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage, ZoneRecord } from "../zones/image.ts";
import { diffImages } from "../zones/image-diff.ts";
import { packRecords } from "./record-octets.ts";

/**
 * Those removed, then those added, each with its SOA record first. All of it is nothing when nothing differs.
 */
export interface PackedDifference {
  readonly removed: number;
  readonly added: number;
  readonly octets: Uint8Array<ArrayBuffer>;
}

/** Neither may change meanwhile. */
export function packedDifference(before: ZoneImage, after: ZoneImage): PackedDifference {
  let { removed, added } = diffImages(before, after);
  const differ = removed.length > 0 || added.length > 0;
  // A file whose author forgot the serial number: a change has its SOA records all the same. RFC 1995 §4.
  if (differ && removed[0]?.type !== RRType.SOA) removed = [soaOf(before), ...removed];
  if (differ && added[0]?.type !== RRType.SOA) added = [soaOf(after), ...added];
  const octets = packRecords([...removed, ...added]);
  return { removed: removed.length, added: added.length, octets };
}

function soaOf(image: ZoneImage): ZoneRecord {
  const soa = image.rrset(image.present(image.identity(image.apex)), RRType.SOA);
  return { owner: image.origin, type: RRType.SOA, ttl: image.ttl(soa), rdata: image.rdata(soa)[0]! };
}
