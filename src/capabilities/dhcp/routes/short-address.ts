/** Addresses as people say them among themselves: `.12`, when only one network has such an address. */
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { isInPrefix, parseSubnet } from "../network/range.ts";

/** An address, or its last octets with or without a dot in front. */
export function looksLikeAddress(text: string): boolean {
  return parseIpv4(text) !== -1 || shortOctets(text) !== undefined;
}

/** All addresses of the networks that end so; a whole address is itself. */
export function addressesNamed(text: string, subnets: Iterable<string>): readonly string[] {
  const whole = parseIpv4(text);
  if (whole !== -1) return [ipv4ToText(whole)];
  const octets = shortOctets(text);
  if (octets === undefined) return [];
  const end = octets.reduce((value, octet) => value * 256 + octet, 0);
  const found = new Set<string>();
  for (const subnet of subnets) {
    const prefix = parseSubnet(subnet);
    if (prefix === undefined) continue;
    const size = 256 ** octets.length;
    const address = Math.floor(prefix.address / size) * size + end;
    if (isInPrefix(address, prefix)) found.add(ipv4ToText(address));
  }
  return [...found];
}

/** One to three. A network that is wider than they tell is taken to begin with them. */
function shortOctets(text: string): readonly number[] | undefined {
  if (!/^\.?\d{1,3}(\.\d{1,3}){0,2}$/.test(text)) return undefined;
  const octets = text.replace(/^\./, "").split(".").map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}
