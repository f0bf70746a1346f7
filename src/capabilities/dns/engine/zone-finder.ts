/** Which of the served zones answers for a name, and whether this client may ask it. */
import type { Name } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ZoneTable } from "../zones/zone-table.ts";
import type { NamePlace } from "./name-place.ts";
import { liesInZone } from "./zone-walk.ts";

/** What `ZoneFinder.find` found. */
export const Finding = {
  /** `image` answers. */
  served: 0,
  /** No zone of this server has the name. */
  none: 1,
  /** The zone's allowQuery leaves this client out. */
  prohibited: 2,
  /** The zone is configured and could not be loaded. */
  notLoaded: 3,
} as const;
export type Finding = (typeof Finding)[keyof typeof Finding];

export class ZoneFinder {
  image!: ZoneImage;
  private zones!: ZoneTable;
  private client!: Uint8Array;
  private key: Name | undefined;
  private index = 0;

  /** Takes the zones, the octets of the client's address and the key of the next query. */
  begin(zones: ZoneTable, client: Uint8Array, key?: Name): void {
    this.zones = zones;
    this.client = client;
    this.key = key;
  }

  /** Sets `image` when the finding is `served`. */
  find(name: NamePlace, qtype: number): Finding {
    const found = this.indexOf(name, qtype);
    if (found === -1) return Finding.none;
    const allowQuery = this.zones.allowQuery(found);
    if (!allowQuery.any && !allowQuery.allows(this.client, this.key)) return Finding.prohibited;
    const image = this.zones.image(found);
    if (image === undefined) return Finding.notLoaded;
    this.image = image;
    this.index = found;
    return Finding.served;
  }

  /** True when the zone found last is also the one that answers for another name. */
  hasAlso(name: NamePlace, qtype: number): boolean {
    if (!liesInZone(this.image, name)) return false;
    return !this.zones.hasZonesBelow(this.index) || this.indexOf(name, qtype) === this.index;
  }

  /** True when a name belongs to a zone that could not be loaded. */
  isNotLoaded(name: NamePlace, qtype: number): boolean {
    const found = this.indexOf(name, qtype);
    return found !== -1 && this.zones.memory(found) === undefined;
  }

  /** True when a name is that of a zone of this server. */
  isOrigin(name: NamePlace): boolean {
    const found = this.zones.find(name, false);
    return found !== -1 && this.zones.isOrigin(found, name);
  }

  private indexOf(name: NamePlace, qtype: number): number {
    // The DS of a zone stands in its parent. RFC 4035 §3.1.4.1.
    const found = qtype === RRType.DS ? this.zones.find(name, true) : -1;
    return found === -1 ? this.zones.find(name, false) : found;
  }
}
