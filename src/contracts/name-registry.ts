/**
 * Who has which name: hosts that come and go publish theirs, forward and reverse, and never take what is
 * somebody else's. The name server provides it; DHCP, the VPN and the USB server use it.
 */
import type { StoreOperation } from "./store.ts";

/** A host that is to be found by name. */
export interface PublishedHost {
  /** Fully qualified, with or without the final dot, in any case: `printer.lan.example`. */
  readonly name: string;
  /** IPv4 and IPv6 addresses in text. Those published before under this owner and not named here go. */
  readonly addresses: readonly string[];
  /** Seconds. */
  readonly ttl: number;
  /** Who has the name, for the same host always the same: `dhcp:01:52:54:00:12:34:56`. */
  readonly owner: string;
  /** Records beside the addresses that say to other servers whose name it is, such as DHCID or TXT. */
  readonly guards?: readonly PublishedGuard[];
  /** False: forward only. Default: PTR records too, in those reverse zones that this server has. */
  readonly reverse?: boolean;
}

export interface PublishedGuard {
  /** Mnemonic of the type. */
  readonly type: "TXT" | "DHCID";
  /** Presentation format of the RDATA. */
  readonly data: string;
}

export type PublishOutcome =
  /** The name is the owner's; `reverse` are the addresses that have a PTR record now. */
  | { readonly published: true; readonly changed: boolean; readonly reverse: readonly string[] }
  | {
      readonly published: false;
      readonly why: /** No zone of this server has the name, or it is a copy of another's. */
        | "no-zone"
        /** Records that nobody published through the registry: from a zone file, an update, a person. */
        | "static"
        /** `owner` has it. */
        | "taken"
        /** The zone cannot be changed now. */
        | "zone-unavailable"
        /** The name, an address or a guard is none. */
        | "invalid";
      /** Whose it is, when it is taken. */
      readonly owner?: string;
      /** For people. */
      readonly sentence: string;
    };

export interface PublishOptions {
  /** Written in the same transaction as the records, and only when the name is published: a lease. */
  readonly alongside?: readonly StoreOperation[];
  /**
   * Takes records over that nobody published through the registry when this says that they are the host's:
   * names of an earlier server that left its guards.
   */
  readonly takeOver?: (records: readonly RegistryRecord[]) => boolean;
}

export interface RegistryRecord {
  readonly name: string;
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  /** Presentation format. */
  readonly data: string;
}

export interface RegistryEntry {
  readonly name: string;
  readonly owner: string;
  readonly addresses: readonly string[];
  readonly ttl: number;
  readonly publishedAtMs: number;
}

/** Once a promise of it resolves, what it says survives kill -9. Rejects with StoreError. */
export interface NameRegistry {
  publish(host: PublishedHost, options?: PublishOptions): Promise<PublishOutcome>;
  /**
   * Takes the records of a name away, when it is this owner's.
   * @returns false: the owner had no such name
   */
  withdraw(
    name: string,
    owner: string,
    options?: { readonly alongside?: readonly StoreOperation[] },
  ): Promise<boolean>;
  /** What is published under a name. */
  lookUp(name: string): Promise<RegistryEntry | undefined>;
  /** All names of an owner whose text begins so, such as `dhcp:`. */
  list(ownerPrefix: string): Promise<readonly RegistryEntry[]>;
}
