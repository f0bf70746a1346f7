/**
 * The machine's own addresses, and what becomes of a wildcard.
 *
 * A socket on 0.0.0.0 answers from whichever address the kernel picks, and a resolver drops an answer that
 * comes from
 * another address than the one it asked (RFC 2181 §4.1). So a wildcard becomes one socket for each address.
 */
import { networkInterfaces } from "node:os";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { type AddressFamily, type Endpoint, formatEndpoint, type ListenEntry } from "./endpoint.ts";
import { limits } from "./limits.ts";

export interface LocalAddress {
  /** A link-local one carries its zone: `fe80::1%eth0`. */
  readonly address: string;
  readonly family: AddressFamily;
  /** Bits that the addresses of its network have in common. */
  readonly prefixLength: number;
}

/** What the machine has now, in a stable order. */
export function localAddresses(interfaces = networkInterfaces()): readonly LocalAddress[] {
  const found = new Map<string, LocalAddress>();
  for (const [name, infos] of Object.entries(interfaces)) {
    for (const info of infos ?? []) {
      const family = info.family === "IPv6" ? 6 : 4;
      const linkLocal = family === 6 && /^fe[89ab]/i.test(info.address);
      const address = linkLocal ? `${info.address}%${name}` : info.address;
      const prefixLength = Number(info.cidr?.split("/")[1] ?? (family === 6 ? 128 : 32));
      found.set(address, { address, family, prefixLength });
    }
  }
  return [...found.values()].sort((left, right) => left.family - right.family || compare(left, right));
}

function compare(left: LocalAddress, right: LocalAddress): number {
  return left.address < right.address ? -1 : left.address > right.address ? 1 : 0;
}

/** The endpoints to open for a `listen` list; each only once, whether named or found by a wildcard. */
export function expandListen(entries: readonly ListenEntry[], local = localAddresses()): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const entry of entries) {
    const own = entry.wildcard
      ? local.filter(({ family }) => entry.families.includes(family))
      : entry.families.map((family) => ({ address: entry.address, family }));
    for (const { address, family } of own) {
      const endpoint = { address, port: entry.port, family };
      found.set(formatEndpoint(endpoint), endpoint);
    }
  }
  return [...found.values()];
}

export interface AddressWatch {
  readonly onChange: (change: {
    readonly added: readonly LocalAddress[];
    readonly removed: readonly LocalAddress[];
  }) => void;
  readonly clock?: Clock;
  readonly read?: () => readonly LocalAddress[];
}

/**
 * Reports addresses that come and go, until disposed. Node has no event for it, so it looks every few
 * seconds.
 */
export function watchAddresses(options: AddressWatch): Disposable {
  const { onChange, clock = systemClock, read = localAddresses } = options;
  let known = byPrefix(read());
  return clock.every(limits.addressPollMs, () => {
    const current = byPrefix(read());
    const added = [...current.values()].filter((local) => !known.has(prefixOf(local)));
    const removed = [...known.values()].filter((local) => !current.has(prefixOf(local)));
    known = current;
    if (added.length + removed.length > 0) onChange({ added, removed });
  });
}

function byPrefix(addresses: readonly LocalAddress[]): Map<string, LocalAddress> {
  return new Map(addresses.map((local) => [prefixOf(local), local]));
}

/** An address whose network has changed has gone and come. */
function prefixOf({ address, prefixLength }: LocalAddress): string {
  return `${address}/${prefixLength}`;
}
