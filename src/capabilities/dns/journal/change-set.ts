/**
 * One step in the life of a zone: what it lost, what it got, when, and by whom. In the terms of RFC 1995 §4.
 */
import type { ZoneRecord } from "../zones/image.ts";

/** Who changed a zone. */
export interface Author {
  readonly kind: /** A dynamic update (RFC 2136): `name` is its key, or its address when it had none. */
    | "update"
    /** The primary that this zone is copied from, by its address. */
    | "transfer"
    /** The zone file, by its path. */
    | "file"
    /** A person at the command line or the page. */
    | "user"
    /** Another part of this program, such as `dhcp` or `catalog`. */
    | "capability";
  readonly name: string;
}

export interface ChangeSet {
  /** Serial number of the zone before. */
  readonly from: number;
  /** Serial number of the zone since. */
  readonly to: number;
  readonly atMs: number;
  readonly author: Author;
  /** Why, where there is more to say: "revert to 2026112401". */
  readonly note?: string;
  /** The SOA record of before comes first. Names in RDATA stand whole. */
  readonly removed: readonly ZoneRecord[];
  /** The SOA record of since comes first. */
  readonly added: readonly ZoneRecord[];
}

/** The same without the records: enough to list a history. */
export interface ChangeSummary extends Omit<ChangeSet, "removed" | "added"> {
  /** Records, the SOA not counted. */
  readonly removed: number;
  readonly added: number;
  /** False: it was too large to keep what it removed and added. */
  readonly kept: boolean;
}
