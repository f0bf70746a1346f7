/**
 * Tells what is new from what the kernel says again: routers' advertisements have it repeat addresses every
 * few seconds, and network managers set routes that are there already.
 */
import type { AddressFamily } from "#contracts/public-address.ts";
import { addressText } from "#platform/listen/address-octets.ts";
import {
  type AddressMessage,
  addressFlag,
  AddressFamily as Families,
  kernelProtocol,
  type LinkMessage,
  linkFlag,
  localTable,
  type RouteEntryMessage,
  type RouteMessage,
  routeFlag,
  unicastType,
} from "#protocols/netlink/route-message.ts";
import type { AddressEvent } from "./address-event.ts";
import { limits } from "./limits.ts";

export class AddressNews {
  /** Those that are there at the beginning, in text: of those the interfaces are not known. */
  readonly #initial: Set<string>;
  /** Whether each is preferred, by its key. */
  readonly #addresses = new Map<string, boolean>();
  /** The interface of each, by its key. */
  readonly #routes = new Map<string, number | undefined>();
  /** Whether each is up. */
  readonly #links = new Map<number, boolean>();

  constructor(initial: Iterable<string> = []) {
    this.#initial = new Set(initial);
  }

  /** Undefined: nothing is new. */
  take(message: RouteMessage): AddressEvent | undefined {
    switch (message.kind) {
      case "address":
        return this.#takeAddress(message);
      case "route":
        return this.#takeRoute(message);
      case "link":
        return this.#takeLink(message);
      case "other":
        return undefined;
    }
  }

  #takeAddress(message: AddressMessage): AddressEvent | undefined {
    const { index, prefixLength, flags, isGone } = message;
    const family = familyOf(message.family);
    if (family === undefined) return undefined;
    const address = addressText(message.address);
    const key = `${index} ${address}/${prefixLength}`;
    const told = (change: "added" | "removed" | "changed"): AddressEvent => {
      return { kind: "address", change, family, address, prefixLength, interfaceIndex: index };
    };
    const isUsable = (flags & (addressFlag.tentative | addressFlag.optimistic)) !== addressFlag.tentative;
    if (isGone || !isUsable || (flags & addressFlag.duplicate) !== 0) {
      const wasThere = this.#addresses.delete(key);
      const wasInitial = this.#initial.delete(address);
      this.#forgetRoutes(index);
      return wasThere || wasInitial ? told("removed") : undefined;
    }
    const isPreferred = (flags & addressFlag.deprecated) === 0;
    const before = this.#addresses.get(key);
    if (before === undefined) makeRoom(this.#addresses);
    this.#addresses.set(key, isPreferred);
    if (before !== undefined) return before === isPreferred ? undefined : told("changed");
    const wasInitial = this.#initial.delete(address);
    return wasInitial ? undefined : told("added");
  }

  #takeRoute(message: RouteEntryMessage): AddressEvent | undefined {
    const { index, isGone } = message;
    const family = familyOf(message.family);
    if (family === undefined || !isWayOut(message)) return undefined;
    const change = isGone ? "removed" : "added";
    const key = routeKey(message);
    if (isGone) this.#routes.delete(key);
    else if (this.#routes.has(key)) return undefined;
    else {
      makeRoom(this.#routes);
      this.#routes.set(key, index);
    }
    return { kind: "route", change, family, interfaceIndex: index };
  }

  #takeLink({ family, index, flags, isGone }: LinkMessage): AddressEvent | undefined {
    if (family !== Families.UNSPEC) return undefined; // of a bridge's ports
    const both = linkFlag.up | linkFlag.running;
    const isUp = !isGone && (flags & both) === both;
    const before = this.#links.get(index);
    if (before === undefined) makeRoom(this.#links);
    if (isGone) this.#links.delete(index);
    else this.#links.set(index, isUp);
    if (before === isUp) return undefined;
    this.#forgetRoutes(index);
    return { kind: "link", change: isUp ? "up" : "down", interfaceIndex: index };
  }

  /** Routes that go with their link or address go without a word. */
  #forgetRoutes(index: number): void {
    for (const [key, leadsTo] of this.#routes) if (leadsTo === index) this.#routes.delete(key);
  }
}

/** For one more. */
function makeRoom(remembered: { readonly size: number; clear(): void }): void {
  if (remembered.size >= limits.rememberedMax) remembered.clear();
}

function familyOf(number: number): AddressFamily | undefined {
  if (number === Families.INET) return "ipv4";
  return number === Families.INET6 ? "ipv6" : undefined;
}

/** Those of the kernel itself go with addresses, which it tells of as well. */
function isWayOut({ prefixLength, table, type, flags, protocol }: RouteEntryMessage): boolean {
  return (
    prefixLength <= limits.widePrefixLengthMax &&
    type === unicastType &&
    table !== localTable &&
    protocol !== kernelProtocol &&
    (flags & routeFlag.cloned) === 0
  );
}

function routeKey(route: RouteEntryMessage): string {
  const { family, table, prefixLength, index = 0, priority, destination, gateway } = route;
  const ends = `${destination?.toHex() ?? ""} ${gateway?.toHex() ?? ""}`;
  return `${family} ${table} ${prefixLength} ${index} ${priority} ${ends}`;
}
