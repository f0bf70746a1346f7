import { parseIpv4, parseIpv6 } from "#protocols/dns/fields/addresses.ts";

/** The 4 or 16 octets of an address in text, which may have `%interface` behind it. */
export function addressOctets(address: string): Uint8Array {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== -1) return Uint8Array.of(ipv4 >>> 24, ipv4 >>> 16, ipv4 >>> 8, ipv4);
  const octets = parseIpv6(address.split("%")[0]!);
  if (octets === undefined) throw new TypeError(`${address} is no address`);
  return octets;
}
