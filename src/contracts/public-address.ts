/**
 * The site's public address now, and each change of it. The watcher of the address provides it; the VPN and
 * others that must be found from outside use it.
 */

export type AddressFamily = "ipv4" | "ipv6";

export interface SiteAddress {
  readonly family: AddressFamily;
  /** In text, in its canonical form. */
  readonly address: string;
  /** Since when it is known to be so. */
  readonly sinceMs: number;
}

export interface AddressChange {
  readonly family: AddressFamily;
  readonly address: string;
  /** Undefined: none was known. */
  readonly before: string | undefined;
  readonly atMs: number;
}

export interface PublicAddress {
  /**
   * The last address that was seen, also when it cannot be told at the moment whether it is so still.
   * Undefined: none was ever seen.
   */
  current(family: AddressFamily): SiteAddress | undefined;
  /** Called once a change is durable. What a listener throws is the listener's fault and stops nobody. */
  subscribe(listener: (change: AddressChange) => void): Disposable;
}
