/** For tests: what the rules of a registry of names are held against, and the hosts that they speak of. */
import type { NameRegistry, PublishedHost, PublishOutcome } from "./name-registry.ts";
import type { Store } from "./store.ts";

/** A registry over zones that the suite can look into and change behind its back. */
export interface RegistryBench extends AsyncDisposable {
  /** Another one after `restart`. */
  readonly registry: NameRegistry;
  /** What the registry's records and what goes along with them are kept in. */
  readonly store: Store;
  /** `NAME. TTL TYPE RDATA` of all zones in order of text, without what stands at their apex. */
  readonly records: () => readonly string[];
  /** How often any zone has changed. */
  readonly changes: () => number;
  /** Does what a dynamic update or a person would: removes the first lines, adds the second ones. */
  readonly alter: (removed: readonly string[], added: readonly string[]) => Promise<void>;
  /** The zone cannot be changed until it is released. */
  readonly hold: (zone: string) => void;
  /** Resolves when the registry has done what it had waited for, unless it is not to hear of it yet. */
  readonly release: (zone: string, when?: "before the registry hears of it") => Promise<void>;
  /** The program ends and starts again. */
  readonly restart: () => Promise<void>;
}

/** Opens a registry over these zones, in which nothing stands but SOA and NS at the apex. */
export type OpenRegistryBench = (zones: readonly string[]) => Promise<RegistryBench>;

export type Rule = readonly [sentence: string, holds: (bench: RegistryBench) => Promise<void>];

const forwardZone = "lan.example";
export const reverseZone = "2.0.192.in-addr.arpa";
/** Of 2001:db8::/112. */
const reverseZone6 = `${"0.".repeat(20)}8.b.d.0.1.0.0.2.ip6.arpa`;
/** A part of a network whose parent zone this server does not have. RFC 2317 §4. */
const classlessZone = "128/26.100.51.198.in-addr.arpa";

export const benchZones: readonly string[] = [
  forwardZone,
  "own.lan.example",
  reverseZone,
  reverseZone6,
  classlessZone,
  "0/25.2.0.192.in-addr.arpa",
];

export const mac = "dhcp:01:52:54:00:12:34:56";
export const otherMac = "dhcp:01:52:54:00:65:43:21";

/** fern.lan.example at 192.0.2.7, unless said otherwise. */
export function fern(more: Partial<PublishedHost> = {}): PublishedHost {
  return { name: "fern.lan.example", addresses: ["192.0.2.7"], ttl: 300, owner: mac, ...more };
}

export const fernRecords: readonly string[] = [
  "7.2.0.192.in-addr.arpa. 300 PTR fern.lan.example.",
  "fern.lan.example. 300 A 192.0.2.7",
];

/** Why a host was not published; "published" when it was. */
export function whyOf(outcome: PublishOutcome): string {
  return outcome.published ? "published" : outcome.why;
}

/** The keys of the transaction that wrote this one last. */
export async function keysWrittenWith(store: Store, key: string): Promise<readonly string[]> {
  const entry = await store.get(key);
  const written = await store.list("");
  return written.filter((one) => one.modifyRevision === entry?.modifyRevision).map((one) => one.key);
}
