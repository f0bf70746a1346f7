/** What can be done to a zone, in terms of whole record sets or single records, and why it may be refused. */
import type { Name } from "#protocols/dns/name.ts";

/**
 * One step of a transaction; each works on what those before it left. Sets of RRSIG records are told apart
 * by the type they cover too, which stands in their RDATA. Names in RDATA are uncompressed.
 */
export type ZoneChange =
  /** Puts this record set in the place of the one that is there. Without RDATA: deletes it. */
  | {
      readonly do: "set";
      readonly owner: Name;
      readonly type: number;
      /** Seconds. */
      readonly ttl: number;
      readonly rdata: readonly Uint8Array[];
    }
  /** Deletes the record sets of a type. */
  | { readonly do: "delete"; readonly owner: Name; readonly type: number }
  /** Deletes all record sets of a name. Names below it stay. */
  | { readonly do: "delete-name"; readonly owner: Name }
  /** Adds one record, unless it is there. All of its set get its TTL. RFC 2181 §5.2. */
  | {
      readonly do: "add";
      readonly owner: Name;
      readonly type: number;
      /** Seconds. */
      readonly ttl: number;
      readonly rdata: Uint8Array;
    }
  /** Removes one record, if it is there. */
  | { readonly do: "remove"; readonly owner: Name; readonly type: number; readonly rdata: Uint8Array };

/** A change that makes no sense in this zone. Nothing of its transaction was done. */
export class ZoneChangeError extends Error {
  override readonly name = "ZoneChangeError";
}

/**
 * The zone is signed, or would be: what denies its names stands in an index that a change would make wrong
 * (RFC 4035 §3.1.3), so that the zone must be built anew.
 */
export class ZoneSignedError extends Error {
  override readonly name = "ZoneSignedError";
}

/** The image has no room for the transaction, of which nothing was done: merge, then try again. */
export class ZoneFullError extends Error {
  override readonly name = "ZoneFullError";
  /** What the transaction takes of the room. */
  readonly octets: number;
  /** Names it adds to the zone. */
  readonly names: number;

  constructor(octets: number, names: number) {
    super(`the zone image has no room for ${octets} octets and ${names} names more; merge it first`);
    this.octets = octets;
    this.names = names;
  }
}

/** More transactions wait for a merge than may. This one was not done. */
export class ZoneBusyError extends Error {
  override readonly name = "ZoneBusyError";
}
