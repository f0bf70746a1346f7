/** Changes of `dhcp.hosts` in the site file that make a reservation, or take one back. Pure. */
import { RouteError } from "#contracts/route.ts";
import type { YamlChange } from "#platform/site/yaml-edit.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { DhcpConfig, type HostConfig } from "../config.ts";
import { octetsOfHardwareAddress, octetsOfHex, octetsOfHexOrText } from "../config-fields.ts";
import { isInPrefix, parseSubnet, rangeOfPrefix } from "../network/range.ts";

/** What a machine is recognised by. */
export type HostKey = { readonly mac: string } | { readonly clientIdentifier: string };

export interface Reservation {
  readonly key: HostKey;
  readonly name: string | undefined;
  /** Undefined: that of the host, if any. */
  readonly address: string | undefined;
  /** The host of the site file that this machine is said to be: its name there, or its first key. */
  readonly title: string | undefined;
}

export interface ReservationPlan {
  readonly outcome: "added" | "changed" | "unchanged" | "removed";
  /** Of the host in the site file. */
  readonly path: string;
  readonly name: string | undefined;
  readonly address: string | undefined;
  readonly changes: readonly YamlChange[];
}

const hostsPath = ["dhcp", "hosts"];

/** `site`: the site file's content. @throws RouteError: it cannot be, and why */
export function planReservation(site: unknown, wish: Reservation): ReservationPlan {
  const config = dhcpOf(site);
  const known = indexOfHost(config.hosts, wish);
  const host = known === -1 ? undefined : config.hosts[known]!;
  const address = wish.address ?? host?.address;
  const name = wish.name ?? host?.name;
  const others = config.hosts.filter((_, index) => index !== known);
  if (wish.address !== undefined) checkAddress(config, wish.address, others);
  if (wish.name !== undefined) checkName(wish.name, others);
  if (host === undefined) {
    const entry = {
      ...(name === undefined ? {} : { name }),
      ...keysOf(wish.key),
      ...(address === undefined ? {} : { address }),
    };
    const path = pathOf(config.hosts.length);
    return { outcome: "added", path, name, address, changes: [{ at: hostsPath, append: entry }] };
  }
  const at = [...hostsPath, known];
  const changes: YamlChange[] = [];
  if (name !== host.name) changes.push({ at: [...at, "name"], set: name });
  if (address !== host.address) changes.push({ at: [...at, "address"], set: address });
  const outcome = changes.length === 0 ? "unchanged" : "changed";
  return { outcome, path: pathOf(known), name, address, changes };
}

/** `who`: name, address or key of a host. `title`: of the host that the machine called so is said to be. */
export function planRemoval(site: unknown, who: string, title: string | undefined): ReservationPlan {
  const { hosts } = dhcpOf(site);
  const key = macOf(who);
  const found = hosts.flatMap((host, index) =>
    isCalled(host, who) ||
    (key !== undefined && hasMac(host, key)) ||
    (title !== undefined && titleOf(host) === title)
      ? [index]
      : [],
  );
  const [index] = found;
  if (index === undefined)
    throw new RouteError(
      404,
      "HP_DHCP_HOST_UNKNOWN",
      `no host of the site file is called ${who}; homeport lease list shows what is reserved`,
    );
  if (found.length > 1)
    throw new RouteError(
      409,
      "HP_DHCP_HOST_AMBIGUOUS",
      `${who} is what ${found.map(pathOf).join(" and ")} say; name one by its address or hardware address`,
    );
  const host = hosts[index]!;
  const { name, address } = host;
  const at = [...hostsPath, index];
  const place = key === undefined ? -1 : host.macs.findIndex((mac) => macOf(mac) === key);
  if (place !== -1 && keyCount(host) > 1) {
    const gone = host.macs.length === 1 ? [...at, "macs"] : [...at, "macs", place];
    return { outcome: "changed", path: pathOf(index), name, address, changes: [{ at: gone, remove: true }] };
  }
  const gone = hosts.length === 1 ? hostsPath : at;
  return { outcome: "removed", path: pathOf(index), name, address, changes: [{ at: gone, remove: true }] };
}

