/** Which addresses a client of the dyndns2 protocol wants its names to have. */
import { parseIpv6 } from "../dns/fields/addresses.ts";
import { canonicalAddress, type Family, familyNames } from "../public-address/public-address.ts";
import { limits } from "./limits.ts";

export type AddressWish =
  | { readonly do: "keep" | "remove" }
  /** In its canonical form, as yet public or not. */
  | { readonly do: "set"; readonly address: string }
  /** IPv6: these first bits, and the others as they are. */
  | { readonly do: "prefix"; readonly prefix: string; readonly length: number };

export type WishedAddresses =
  /** The one that the request comes from; the other family stays. */
  | { readonly from: "connection" }
  | { readonly from: "request"; readonly ipv4: AddressWish; readonly ipv6: AddressWish }
  | { readonly from: "nowhere"; readonly problem: string };

/** The first of these that is there, trimmed. Undefined: none is. */
export type FindParameter = (names: readonly string[]) => string | undefined;

/** For one family or both; ddclient and nsupdate.info have a comma between them. */
const ofBoth = ["myip", "ip"];
const ofFamily = {
  ipv4: ["myipv4", "ipv4", "myip4", "ip4"],
  ipv6: ["myipv6", "ipv6", "myip6", "ip6"],
} as const;

/** A router that has nothing for a field of its URL leaves it empty; `preserve` is deSEC's. */
const empty = { do: "remove" } as const;
const keep = { do: "keep" } as const;

type Said = AddressWish | undefined;

export function readWishedAddresses(find: FindParameter): WishedAddresses {
  try {
    const both = find(ofBoth);
    const texts = { ipv4: find(ofFamily.ipv4), ipv6: find(ofFamily.ipv6) };
    const of = both === undefined ? {} : ofBothFamilies(both, texts);
    const ipv4: Said = texts.ipv4 === undefined ? of.ipv4 : wishOf(texts.ipv4, "ipv4");
    const ipv6: Said = texts.ipv6 === undefined ? of.ipv6 : wishOf(texts.ipv6, "ipv6");
    // Empty is a removal only beside one that is there: else it is a router that does not know its address.
    const isNothing = (said: Said): boolean => said === undefined || said === empty;
    if (isNothing(ipv4) && isNothing(ipv6)) return { from: "connection" };
    return { from: "request", ipv4: ipv4 ?? keep, ipv6: ipv6 ?? keep };
  } catch (error) {
    if (error instanceof AddressProblem) return { from: "nowhere", problem: error.message };
    throw error;
  }
}

class AddressProblem extends Error {
  override readonly name = "AddressProblem";
}

function ofBothFamilies(
  text: string,
  own: { readonly ipv4: string | undefined; readonly ipv6: string | undefined },
): { ipv4?: AddressWish; ipv6?: AddressWish } {
  if (text === "preserve") return { ipv4: keep, ipv6: keep };
  if (text === "") return own.ipv4 === undefined ? { ipv4: empty } : {};
  const said: { ipv4?: AddressWish; ipv6?: AddressWish } = {};
  for (const part of text.split(",").map((one) => one.trim())) {
    if (part === "") continue;
    const family: Family = part.includes(":") ? "ipv6" : "ipv4";
    if (said[family] !== undefined)
      throw new AddressProblem(`${shown(text)} has two ${familyNames[family]} addresses`);
    said[family] = wishOf(part, family);
  }
  return said;
}

function wishOf(text: string, family: Family): AddressWish {
  if (text === "preserve") return keep;
  if (text === "") return empty;
  const [, address = "", slash] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const canonical = canonicalAddress(address, family);
  const bits = family === "ipv4" ? 32 : 128;
  const length = slash === undefined ? bits : Number(slash);
  if (canonical === undefined || length > bits || length === 0)
    throw new AddressProblem(`${shown(text)} is no ${familyNames[family]} address`);
  if (length === bits) return { do: "set", address: canonical };
  if (family === "ipv4") throw new AddressProblem(`${shown(text)} is a network, not an address`);
  // The FRITZ!Box puts the length of its prefix behind its whole address.
  return hasBitsAfter(canonical, length)
    ? { do: "set", address: canonical }
    : { do: "prefix", prefix: canonical, length };
}

function hasBitsAfter(address: string, length: number): boolean {
  return parseIpv6(address)!.some((octet, index) => {
    const kept = Math.min(Math.max(length - index * 8, 0), 8);
    return (octet & (0xff >> kept)) !== 0;
  });
}

function shown(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]/g, "?");
  return printable.length > limits.shownMax ? `${printable.slice(0, limits.shownMax)}…` : printable;
}
