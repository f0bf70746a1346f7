/** What the API, the command line and the numbers ask of the running DHCP server. */

export type LeaseViewState = "offered" | "bound" | "released" | "expired" | "declined" | "reserved";

/** One address and who has it, for people and programs. */
export interface LeaseView {
  readonly address: string;
  /** `192.168.9.0/24`. */
  readonly subnet: string;
  /** `reserved`: a host's, which is not here now. */
  readonly state: LeaseViewState;
  /** `52:54:00:12:34:56`; empty when none is known. */
  readonly hardwareAddress: string;
  readonly clientIdentifier: string | undefined;
  /** What the machine calls itself. */
  readonly hostName: string | undefined;
  /** Its name in the DNS. */
  readonly name: string | undefined;
  /** Why it has not the name that it wanted, as a sentence. */
  readonly nameProblem: string | undefined;
  /** It is a host of the site file: its name there, or its first key. */
  readonly reservation: string | undefined;
  /** Milliseconds since 1970; undefined for `reserved`. */
  readonly sinceMs: number | undefined;
  readonly renewedAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  /** What the relay says: where it is plugged in. Text, or hexadecimal after 0x. */
  readonly circuitId: string | undefined;
  readonly remoteId: string | undefined;
  readonly vendorClass: string | undefined;
}

export interface PastLeaseView {
  readonly address: string;
  readonly hardwareAddress: string;
  readonly clientIdentifier: string | undefined;
  readonly hostName: string | undefined;
  readonly name: string | undefined;
  readonly sinceMs: number;
  /** Undefined: it still has the address. */
  readonly untilMs: number | undefined;
  readonly end: "expired" | "released" | "declined" | "moved" | "taken-back" | "still";
}

export interface PoolView {
  readonly subnet: string;
  readonly range: string;
  /** Addresses that can be given to anybody. */
  readonly size: number;
  readonly used: number;
  readonly free: number;
  readonly declined: number;
  /** Of the size that is used. */
  readonly percent: number;
}

export interface FoundServer {
  readonly interface: string;
  readonly server: string;
  readonly hardwareAddress: string;
  /** It is this program. */
  readonly isUs: boolean;
  readonly offered: string | undefined;
  readonly gateway: string | undefined;
  readonly dnsServers: readonly string[];
}

/** A lease of another server, to be taken over. */
export interface ImportedLease {
  readonly address: string;
  /** Hexadecimal with colons. */
  readonly hardwareAddress: string;
  /** Of the hardware; 1 is Ethernet. */
  readonly hardwareType: number;
  /** Hexadecimal; undefined: it sent none. */
  readonly clientIdentifier: string | undefined;
  readonly hostName: string | undefined;
  readonly sinceMs: number;
  readonly expiresAtMs: number;
}

export interface ImportOutcome {
  readonly taken: number;
  /** Address and why not. */
  readonly left: readonly { readonly address: string; readonly why: string }[];
}

export interface DhcpControl {
  /** In order of addresses; with those reserved and not here. */
  leases(): readonly LeaseView[];
  /**
   * Of an address, a hardware address, a client identifier, a host name or a name, whole or its first label.
   */
  find(question: string): readonly LeaseView[];
  /**
   * Ends a lease or a quarantine. `held`: a machine had the lease and may still use the address, so that
   * others get it only when nothing else is left. Undefined: there is nothing at that address.
   */
  release(address: string): Promise<"freed" | "held" | undefined>;
  /** Newest first, the present one included. Of an address or a machine; at a moment: who had it then. */
  history(question: {
    readonly address?: string;
    /** Hardware address, client identifier, host name or name. */
    readonly machine?: string;
    readonly atMs?: number;
    readonly limit?: number;
  }): Promise<readonly PastLeaseView[]>;
  pools(): readonly PoolView[];
  /** Asks on the interfaces (all that are served, or one) who answers DISCOVER. Takes some seconds. */
  searchServers(interfaceName?: string): Promise<readonly FoundServer[]>;
  importLeases(leases: readonly ImportedLease[]): Promise<ImportOutcome>;
}