/** In small letters with two digits an octet; undefined: the text is no hardware address. */
export function macOf(text: string): string | undefined {
  if (!/^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text)) return undefined;
  return octetsOfHardwareAddress(text)
    .toHex()
    .replaceAll(/..(?=.)/g, "$&:");
}

function dhcpOf(site: unknown): DhcpConfig {
  const parsed = DhcpConfig.safeParse((site as { dhcp?: unknown } | null)?.dhcp);
  if (parsed.success) return parsed.data;
  const sentence = "the site file has mistakes, so that nothing is added to it; homeport check tells which";
  throw new RouteError(409, "HP_DHCP_SITE_MISTAKES", sentence);
}

function keysOf(key: HostKey): { macs: string[] } | { clientIds: string[] } {
  return "mac" in key
    ? { macs: [key.mac] }
    : { clientIds: [`0x${octetsOfHex(key.clientIdentifier).toHex()}`] };
}

/** What the site file itself says counts before what the running program thinks. */
function indexOfHost(hosts: readonly HostConfig[], { key, title }: Reservation): number {
  const byKey = hosts.findIndex((host) => hasKey(host, key));
  return byKey === -1 && title !== undefined ? hosts.findIndex((host) => titleOf(host) === title) : byKey;
}

function hasKey(host: HostConfig, key: HostKey): boolean {
  if ("mac" in key) return hasMac(host, key.mac);
  const octets = octetsOfHex(key.clientIdentifier).toHex();
  return host.clientIds.some((id) => octetsOfHexOrText(id).toHex() === octets);
}

function hasMac({ macs }: HostConfig, mac: string): boolean {
  return macs.some((one) => macOf(one) === mac);
}

function isCalled(host: HostConfig, who: string): boolean {
  const words = who.toLowerCase();
  const { name, address, clientIds, duids, circuitIds } = host;
  if (address === who) return true;
  return [name, ...clientIds, ...duids, ...circuitIds].some((one) => one?.toLowerCase() === words);
}

/** As leases have it. */
function titleOf({ name, macs, clientIds, duids, circuitIds }: HostConfig): string {
  return name ?? [...macs, ...clientIds, ...duids, ...circuitIds][0]!;
}

function keyCount({ macs, clientIds, duids, circuitIds }: HostConfig): number {
  return macs.length + clientIds.length + duids.length + circuitIds.length;
}

function pathOf(index: number): string {
  return `dhcp.hosts[${index}]`;
}

function checkAddress(config: DhcpConfig, text: string, others: readonly HostConfig[]): void {
  const address = parseIpv4(text);
  const subnet = config.subnets.find((one) => isInPrefix(address, parseSubnet(one.subnet)!));
  if (subnet === undefined) {
    const networks = config.subnets.map((one) => one.subnet).join(", ");
    throw new RouteError(
      400,
      "HP_DHCP_ADDRESS_OUTSIDE",
      `${text} is in no network of the site file; those are ${networks}`,
    );
  }
  const { first, last } = rangeOfPrefix(parseSubnet(subnet.subnet)!);
  if (address === first || address === last)
    throw new RouteError(
      400,
      "HP_DHCP_ADDRESS_OUTSIDE",
      `${text} is the network itself or its broadcast; take another of ${subnet.subnet}`,
    );
  if (text === subnet.gateway || text === subnet.serverAddress)
    throw new RouteError(
      409,
      "HP_DHCP_ADDRESS_TAKEN",
      `${text} is that of the gateway or of this server; take another of ${subnet.subnet}`,
    );
  const other = others.find((host) => host.address === text);
  if (other === undefined) return;
  throw new RouteError(
    409,
    "HP_DHCP_ADDRESS_TAKEN",
    `${text} is reserved for ${titleOf(other)}; take another, or first: homeport lease reserve ${text} --remove`,
  );
}

function checkName(name: string, others: readonly HostConfig[]): void {
  const other = others.find((host) => host.name?.toLowerCase() === name.toLowerCase());
  if (other === undefined) return;
  const first = [...other.macs, ...other.clientIds, ...other.duids, ...other.circuitIds][0]!;
  throw new RouteError(
    409,
    "HP_DHCP_NAME_TAKEN",
    `${name} is the name of ${first}; take another, or, when that is the same machine, write both into one host`,
  );
}
