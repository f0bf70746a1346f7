/**
 * Address match lists, as BIND has them: the first entry that an address matches decides, `!` turns "yes"
 * into "no", and an address that none matches is refused. A list is worked out to plain sets of addresses
 * when it is read, so that asking it allocates nothing.
 */

import { isIP } from "node:net";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { type LocalAddress, localAddresses } from "#platform/listen/local-addresses.ts";
import { lowerName, type Name, NameError, parseName } from "#protocols/dns/name.ts";
import { type AddressRange, AddressSet, allowedRanges, type RangeRule } from "./address-set.ts";

export interface AddressMatch {
  /** True when every address is allowed, so that nobody need look. */
  readonly any: boolean;
  /**
   * `address`: 4 octets of an IPv4 address or 16 of an IPv6 address. `key`: by which the message was signed,
   * in lower case.
   */
  allows(address: Uint8Array, key?: Name): boolean;
  /** Works the list out anew when it says localhost or localnets: the machine's addresses come and go. */
  refresh(own: readonly LocalAddress[]): void;
}

/** Named lists, as `dns.acls` has them. */
export type AddressLists = Readonly<Record<string, readonly string[]>>;

export const matchAny: AddressMatch = { any: true, allows: () => true, refresh: () => undefined };
export const matchNone: AddressMatch = { any: false, allows: () => false, refresh: () => undefined };

const nestingMax = 16;

/** Why an entry is no entry. The caller adds where it stood. */
export class AddressMatchError extends Error {
  override readonly name = "AddressMatchError";
}

/**
 * @param entries `any`, `none`, `localhost`, `localnets`, an address, a prefix such as `192.168.9.0/24`, `acl
 * NAME`, `key NAME`, each with `!` in front for "not"
 * @param own what localhost and localnets stand for until `refresh` is called
 */
export function parseAddressMatch(
  entries: readonly string[],
  lists: AddressLists = {},
  own: readonly LocalAddress[] = localAddresses(),
): AddressMatch {
  const match = new ListMatch(entries, lists, own);
  return match.any ? matchAny : match;
}

/** What is wrong with one entry by itself; whether a named list exists is seen when the list is made. */
export function addressEntryProblem(entry: string): string | undefined {
  const [, text] = withoutNegation(entry);
  return /^acl\s+\S/.test(text) ? undefined : addressMatchProblem([entry], {});
}

/** What is wrong with a list as a whole: a name that is not there, lists that contain one another. */
export function addressMatchProblem(entries: readonly string[], lists: AddressLists): string | undefined {
  try {
    new Workings(lists, [], undefined).allowed(entries, 0);
    return undefined;
  } catch (error) {
    if (error instanceof AddressMatchError) return error.message;
    throw error;
  }
}

/** The addresses that a list allows. */
interface Allowed {
  readonly ipv4: AddressSet;
  readonly ipv6: AddressSet;
}

class ListMatch implements AddressMatch {
  readonly any: boolean;
  private readonly entries: readonly string[];
  private readonly lists: AddressLists;
  private readonly changes: boolean;
  private readonly keys: readonly Name[];
  private unsigned: Allowed;
  /** For each key that the list names: whom it allows when a message is signed by it. */
  private signed: ReadonlyMap<Name, Allowed>;

  constructor(entries: readonly string[], lists: AddressLists, own: readonly LocalAddress[]) {
    this.entries = entries;
    this.lists = lists;
    const workings = new Workings(lists, own, undefined);
    this.unsigned = sets(workings.allowed(entries, 0));
    this.keys = [...workings.keys];
    this.signed = this.signedSets(own);
    this.changes = workings.saysOwn;
    this.any =
      !this.changes && this.keys.length === 0 && this.unsigned.ipv4.isWhole && this.unsigned.ipv6.isWhole;
  }

  allows(address: Uint8Array, key?: Name): boolean {
    const allowed = (key !== undefined && this.signed.get(key)) || this.unsigned;
    return address.length === 4 ? allowed.ipv4.has(address) : allowed.ipv6.has(address);
  }

  refresh(own: readonly LocalAddress[]): void {
    if (!this.changes) return;
    this.unsigned = sets(new Workings(this.lists, own, undefined).allowed(this.entries, 0));
    this.signed = this.signedSets(own);
  }

  private signedSets(own: readonly LocalAddress[]): ReadonlyMap<Name, Allowed> {
    return new Map(
      this.keys.map((key) => [key, sets(new Workings(this.lists, own, key).allowed(this.entries, 0))]),
    );
  }
}

/** Of one family each. */
interface FamilyRanges {
  readonly ipv4: readonly AddressRange[];
  readonly ipv6: readonly AddressRange[];
}

const everything: FamilyRanges = {
  ipv4: [{ first: 0n, end: 1n << 32n }],
  ipv6: [{ first: 0n, end: 1n << 128n }],
};
const nothing: FamilyRanges = { ipv4: [], ipv6: [] };

function sets({ ipv4, ipv6 }: FamilyRanges): Allowed {
  return { ipv4: new AddressSet(ipv4, 4), ipv6: new AddressSet(ipv6, 16) };
}

