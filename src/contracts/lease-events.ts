/**
 * Who got which address when: what others do with it, such as the map of the network or an installer, they
 * learn here. The DHCP server provides it.
 */

export type LeaseEventKind =
  /** A machine has an address that it did not have. */
  | "granted"
  /** It has it for longer. */
  | "renewed"
  /** It gave it back. */
  | "released"
  /** Its time is over. */
  | "expired"
  /** It says that somebody else uses it: nobody gets it for a while. */
  | "declined";

export interface LeaseEvent {
  readonly kind: LeaseEventKind;
  /** In text. */
  readonly address: string;
  /** `52:54:00:12:34:56`; empty when the machine told none. */
  readonly hardwareAddress: string;
  /** Name that it has in the DNS, or had when this is its end; undefined: none. */
  readonly name: string | undefined;
  /** What it calls itself. */
  readonly hostName: string | undefined;
  readonly atMs: number;
  /** End of the lease. */
  readonly expiresAtMs: number;
  /** The network that the address is of: `192.168.9.0/24`. */
  readonly subnet: string;
}

export interface LeaseEvents {
  /**
   * Called in order, once what happened is durable. What a listener throws is the listener's fault and stops
   * nobody.
   */
  subscribe(listener: (event: LeaseEvent) => void): Disposable;
  /** The leases that count now, as the events that last changed them would have it. */
  current(): readonly LeaseEvent[];
}
