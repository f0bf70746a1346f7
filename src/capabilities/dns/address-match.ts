/**
 * Address match lists, as BIND has them: the first entry that an address matches decides, `!` turns "yes"
 * into "no", and an
 * address that none matches is refused.
 */

import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { addressOctets } from "./address-octets.ts";

export interface AddressMatch {
  /** True when every address is allowed, so that nobody need look. */
  readonly any: boolean;
  allows(address: string): boolean;
}

export const matchAny: AddressMatch = { any: true, allows: () => true };
export const matchNone: AddressMatch = { any: false, allows: () => false };

/** Answers remembered per list; clients beyond that are looked up anew. */
const rememberedMax = 10_000;
const nestingMax = 16;

interface Rule {
  readonly allow: boolean;
  readonly matches: (address: string, family: "ipv4" | "ipv6") => boolean;
}

/** Why an entry is no entry. The caller adds where it stood. */
export class AddressMatchError extends Error {
  override readonly name = "AddressMatchError";
}

/**
 * @param entries `any`, `none`, `localhost`, `localnets`, an address, a prefix such as `192.168.9.0/24`, `acl
 * NAME`,
 * `key NAME`, each with `!` in front for "not"
 */
export function parseAddressMatch(
  entries: readonly string[],
  lists: Readonly<Record<string, readonly string[]>> = {},
): AddressMatch {
  const rules = entries.map((entry) => parseEntry(entry, lists, 0));
  if (entries[0] === "any") return matchAny;
  if (entries.length === 0 || entries[0] === "none") return matchNone;
  const remembered = new Map<string, boolean>();
  return {
    any: false,
    allows(address) {
      const known = remembered.get(address);
      if (known !== undefined) return known;
      const family = isIPv4(address) ? "ipv4" : "ipv6";
      const allowed = rules.find((rule) => rule.matches(address, family))?.allow ?? false;
      if (remembered.size === rememberedMax) remembered.clear();
      remembered.set(address, allowed);
      return allowed;
    },
  };
}

/** What is wrong with one entry by itself; whether a named list exists is seen when the list is made. */
export function addressEntryProblem(entry: string): string | undefined {
  const text = (entry.startsWith("!") ? entry.slice(1) : entry).trim();
  if (/^acl\s+\S/.test(text)) return undefined;
  try {
    parseElement(text, {}, 0);
    return undefined;
  } catch (error) {
    if (error instanceof AddressMatchError) return error.message;
    throw error;
  }
}

/** What is wrong with a list as a whole: a name that is not there, lists that contain one another. */
export function addressMatchProblem(
  entries: readonly string[],
  lists: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  try {
    parseAddressMatch(entries, lists);
    return undefined;
  } catch (error) {
    if (error instanceof AddressMatchError) return error.message;
    throw error;
  }
}

function parseEntry(entry: string, lists: Readonly<Record<string, readonly string[]>>, depth: number): Rule {
  const negated = entry.startsWith("!");
  const text = (negated ? entry.slice(1) : entry).trim();
  const matches = parseElement(text, lists, depth);
  return { allow: !negated, matches };
}

function parseElement(
  text: string,
  lists: Readonly<Record<string, readonly string[]>>,
  depth: number,
): Rule["matches"] {
  if (text === "any") return () => true;
  if (text === "none") return () => false;
  if (text === "localhost") return ownAddresses(false);
  if (text === "localnets") return ownAddresses(true);
  // Signed queries are not understood yet, so that no query is known to have a key.
  if (/^key\s+\S+$/.test(text)) return () => false;
  const named = /^acl\s+(.+)$/.exec(text)?.[1];
  if (named !== undefined) return parseNamed(named, lists, depth);
  const block = new BlockList();
  const [address, prefix, ...more] = text.split("/");
  const family = isIPv6(address!) ? "ipv6" : "ipv4";
  if (isIP(address!) === 0 || more.length > 0) {
    throw new AddressMatchError(
      `"${text}" is no address, prefix or list; write 192.168.9.0/24, 2001:db8::/32, any, none, localhost, localnets or "acl NAME"`,
    );
  }
  if (prefix === undefined) {
    block.addAddress(address!, family);
  } else {
    const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (!(bits <= (family === "ipv4" ? 32 : 128))) {
      throw new AddressMatchError(
        `"${text}" has no valid prefix length; write ${family === "ipv4" ? "0 to 32" : "0 to 128"}`,
      );
    }
    refuseHostBits(text, address!, bits);
    block.addSubnet(address!, bits, family);
  }
  return (client, clientFamily) => clientFamily === family && block.check(client, clientFamily);
}

/** `10.0.0.5/8` is a slip more often than 10.0.0.0/8, so that named refuses it too. */
function refuseHostBits(text: string, address: string, bits: number): void {
  const octets = addressOctets(address);
  const hasHostBits = octets.some((octet, index) => {
    const networkBits = Math.min(Math.max(bits - index * 8, 0), 8);
    return (octet & (0xff >>> networkBits)) !== 0;
  });
  if (!hasHostBits) return;
  throw new AddressMatchError(
    `"${text}" has bits behind its first ${bits}; write the network's address or a longer prefix`,
  );
}

/** A list inside a list matches when it allows; what it refuses is left to the entries after it. */
function parseNamed(
  name: string,
  lists: Readonly<Record<string, readonly string[]>>,
  depth: number,
): Rule["matches"] {
  const entries = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (entries === undefined) throw new AddressMatchError(`there is no list "${name}"; add it under dns.acls`);
  if (depth === nestingMax)
    throw new AddressMatchError(`list "${name}" contains itself, or lists nest deeper than ${nestingMax}`);
  const rules = entries.map((entry) => parseEntry(entry, lists, depth + 1));
  return (address, family) => rules.find((rule) => rule.matches(address, family))?.allow ?? false;
}

/** The machine's own addresses, or its networks, as they are when asked: they come and go. */
function ownAddresses(networks: boolean): Rule["matches"] {
  return (address, family) => {
    const block = new BlockList();
    for (const own of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
      const ownFamily = own.family === "IPv4" ? "ipv4" : "ipv6";
      if (ownFamily !== family) continue;
      const bits = Number(own.cidr?.split("/")[1] ?? (family === "ipv4" ? 32 : 128));
      if (networks) block.addSubnet(own.address, bits, family);
      else block.addAddress(own.address, family);
    }
    return block.check(address, family);
  };
}
