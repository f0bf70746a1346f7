/** What a name shall have after an update: what was asked for, and what it had before. */
import { ipv6ToText, parseIpv6 } from "#protocols/dns/fields/addresses.ts";
import type { AddressWish, WishedAddresses } from "#protocols/dyndns2/address-wish.ts";
import { addressBehindPrefix, interfaceIdProblem, prefixText } from "#protocols/public-address/prefix.ts";
import { type Family, publicAddressProblem } from "#protocols/public-address/public-address.ts";

export interface NameAddresses {
  readonly ipv4: string | undefined;
  readonly ipv6: string | undefined;
}

export interface WantedQuestion {
  readonly wish: WishedAddresses;
  /** What the name has now. */
  readonly before: NameAddresses;
  /** In its canonical form; undefined: it cannot be told. */
  readonly connection: string | undefined;
  /** Of the name, for a prefix. */
  readonly interfaceId: string | undefined;
  /** Networks that names may have addresses of, though they are not public. */
  readonly alsoPublic: readonly string[];
}

/** `asked`: those that the update spoke of, for its answer. */
export type WantedAddresses =
  | { readonly addresses: NameAddresses; readonly asked: readonly string[] }
  /** For the operator, in a sentence; the client hears of its trouble only. */
  | { readonly problem: string };

/** Also what is not public: a second site behind a tunnel, a laboratory. RFC 1918, RFC 6598, RFC 4193. */
export const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

/** A family that is not spoken of stays; of an address that will not do the other is not written either. */
export function wantedAddresses(question: WantedQuestion): WantedAddresses {
  const { wish, connection } = question;
  if (wish.from === "nowhere") return { problem: wish.problem };
  if (wish.from === "request") return ofWishes(wish.ipv4, wish.ipv6, question);
  if (connection === undefined) return { problem: "the address that the update came from cannot be told" };
  const set: AddressWish = { do: "set", address: connection };
  const keep: AddressWish = { do: "keep" };
  return connection.includes(":") ? ofWishes(keep, set, question) : ofWishes(set, keep, question);
}

/** The IPv6 address that others of the host shall follow; undefined: the update speaks of none. */
export function followedAddress({ asked }: { readonly asked: readonly string[] }): string | undefined {
  return asked.find((address) => address.includes(":"));
}

function ofWishes(ipv4: AddressWish, ipv6: AddressWish, question: WantedQuestion): WantedAddresses {
  const first = ofWish("ipv4", ipv4, question);
  if (typeof first === "object") return first;
  const second = ofWish("ipv6", ipv6, question);
  if (typeof second === "object") return second;
  const isAsked = (address: string | undefined, { do: what }: AddressWish): address is string =>
    address !== undefined && (what !== "keep" || (ipv4.do === "keep" && ipv6.do === "keep"));
  return {
    addresses: { ipv4: first, ipv6: second },
    asked: [...(isAsked(first, ipv4) ? [first] : []), ...(isAsked(second, ipv6) ? [second] : [])],
  };
}

function ofWish(
  family: Family,
  wish: AddressWish,
  question: WantedQuestion,
): string | undefined | { readonly problem: string } {
  switch (wish.do) {
    case "keep":
      return question.before[family];
    case "remove":
      return undefined;
    case "set":
      return checked(wish.address, family, question);
    case "prefix": {
      const made = behindPrefix(wish.prefix, wish.length, question);
      return typeof made === "object" ? made : checked(made, family, question);
    }
  }
}

function checked(
  address: string,
  family: Family,
  { alsoPublic }: WantedQuestion,
): string | { readonly problem: string } {
  const problem = publicAddressProblem(address, family, alsoPublic);
  return problem === undefined ? address : { problem: `the update says ${address}, which is ${problem}` };
}

/** With the identifier that the operator gave the name, else with the one that it has now. */
function behindPrefix(
  prefix: string,
  length: number,
  { interfaceId, before }: WantedQuestion,
): string | { readonly problem: string } {
  if (interfaceId !== undefined) {
    const problem = interfaceIdProblem(interfaceId, length);
    return problem === undefined ? addressBehindPrefix(prefix, length, interfaceId) : { problem };
  }
  if (before.ipv6 !== undefined) return withHostBits(prefix, length, before.ipv6);
  const what = `the update says the prefix ${prefixText(prefix, length)} alone`;
  return { problem: `${what}; give the name an interface identifier, such as --interface-id ::1` };
}

/** The first bits of one, the others of the other. */
function withHostBits(prefix: string, length: number, host: string): string {
  const [first, rest] = [parseIpv6(prefix)!, parseIpv6(host)!];
  const octets = first.map((octet, index) => {
    const kept = Math.min(Math.max(length - index * 8, 0), 8);
    return octet | (rest[index]! & (0xff >> kept));
  });
  return ipv6ToText(octets);
}
