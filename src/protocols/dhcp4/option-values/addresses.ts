/** Addresses, alone, in lists, in pairs, and the routes that are made of them. */
import { ipv4ToText, ipv6ToText, parseIpv4, parseIpv6 } from "../../dns/fields/addresses.ts";
import { WireError } from "../../dns/wire.ts";
import { joinOctets } from "../join-octets.ts";
import {
  expectLength,
  expectPieces,
  knownFields,
  listOf,
  refuse,
  type ValueCodec,
  ValueProblem,
} from "./value-codec.ts";

const addressForm = "an IPv4 address, such as 192.0.2.1";
const pairForm = 'two IPv4 addresses with a blank between them, such as "192.0.2.64 192.0.2.1"';
const routeForm = 'a route, such as { destination: "10.0.0.0/8", router: "192.0.2.1" }';

/** The four octets of an address. */
export function octetsOfAddress(address: number): Uint8Array {
  return Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
}

/** The octets of addresses, one after the other. */
export function octetsOfAddresses(addresses: readonly number[]): Uint8Array {
  const octets = new Uint8Array(4 * addresses.length);
  for (const [index, address] of addresses.entries()) writeAddress(address, octets, 4 * index);
  return octets;
}

/** The address that stands at `at`. */
export function addressAt(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

/** The addresses that an option is made of, as numbers. Throws WireError. */
export function addressesOf(octets: Uint8Array): number[] {
  expectPieces(octets, 4);
  return Array.from({ length: octets.length / 4 }, (_, index) => addressAt(octets, 4 * index));
}

/** An address that an operator wrote. */
export function addressFrom(value: unknown): number {
  const address = typeof value === "string" ? parseIpv4(value.trim()) : -1;
  return address === -1 ? refuse(value, addressForm) : address;
}

/** Addresses in a list, or in one text with commas or blanks between them. */
export function addressesFrom(value: unknown): number[] {
  if (typeof value === "string" && /[\s,]/.test(value.trim()))
    return value
      .trim()
      .split(/\s*,\s*|\s+/)
      .map(addressFrom);
  return listOf(value).map(addressFrom);
}

function writeAddress(address: number, octets: Uint8Array, at: number): void {
  octets[at] = address >>> 24;
  octets[at + 1] = address >>> 16;
  octets[at + 2] = address >>> 8;
  octets[at + 3] = address;
}

export const address: ValueCodec = {
  form: addressForm,
  encode: (value) => octetsOfAddress(addressFrom(value)),
  decode(octets) {
    expectLength(octets, 4);
    return ipv4ToText(addressAt(octets, 0));
  },
};

export const addresses: ValueCodec = {
  form: 'IPv4 addresses, such as ["192.0.2.1", "192.0.2.2"]',
  encode(value) {
    const list = addressesFrom(value);
    if (list.length === 0) throw new ValueProblem(`the list is empty; write ${addressForm}`);
    return octetsOfAddresses(list);
  },
  decode: (octets) => addressesOf(octets).map(ipv4ToText),
};

/** An empty list says that there are none: home agents of mobile IP. RFC 2132 §8.13. */
export const addressesOrNone: ValueCodec = {
  form: "IPv4 addresses, or an empty list to say that there are none",
  encode: (value) => octetsOfAddresses(addressesFrom(value)),
  decode: (octets) => (octets.length === 0 ? [] : addressesOf(octets).map(ipv4ToText)),
};

/** Addresses with masks, and destinations with routers. RFC 2132 §4.3, §5.8. */
export const addressPairs: ValueCodec = {
  form: `a list, each of it ${pairForm}`,
  encode(value) {
    const pairs = listOf(value).map((item) => {
      const words = typeof item === "string" ? item.trim().split(/\s+/) : [];
      if (words.length !== 2) refuse(item, pairForm);
      return words.map(addressFrom);
    });
    if (pairs.length === 0) throw new ValueProblem(`the list is empty; write ${pairForm}`);
    return octetsOfAddresses(pairs.flat());
  },
  decode(octets) {
    expectPieces(octets, 8);
    const list = addressesOf(octets).map(ipv4ToText);
    return Array.from({ length: list.length / 2 }, (_, index) => `${list[2 * index]} ${list[2 * index + 1]}`);
  },
};

/** Lists of addresses, each of one server. RFC 7291 §4. */
export const addressLists: ValueCodec = {
  form: 'a list of lists, each the addresses of one server, such as [["192.0.2.1"], ["192.0.2.2"]]',
  encode(value) {
    const lists = listOf(value).map((item) => addressesFrom(item));
    if (lists.length === 0 || lists.some((list) => list.length === 0 || list.length > 63))
      throw new ValueProblem("each server has 1 to 63 addresses");
    return joinOctets(lists.flatMap((list) => [Uint8Array.of(4 * list.length), octetsOfAddresses(list)]));
  },
  decode(octets) {
    const lists: string[][] = [];
    for (let at = 0; at < octets.length; at += 1 + octets[at]!) {
      const end = at + 1 + octets[at]!;
      if (end > octets.length) throw new WireError("short-input", "option", at);
      lists.push(addressesOf(octets.subarray(at + 1, end)).map(ipv4ToText));
    }
    if (lists.length === 0) throw new WireError("short-input", "option", 0);
    return lists;
  },
};

/** A route of option 121. */
export interface ClasslessRoute {
  /** A prefix: `10.0.0.0/8`. */
  readonly destination: string;
  /** 0.0.0.0: the destination is on the link. RFC 3442 "Local Subnet Routes". */
  readonly router: string;
}

/** Only those octets of a destination are sent that its prefix reaches into. RFC 3442. */
export const routes: ValueCodec = {
  form: `a list, each of it ${routeForm}`,
  encode(value) {
    const list = listOf(value).map(routeOctets);
    if (list.length === 0) throw new ValueProblem(`the list is empty; write ${routeForm}`);
    return joinOctets(list.flat());
  },
  decode(octets) {
    const list: ClasslessRoute[] = [];
    let at = 0;
    while (at < octets.length) {
      const length = octets[at]!;
      if (length > 32) throw new WireError("bad-value", "prefix length", at);
      const significant = Math.ceil(length / 8);
      if (at + 1 + significant + 4 > octets.length) throw new WireError("short-input", "route", at);
      const padded = new Uint8Array(4);
      padded.set(octets.subarray(at + 1, at + 1 + significant));
      const destination = (addressAt(padded, 0) & maskOf(length)) >>> 0;
      at += 1 + significant;
      list.push({
        destination: `${ipv4ToText(destination)}/${length}`,
        router: ipv4ToText(addressAt(octets, at)),
      });
      at += 4;
    }
    if (list.length === 0) throw new WireError("short-input", "route", 0);
    return list;
  },
};

function routeOctets(value: unknown): Uint8Array[] {
  const words = typeof value === "string" ? value.trim().split(/(?:\s+via)?\s+/) : undefined;
  if (words !== undefined && words.length !== 2) refuse(value, routeForm);
  const fields =
    words === undefined
      ? knownFields(value, ["destination", "router"], routeForm)
      : { destination: words[0], router: words[1] };
  const { address: prefix, length } = prefixFrom(fields["destination"]);
  const significant = octetsOfAddress(prefix).subarray(0, Math.ceil(length / 8));
  return [Uint8Array.of(length), significant, octetsOfAddress(addressFrom(fields["router"]))];
}

function prefixFrom(value: unknown): { address: number; length: number } {
  const form = "a prefix, such as 10.0.0.0/8 (or default)";
  if (value === "default") return { address: 0, length: 0 };
  const match = typeof value === "string" ? /^([\d.]+)\/(\d{1,2})$/.exec(value.trim()) : null;
  const prefix = match === null ? -1 : parseIpv4(match[1]!);
  const length = match === null ? 33 : Number(match[2]);
  if (prefix === -1 || length > 32) refuse(value, form);
  const network = (prefix & maskOf(length)) >>> 0;
  if (network !== prefix)
    throw new ValueProblem(
      `${value as string} has bits set behind its prefix; write ${ipv4ToText(network)}/${length}`,
    );
  return { address: prefix, length };
}

function maskOf(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

export const ipv6Address: ValueCodec = {
  form: "an IPv6 address, such as 2001:db8::1",
  encode(value) {
    const octets = typeof value === "string" ? parseIpv6(value.trim()) : undefined;
    return octets ?? refuse(value, ipv6Address.form);
  },
  decode(octets) {
    expectLength(octets, 16);
    return ipv6ToText(octets);
  },
};
