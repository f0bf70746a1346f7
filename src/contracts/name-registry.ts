/**
 * Who has which name: hosts that come and go publish theirs, forward and reverse, and never take what is
 * somebody else's. The name server provides it; DHCP, the VPN and the USB server use it.
 *
 * The registry's own are the records that it put into a zone and that are still there as it put them. Of
 * those that others removed, the next publication puts back what it names. What others wrote in their place
 * is not the registry's any more: the name is refused as static from then on, and a withdrawal takes only
 * what is left of its own, and leaves a guard beside an address of others. Records of other types that others
 * put beside a published name stay, whatever becomes of the host.
 */
import type { StoreOperation } from "./store.ts";

/** A host that is to be found by name. */
export interface PublishedHost {
  /**
   * Fully qualified, with or without the final dot, in any case: `printer.lan.example`. Letters, digits and
   * hyphens (RFC 1123 §2.1).
   */
  readonly name: string;
  /** The name may be one of all hosts, `*.lan.example`: RFC 4592 §2.1.1. Default: that is no host's. */
  readonly wildcard?: boolean;
  /**
   * At least one IPv4 or IPv6 address in text. Those published before under this owner and not named here
   * go.
   */
  readonly addresses: readonly string[];
  /** Seconds. */
  readonly ttl: number;
  /** Who has the name, for the same host always the same: `dhcp:01:52:54:00:12:34:56`. */
  readonly owner: string;
  /** Records beside the addresses that say to other servers whose name it is, such as DHCID or TXT. */
  readonly guards?: readonly PublishedGuard[];
  /**
   * False: forward only. Default: PTR records too, in those reverse zones that this server has and can
   * change now. One that somebody else has put there stays as it is; of two hosts with one address, the
   * first keeps its PTR.
   */
  readonly reverse?: boolean;
}

export interface PublishedGuard {
  /** Mnemonic of the type. */
  readonly type: "TXT" | "DHCID";
  /** Presentation format of the RDATA. */
  readonly data: string;
}

export type PublishOutcome =
  /**
   * The name is the owner's. `changed`: records of zones are others than before. `reverse`: the addresses
   * of which a PTR record says the name now, also one that somebody else put there.
   */
  | { readonly published: true; readonly changed: boolean; readonly reverse: readonly string[] }
  | {
      readonly published: false;
      readonly why: /** No zone of this server has the name, or it is a copy of another's. */
        | "no-zone"
        /**
         * Records that nobody published through the registry: from a zone file, an update, a person. Any type
         * makes a name somebody's, an MX or a TXT alone too: who wrote it means a host of theirs.
         */
        | "static"
        /** `owner` has it. */
        | "taken"
        /** The zone cannot be changed now. What was published before stays. */
        | "zone-unavailable"
        /** The name, an address or a guard is none. */
        | "invalid";
      /** Whose it is, when it is taken. */
      readonly owner?: string;
      /** For people. */
      readonly sentence: string;
    };

export interface PublishOptions {
  /**
   * Written in the same transaction as the records, and only when the name is published (also when that
   * changes no record): a lease. At most 8, of 64 KiB of JSON together.
   */
  readonly alongside?: readonly StoreOperation[];
  /**
   * Takes records over that nobody published through the registry when this says that they are the host's:
   * names of an earlier server that left its guards. It gets all records of the name, and must be free of
   * effects: it may be asked again. With `true` the addresses, TXT and DHCID records of the name are the
   * host's, and so are PTR records of those addresses that say the name; the others stay beside them. With
   * "addresses" those of the families that the host has are its own, and all else stays; only so can it have
   * the name of a zone, too. Never asked for an alias (CNAME), or a name that another owner published.
   */
  readonly takeOver?: (records: readonly RegistryRecord[]) => boolean | "addresses";
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
  /** Seconds. */
  readonly ttl: number;
  /** Since when it has been so. */
  readonly publishedAtMs: number;
}

/** Once a promise of it resolves, what it says survives kill -9. Rejects with StoreError. */
export interface NameRegistry {
  publish(host: PublishedHost, options?: PublishOptions): Promise<PublishOutcome>;
  /**
   * Takes the records of a name away, when it is this owner's, and writes what goes along in the same
   * transaction. Where a zone cannot be changed now, the name is free nevertheless, and its records go as
   * soon as that is done.
   * @returns false: the owner had no such name, and nothing was written
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
