/** The networks of the site file, made ready for looking things up while requests come in. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { BootConfig, DhcpConfig, HostConfig, PoolConfig, SubnetConfig } from "../config.ts";
import { rangeOf } from "../section-check.ts";
import { type ClientClass, clientClass } from "./client-class.ts";
import { HostIndex } from "./host-index.ts";
import { type OptionSetting, optionSetting } from "./option-setting.ts";
import { isInPrefix, type Prefix, parseRange, parseSubnet, type Range, rangeOfPrefix } from "./range.ts";

export type AddressOrSelf = number | "self";

export interface LeaseTimes {
  /** Seconds, as the others. */
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface Pool {
  readonly range: Range;
  /** Only clients of one of these; undefined: all. */
  readonly classes: readonly string[] | undefined;
  readonly options: readonly OptionSetting[];
}

export interface Subnet {
  /** Place in the site file. */
  readonly path: string;
  readonly prefix: Prefix;
  readonly text: string;
  readonly interface: string | undefined;
  /** The wire that it is at; subnets of one link share their clients. */
  readonly link: Link;
  readonly pools: readonly Pool[];
  readonly excluded: readonly Range[];
  readonly gateway: AddressOrSelf | undefined;
  readonly dnsServers: readonly AddressOrSelf[];
  readonly domain: string | undefined;
  readonly relays: readonly number[];
  readonly serverAddress: number | undefined;
  readonly times: LeaseTimes;
  readonly identifyBy: "client-id" | "mac";
  readonly boot: BootConfig | undefined;
  readonly options: readonly OptionSetting[];
}

export interface Link {
  readonly subnets: readonly Subnet[];
}

export interface Plan {
  readonly config: DhcpConfig;
  /** Rising by address. */
  readonly subnets: readonly Subnet[];
  readonly classes: readonly ClientClass[];
  readonly hosts: HostIndex;
  readonly options: readonly OptionSetting[];
  readonly boot: BootConfig | undefined;
  /** The link at an interface. */
  readonly linkAt: ReadonlyMap<string, Link>;
  /** Interfaces to serve. */
  readonly interfaces: readonly string[];
  readonly problems: readonly ConfigProblem[];
}

/** @param siteDomain what names end in unless the section says otherwise */
export function planOf(config: DhcpConfig, siteDomain: string | undefined): Plan {
  const subnets = config.subnets.map((one, index) => ({
    ...draftOf(one, config, siteDomain),
    path: `dhcp.subnets[${index}]`,
  }));
  tieLinks(subnets, config.subnets);
  subnets.sort((one, other) => one.prefix.address - other.prefix.address);
  const linkAt = new Map<string, Link>();
  for (const subnet of subnets) if (subnet.interface !== undefined) linkAt.set(subnet.interface, subnet.link);
  const places = config.hosts.map((host, index) => placeProblem(host, index, subnets));
  const hosts = new HostIndex(
    config.hosts.map((host, index) => (places[index] === undefined ? host : { ...host, address: undefined })),
  );
  return {
    config,
    subnets,
    classes: config.classes.map(clientClass),
    hosts,
    options: config.options.map(optionSetting),
    boot: config.boot,
    linkAt,
    interfaces: subnets.length === 0 ? [] : [...new Set([...linkAt.keys(), ...config.interfaces])],
    problems: [...hosts.problems, ...places.filter((problem) => problem !== undefined)],
  };
}

/** The subnet that an address lies in. */
export function subnetOf(plan: Pick<Plan, "subnets">, address: number): Subnet | undefined {
  const { subnets } = plan;
  let low = 0;
  let high = subnets.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const { prefix } = subnets[middle]!;
    if (isInPrefix(address, prefix)) return subnets[middle];
    if (prefix.address > address) high = middle - 1;
    else low = middle + 1;
  }
  return undefined;
}

/** The subnet that a relay speaks for, by its address. */
export function subnetOfRelay(plan: Pick<Plan, "subnets">, relay: number): Subnet | undefined {
  return subnetOf(plan, relay) ?? plan.subnets.find(({ relays }) => relays.includes(relay));
}

export function poolOf(subnet: Subnet, address: number): Pool | undefined {
  return subnet.pools.find(({ range }) => address >= range.first && address <= range.last);
}

