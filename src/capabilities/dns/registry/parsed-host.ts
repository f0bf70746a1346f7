/** A host to be published, as records: what its caller said in text was read and checked. */
import type { PublishedGuard, PublishedHost } from "#contracts/name-registry.ts";
import { ipv4ToText, ipv6ToText, parseIpv4, parseIpv6 } from "#protocols/dns/fields/addresses.ts";
import { type Name, NameError, parseName, rootName } from "#protocols/dns/name.ts";
import { parseRdata } from "#protocols/dns/records/index.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { RecordTextError, textReader } from "#protocols/dns/text-reader.ts";
import { isHostName } from "../zones/checks-names.ts";
import { registryLimits } from "./limits.ts";

export interface HostAddress {
  /** In its one canonical form. RFC 5952 §4. */
  readonly text: string;
  readonly type: number;
  readonly rdata: Uint8Array;
}

export interface HostGuard {
  readonly type: number;
  readonly rdata: Uint8Array;
}

export interface ParsedHost {
  readonly name: Name;
  readonly addresses: readonly HostAddress[];
  readonly guards: readonly HostGuard[];
  /** Seconds. */
  readonly ttl: number;
  readonly owner: string;
  readonly reverse: boolean;
}

/** What the caller wrote is no host; the message is for people. */
export class InvalidHostError extends Error {
  override readonly name = "InvalidHostError";
}

/** @throws InvalidHostError */
export function parseHost(host: PublishedHost): ParsedHost {
  const { ttl, owner, guards = [], reverse = true, wildcard = false } = host;
  const { addressesMax, guardsMax, ttlMax } = registryLimits;
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > ttlMax)
    throw new InvalidHostError(`${ttl} is no TTL; write whole seconds from 0 to ${ttlMax}`);
  checkOwner(owner);
  if (guards.length > guardsMax)
    throw new InvalidHostError(`${guards.length} guards; ${guardsMax} are the most`);
  if (host.addresses.length > addressesMax)
    throw new InvalidHostError(`${host.addresses.length} addresses; ${addressesMax} are the most`);
  const addresses = new Map(host.addresses.map(parseAddress).map((one) => [one.text, one]));
  if (addresses.size === 0)
    throw new InvalidHostError("a host without an address; withdraw its name instead");
  return {
    name: wildcard ? parsePublishedName(host.name) : parseHostName(host.name),
    addresses: [...addresses.values()],
    guards: guards.map(parseGuard),
    ttl,
    owner,
    reverse,
  };
}

/** A name that a host may have when it asks for that. @throws InvalidHostError */
export function parsePublishedName(text: string): Name {
  if (!text.startsWith("*.")) return parseHostName(text);
  parseHostName(text.slice(2));
  return parseAnyName(text);
}

/** RFC 1123 §2.1. @throws InvalidHostError */
function parseHostName(text: string): Name {
  const name = parseAnyName(text);
  if (name !== rootName && isHostName(name)) return name;
  throw new InvalidHostError(`${text} is no host's name: letters, digits and hyphens between dots`);
}

function parseAnyName(text: string): Name {
  try {
    return parseName(text);
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    throw new InvalidHostError(error.message);
  }
}

function checkOwner(owner: string): void {
  const { ownerLengthMax } = registryLimits;
  if (owner.length > 0 && owner.length <= ownerLengthMax && owner.isWellFormed() && !/\p{Cc}/u.test(owner))
    return;
  throw new InvalidHostError(
    `an owner is a text of 1 to ${ownerLengthMax} characters, such as dhcp:01:52:54:00:12:34:56`,
  );
}

function parseAddress(text: string): HostAddress {
  const ipv4 = parseIpv4(text);
  if (ipv4 > 0) {
    const rdata = Uint8Array.of(ipv4 >>> 24, ipv4 >>> 16, ipv4 >>> 8, ipv4);
    return { text: ipv4ToText(ipv4), type: RRType.A, rdata };
  }
  const ipv6 = parseIpv6(text);
  if (ipv6?.some((octet) => octet !== 0)) return { text: ipv6ToText(ipv6), type: RRType.AAAA, rdata: ipv6 };
  throw new InvalidHostError(`${text} is no address of a host`);
}

function parseGuard({ type, data }: PublishedGuard): HostGuard {
  try {
    return { type: RRType[type], rdata: parseRdata(RRType[type], textReader(data)) };
  } catch (error) {
    if (!(error instanceof RecordTextError)) throw error;
    throw new InvalidHostError(`the guard ${type} "${data}": ${error.message}`);
  }
}
