/** Networks and ranges of addresses in text. Addresses are numbers of 32 bits. */
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { limits } from "../limits.ts";

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Prefix {
  readonly address: number;
  readonly length: number;
}

/** The mask of a prefix, such as 0xffffff00 of 24. */
export function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffff_ffff << (32 - length)) >>> 0;
}

export function rangeOfPrefix({ address, length }: Prefix): Range {
  return { first: address, last: (address | ~maskOf(length)) >>> 0 };
}

export function isInPrefix(address: number, prefix: Prefix): boolean {
  return (address & maskOf(prefix.length)) >>> 0 === prefix.address;
}

export function prefixText({ address, length }: Prefix): string {
  return `${ipv4ToText(address)}/${length}`;
}

export function rangeText({ first, last }: Range): string {
  return first === last ? ipv4ToText(first) : `${ipv4ToText(first)}-${ipv4ToText(last)}`;
}

/** Undefined when the text is no network, or bits behind the prefix are set. */
export function parseSubnet(value: string): Prefix | undefined {
  const [before = "", length = "", more] = value.split("/");
  const address = parseIpv4(before);
  if (more !== undefined || address === -1 || !/^\d{1,2}$/.test(length)) return undefined;
  const bits = Number(length);
  if (bits < 8 || bits > 30 || (address & ~maskOf(bits)) !== 0) return undefined;
  return { address, length: bits };
}

/** `192.168.9.100-192.168.9.250`, a prefix, or one address. */
export function parseRange(value: string): Range | undefined {
  const prefix = /^(.+)\/(\d{1,2})$/.exec(value);
  if (prefix !== null) {
    const address = parseIpv4(prefix[1]!);
    const length = Number(prefix[2]);
    if (address === -1 || length > 32 || (address & ~maskOf(length)) !== 0) return undefined;
    return rangeOfPrefix({ address, length });
  }
  const [from = "", to = from, more] = value.split("-").map((part) => part.trim());
  const [first, last] = [parseIpv4(from), parseIpv4(to)];
  return more !== undefined || first === -1 || last === -1 || first > last ? undefined : { first, last };
}

export function subnetProblem(value: string): string | undefined {
  if (parseSubnet(value) !== undefined) return undefined;
  const [before = "", length = "", more] = value.split("/");
  const address = parseIpv4(before);
  const bits = Number(length);
  if (more === undefined && address !== -1 && /^\d{1,2}$/.test(length) && bits >= 8 && bits <= 30) {
    const prefix = prefixText({ address: (address & maskOf(bits)) >>> 0, length: bits });
    return `${value} is an address in a network; write the network, ${prefix}`;
  }
  return `"${value}" is no network; write one such as 192.168.9.0/24, of /8 to /30`;
}

export function rangeProblem(value: string): string | undefined {
  const range = parseRange(value);
  if (range === undefined) return `"${value}" is no range; write one such as 192.168.9.100-192.168.9.250`;
  const size = range.last - range.first + 1;
  if (size <= limits.poolAddressesMax) return undefined;
  return `${value} has ${size} addresses; a pool has ${limits.poolAddressesMax} at most`;
}

export function excludeProblem(value: string): string | undefined {
  if (parseRange(value) !== undefined) return undefined;
  return `"${value}" is no address and no range; write one such as 192.168.9.110-192.168.9.119`;
}