/** What a subnet is called for the names of its clients. */
export function domainOf(
  subnet: SubnetConfig,
  config: DhcpConfig,
  siteDomain: string | undefined,
): string | undefined {
  return (subnet.domain ?? config.names.domain ?? siteDomain)?.replace(/\.$/, "").toLowerCase();
}

type Draft = { -readonly [Key in keyof Subnet]: Subnet[Key] };

function draftOf(config: SubnetConfig, all: DhcpConfig, siteDomain: string | undefined): Omit<Draft, "path"> {
  const prefix = parseSubnet(config.subnet)!;
  return {
    prefix,
    text: config.subnet,
    interface: config.interface,
    link: { subnets: [] },
    pools: config.pools.map(poolFrom),
    excluded: config.exclude.map((one) => parseRange(one)!),
    gateway: config.gateway === undefined ? undefined : addressOrSelfOf(config.gateway),
    dnsServers: (config.dnsServers ?? all.dnsServers).map(addressOrSelfOf),
    domain: domainOf(config, all, siteDomain),
    relays: config.relays.map(parseIpv4),
    serverAddress: config.serverAddress === undefined ? undefined : parseIpv4(config.serverAddress),
    times: timesOf(config, all),
    identifyBy: config.identifyBy ?? all.identifyBy,
    boot: config.boot,
    options: config.options.map(optionSetting),
  };
}

function poolFrom(pool: PoolConfig): Pool {
  const range = parseRange(rangeOf(pool))!;
  if (typeof pool === "string") return { range, classes: undefined, options: [] };
  return { range, classes: pool.classes, options: pool.options.map(optionSetting) };
}

function addressOrSelfOf(value: string): AddressOrSelf {
  return value === "self" ? "self" : parseIpv4(value);
}

function timesOf(subnet: SubnetConfig, all: DhcpConfig): LeaseTimes {
  const usual = secondsOf(subnet.leaseTime ?? all.leaseTime);
  return {
    default: usual,
    min: Math.min(usual, secondsOf(all.minLeaseTime)),
    max: Math.max(usual, secondsOf(all.maxLeaseTime)),
  };
}

/** Subnets at one interface, or of one network, are at one link. */
function tieLinks(subnets: readonly Draft[], configs: readonly SubnetConfig[]): void {
  const links = new Map<string, { subnets: Subnet[] }>();
  for (const [index, subnet] of subnets.entries()) {
    const { interface: name, network } = configs[index]!;
    const keys = [name && `interface ${name}`, network && `network ${network}`].filter(
      (key) => key !== undefined,
    );
    const found = keys.map((key) => links.get(key)).filter((link) => link !== undefined);
    const link = found[0] ?? { subnets: [] };
    for (const other of found.slice(1)) {
      if (other === link) continue;
      link.subnets.push(...other.subnets);
      for (const moved of other.subnets) (moved as Draft).link = link;
      for (const [key, one] of links) if (one === other) links.set(key, link);
    }
    link.subnets.push(subnet);
    subnet.link = link;
    for (const key of keys) links.set(key, link);
  }
}

/** A host whose address leads nowhere has none; its name and options count nevertheless. */
function placeProblem(
  host: HostConfig,
  index: number,
  subnets: readonly Subnet[],
): ConfigProblem | undefined {
  if (host.address === undefined) return undefined;
  const address = parseIpv4(host.address);
  const subnet = subnetOf({ subnets }, address);
  const say = (what: string, remedy: string): ConfigProblem => ({
    severity: "warning",
    path: `dhcp.hosts[${index}].address`,
    what: `${host.address} ${what}`,
    remedy,
  });
  if (subnet === undefined)
    return say("lies in none of the subnets, so that nobody gets it", "correct it, or add the subnet");
  const { first, last } = rangeOfPrefix(subnet.prefix);
  if (address === first || address === last)
    return say(`is the address of the network ${subnet.text} itself or its broadcast`, "write another");
  if (address === subnet.gateway) return say(`is the gateway of ${subnet.text}`, "write another");
  if (address === subnet.serverAddress) return say("is this server's own", "write another");
  return undefined;
}