/** Turns one list, and those that it names, into the ranges that it allows to messages signed by one key. */
class Workings {
  /** True when the outcome depends on the machine's own addresses. */
  saysOwn = false;
  /** Keys that the lists name. */
  readonly keys = new Set<Name>();
  /** By which the messages are signed; undefined: they are not. */
  private readonly key: Name | undefined;
  private readonly lists: AddressLists;
  private readonly own: readonly LocalAddress[];
  /** A list that is named often is worked out once. */
  private readonly named = new Map<string, FamilyRanges>();

  constructor(lists: AddressLists, own: readonly LocalAddress[], key: Name | undefined) {
    this.lists = lists;
    this.own = own;
    this.key = key;
  }

  allowed(entries: readonly string[], depth: number): FamilyRanges {
    const ipv4: RangeRule[] = [];
    const ipv6: RangeRule[] = [];
    for (const entry of entries) {
      const [negated, text] = withoutNegation(entry);
      // `none` is `!any`: nobody gets to the entries after it.
      const allow = negated === (text === "none");
      const ranges = this.element(text, depth);
      for (const range of ranges.ipv4) ipv4.push({ ...range, allow });
      for (const range of ranges.ipv6) ipv6.push({ ...range, allow });
    }
    return { ipv4: allowedRanges(ipv4), ipv6: allowedRanges(ipv6) };
  }

  private element(text: string, depth: number): FamilyRanges {
    if (text === "any" || text === "none") return everything;
    if (text === "localhost") return this.ownAddresses(false);
    if (text === "localnets") return this.ownAddresses(true);
    const key = /^key\s+(\S+)$/.exec(text)?.[1];
    if (key !== undefined) return this.signedBy(key);
    const name = /^acl\s+(.+)$/.exec(text)?.[1];
    return name === undefined ? parsePrefix(text) : this.namedList(name, depth);
  }

  private signedBy(text: string): FamilyRanges {
    const name = keyName(text);
    this.keys.add(name);
    return name === this.key ? everything : nothing;
  }

  /** A list inside a list matches when it allows; what it refuses is left to the entries after it. */
  private namedList(name: string, depth: number): FamilyRanges {
    const known = this.named.get(name);
    if (known !== undefined) return known;
    const entries = Object.hasOwn(this.lists, name) ? this.lists[name] : undefined;
    if (entries === undefined)
      throw new AddressMatchError(`there is no list "${name}"; add it under dns.acls`);
    if (depth === nestingMax)
      throw new AddressMatchError(`list "${name}" contains itself, or lists nest deeper than ${nestingMax}`);
    const ranges = this.allowed(entries, depth + 1);
    this.named.set(name, ranges);
    return ranges;
  }

  private ownAddresses(networks: boolean): FamilyRanges {
    this.saysOwn = true;
    const ranges = this.own.map(({ address, prefixLength }) => {
      const octets = addressOctets(address);
      return prefixRange(octets, networks ? prefixLength : octets.length * 8);
    });
    return { ipv4: ranges.flatMap(({ ipv4 }) => ipv4), ipv6: ranges.flatMap(({ ipv6 }) => ipv6) };
  }
}

function keyName(text: string): Name {
  try {
    return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    throw new AddressMatchError(`"${text}" is no name of a key: ${error.message}`);
  }
}

function withoutNegation(entry: string): [negated: boolean, text: string] {
  const negated = entry.startsWith("!");
  return [negated, (negated ? entry.slice(1) : entry).trim()];
}

function parsePrefix(text: string): FamilyRanges {
  const [address = "", length, ...more] = text.split("/");
  if (isIP(address) === 0 || more.length > 0) {
    throw new AddressMatchError(
      `"${text}" is no address, prefix or list; write 192.168.9.0/24, 2001:db8::/32, any, none, localhost, localnets or "acl NAME"`,
    );
  }
  const octets = addressOctets(address);
  const bitsMax = octets.length * 8;
  if (length === undefined) return prefixRange(octets, bitsMax);
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (!(bits <= bitsMax)) {
    throw new AddressMatchError(`"${text}" has no valid prefix length; write 0 to ${bitsMax}`);
  }
  refuseHostBits(text, octets, bits);
  return prefixRange(octets, bits);
}

/** `10.0.0.5/8` is a slip more often than 10.0.0.0/8, so that named refuses it too. */
function refuseHostBits(text: string, octets: Uint8Array, bits: number): void {
  const hasHostBits = octets.some((octet, index) => {
    const networkBits = Math.min(Math.max(bits - index * 8, 0), 8);
    return (octet & (0xff >>> networkBits)) !== 0;
  });
  if (!hasHostBits) return;
  throw new AddressMatchError(
    `"${text}" has bits behind its first ${bits}; write the network's address or a longer prefix`,
  );
}

/** The addresses that have the first `bits` bits of this one. */
function prefixRange(octets: Uint8Array, bits: number): FamilyRanges {
  const hostBits = BigInt(octets.length * 8 - bits);
  const first = (BigInt(`0x${octets.toHex()}`) >> hostBits) << hostBits;
  const range = [{ first, end: first + (1n << hostBits) }];
  return octets.length === 4 ? { ipv4: range, ipv6: [] } : { ipv4: [], ipv6: range };
}
