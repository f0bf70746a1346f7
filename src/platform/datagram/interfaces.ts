/** Network interfaces of the machine that IPv4 can be spoken on, and how they come, change and go. */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "./limits.ts";

export interface InterfaceAddress {
  readonly address: number;
  readonly prefixLength: number;
}

/** One that is up, has its carrier, and has an IPv4 address. */
export interface NetworkInterface {
  readonly name: string;
  /** The kernel's number; an interface that is made again has another one. */
  readonly index: number;
  /** IANA's "Hardware Types" of ARP: 1 is Ethernet, and what looks like it. */
  readonly hardwareType: number;
  readonly hardwareAddress: Uint8Array;
  /** In the kernel's order: the first is the one that it prefers. */
  readonly addresses: readonly InterfaceAddress[];
}

/** Octets of an Ethernet address, the only kind of hardware address that is sent to. */
export const ethernetAddressOctets = 6;
/** IANA's "Hardware Types" of ARP. */
const ethernetHardwareType = 1;

/** Whether hosts on it can be sent to by hardware address, and asked for by ARP. */
export function isEthernet({ hardwareType, hardwareAddress }: NetworkInterface): boolean {
  return hardwareType === ethernetHardwareType && hardwareAddress.length === ethernetAddressOctets;
}

/** Where Linux tells of interfaces. sysfs(5). */
const interfacesFolder = "/sys/class/net";

/** What can be an interface's name, so that it cannot lead elsewhere. netdevice(7): 15 octets. */
const interfaceName = /^(?!\.{1,2}$)[^\s/:]{1,15}$/;

/** Undefined when there is none of that name, when it is down, and when it has no IPv4 address. */
export function readInterface(
  name: string,
  addressesNow: ReturnType<typeof networkInterfaces> = networkInterfaces(),
  folder = interfacesFolder,
): NetworkInterface | undefined {
  const addresses = addressesOf(name, addressesNow);
  if (addresses.length === 0 || !interfaceName.test(name)) return undefined;
  try {
    const read = (file: string) => readFileSync(join(folder, name, file), "latin1").trim();
    return {
      name,
      index: Number(read("ifindex")),
      hardwareType: Number(read("type")),
      hardwareAddress: hardwareAddressFrom(read("address")),
      addresses,
    };
  } catch {
    return undefined; // gone since its addresses were read
  }
}

function addressesOf(
  name: string,
  addressesNow: ReturnType<typeof networkInterfaces>,
): readonly InterfaceAddress[] {
  return Object.entries(addressesNow).flatMap(([label, infos = []]) => {
    // An address may have a label of its own, such as eth0:1. ip-address(8).
    if (label !== name && !label.startsWith(`${name}:`)) return [];
    return infos.flatMap(({ family, address, cidr }) => {
      if (family !== "IPv4") return [];
      return [{ address: parseIpv4(address), prefixLength: Number(cidr?.split("/")[1] ?? 32) }];
    });
  });
}

function hardwareAddressFrom(text: string): Uint8Array {
  return Uint8Array.from(text === "" ? [] : text.split(":"), (octet) => Number.parseInt(octet, 16));
}

/** `now` undefined: it has gone. `before` undefined: it has come. Both: its addresses have changed. */
export interface InterfaceChange {
  readonly name: string;
  readonly before: NetworkInterface | undefined;
  readonly now: NetworkInterface | undefined;
}

export interface InterfaceWatchOptions {
  readonly names: readonly string[];
  readonly onChange: (change: InterfaceChange) => void;
  readonly clock?: Clock;
  readonly read?: (name: string) => NetworkInterface | undefined;
}

export interface InterfaceWatch extends Disposable {
  /** As it was seen last. */
  current(name: string): NetworkInterface | undefined;
  /** Looks at once, and reports what has changed. */
  look(): void;
}

/**
 * Looks at interfaces each second and reports changes, until disposed. What there is at the beginning is no
 * change. One that has been made again with the same name is reported twice: it has gone, and it has come.
 */
export function watchInterfaces(options: InterfaceWatchOptions): InterfaceWatch {
  const { names, onChange, clock = systemClock, read = (name: string) => readInterface(name) } = options;
  const known = new Map(names.map((name) => [name, read(name)]));
  const look = () => {
    for (const name of names) {
      const before = known.get(name);
      const now = read(name);
      if (isSame(before, now)) continue;
      known.set(name, now);
      if (before === undefined || now === undefined || isOneInterface(before, now)) {
        onChange({ name, before, now });
      } else {
        onChange({ name, before, now: undefined });
        onChange({ name, before: undefined, now });
      }
    }
  };
  const timer = clock.every(limits.interfacePollMs, look);
  return {
    current: (name) => known.get(name),
    look,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

function isOneInterface(left: NetworkInterface, right: NetworkInterface): boolean {
  return left.index === right.index && left.hardwareType === right.hardwareType;
}

function isSame(left: NetworkInterface | undefined, right: NetworkInterface | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return isOneInterface(left, right) && factsOf(left) === factsOf(right);
}

function factsOf({ hardwareAddress, addresses }: NetworkInterface): string {
  const list = addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  return [hardwareAddress.join(":"), ...list].join(" ");
}
