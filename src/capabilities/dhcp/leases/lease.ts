/**
 * Who has an address. Leases are values: a change is another one, so that what the disk refused is as if it
 * had never been.
 *
 * Times are seconds since 1970, whole numbers that V8 keeps without an object of their own: at 100,000 leases
 * that is what memory goes by.
 */

export type LeaseState =
  /** Somebody's until it ends. */
  | "bound"
  /** Given back; kept for the same client while others are free. */
  | "released"
  /** Its time is over; kept likewise. */
  | "expired"
  /** Somebody else was found at the address: nobody gets it until `expiresAt`. */
  | "declined";

export interface Lease {
  /** 32 bits. */
  readonly address: number;
  /** See `clientKeyOf`. */
  readonly client: string;
  /** Type and hardware address in hexadecimal: `01525400123456`. */
  readonly hardware: string;
  readonly state: LeaseState;
  /** Since when this client has had this address. */
  readonly since: number;
  /** When it last asked. */
  readonly renewedAt: number;
  readonly expiresAt: number;
  /** What it calls itself, as it said it. */
  readonly hostName: string | undefined;
  /** Its name in the DNS, with the final dot; of a lease that ended the one that it had. */
  readonly name: string | undefined;
  /** Why it has not the name that it wanted. */
  readonly nameProblem: string | undefined;
  /** What the relay said of it, option 82 in hexadecimal. */
  readonly agent: string | undefined;
  readonly vendorClass: string | undefined;
}

export function isActive(lease: Lease, nowSeconds: number): boolean {
  return lease.state === "bound" && lease.expiresAt > nowSeconds;
}

/** The name that stands in the DNS for it. */
export function publishedName(lease: Lease | undefined): string | undefined {
  return lease?.state === "bound" ? lease.name : undefined;
}

/** First octet of a client's key: known by its hardware address, or by option 61. */
export const keyKind = { hardware: 0, clientIdentifier: 61 } as const;

/** `52:54:00:12:34:56` of `01525400123456`; other hardware with its type in front: `6/52:54…`. */
export function hardwareText(hardware: string): string {
  if (hardware.length <= 2) return "";
  const type = Number.parseInt(hardware.slice(0, 2), 16);
  const octets = hardware.slice(2).replaceAll(/..(?=.)/g, "$&:");
  return type === 1 ? octets : `${type}/${octets}`;
}

/** The identifier of a client's key for people: `01:52:54:00:12:34:56`; undefined: it sent none. */
export function clientIdentifierText(client: string): string | undefined {
  if (Number.parseInt(client.slice(0, 2), 16) !== keyKind.clientIdentifier) return undefined;
  return client.slice(2).replaceAll(/..(?=.)/g, "$&:");
}

/** Who publishes the names of this client, for the registry: `dhcp:01:52:54:00:12:34:56`. */
export function ownerOf(client: string): string {
  return `dhcp:${client.slice(2).replaceAll(/..(?=.)/g, "$&:")}`;
}
