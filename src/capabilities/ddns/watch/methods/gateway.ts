/** The router that this machine sends by default to. */
import { isIP } from "node:net";
import type { AddressFamily } from "#contracts/public-address.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { CouldNotTell } from "./bounded-witness.ts";
import { hostAndPort } from "./host-and-port.ts";
import type { MachineFacts, WitnessPorts } from "./witness-ports.ts";

const routeFile = "/proc/net/route";
/** linux/route.h: RTF_UP, RTF_GATEWAY. */
const flagBits = { up: 0x01, gateway: 0x02 } as const;

/**
 * The IPv4 gateway of the default route that is preferred; undefined without one.
 * `Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT`, addresses as the machine's memory
 * has them, least octet first. proc_net(5).
 */
export function defaultGateway({ readText }: Pick<MachineFacts, "readText">): string | undefined {
  let text: string;
  try {
    text = readText(routeFile);
  } catch {
    return undefined; // not Linux
  }
  const gateways = text.split("\n").flatMap((line) => {
    const [, destination, gateway = "", flags = "", , , metric, mask] = line.trim().split(/\s+/);
    const bits = Number.parseInt(flags, 16);
    const isDefault = destination === "00000000" && mask === "00000000";
    if (!isDefault || (bits & flagBits.up) === 0 || (bits & flagBits.gateway) === 0) return [];
    const octets = Uint8Array.fromHex(gateway).reverse();
    return [{ address: ipv4ToText(new DataView(octets.buffer).getUint32(0)), metric: Number(metric) }];
  });
  return gateways.toSorted((one, other) => one.metric - other.metric)[0]?.address;
}

export interface RouterPlace {
  /** As the site file names it; undefined: the default gateway. */
  readonly router: string | undefined;
  readonly port: number;
  readonly family: AddressFamily;
  readonly ports: Pick<WitnessPorts, "readText" | "resolve">;
}

/** Rejects with CouldNotTell when there is no default gateway, or no address of that name. */
export async function routerServer({ router, port, family, ports }: RouterPlace) {
  if (router === undefined) {
    const address = family === "ipv4" ? defaultGateway(ports) : undefined;
    if (address !== undefined) return { address, port };
    if (family === "ipv4") throw new CouldNotTell("cannot be asked: this machine has no default gateway");
    throw new CouldNotTell("cannot be asked by IPv6 without the address of the `router`");
  }
  const place = hostAndPort(router, port);
  if (isIP(place.host) !== 0) return { address: place.host, port: place.port };
  return { address: await ports.resolve(place.host, family), port: place.port };
}
