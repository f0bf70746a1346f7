/** IPv6 addresses of machines behind a site: the site's prefix with each machine's interface identifier. */
import { ipv6ToText, parseIpv6 } from "../dns/fields/addresses.ts";

const addressOctets = 16;
/** An identifier made of a hardware address fills the lower half. RFC 4291 §2.5.1. */
const macPrefixLengthMax = 64;

/** `2001:db8:1:2::/64`: the prefix that an address lies in. Throws TypeError when it is no IPv6 address. */
export function prefixText(address: string, length: number): string {
  return `${ipv6ToText(firstBits(octetsOf(address), length))}/${length}`;
}

/**
 * What is wrong with an identifier behind a prefix of that length, as a sentence; undefined: nothing.
 * `::1`, `::5054:ff:fe12:3456`, or `mac:52:54:00:12:34:56`.
 */
export function interfaceIdProblem(interfaceId: string, prefixLength: number): string | undefined {
  const octets = identifierOf(interfaceId);
  if (octets === undefined)
    return `"${interfaceId}" is no interface identifier; write one such as ::1 or mac:52:54:00:12:34:56`;
  if (isMac(interfaceId) && prefixLength > macPrefixLengthMax)
    return `${interfaceId} needs 64 bits, and a prefix of ${prefixLength} leaves fewer`;
  if (firstBits(octets, prefixLength).some((octet) => octet !== 0))
    return `${interfaceId} has bits where the prefix of ${prefixLength} is`;
  return undefined;
}

/**
 * The address of a machine: the first `prefixLength` bits of `address`, then its identifier. Throws TypeError
 * when `address` is no IPv6 address or `interfaceIdProblem` finds one.
 */
export function addressBehindPrefix(address: string, prefixLength: number, interfaceId: string): string {
  const problem = interfaceIdProblem(interfaceId, prefixLength);
  if (problem !== undefined) throw new TypeError(problem);
  const octets = firstBits(octetsOf(address), prefixLength);
  for (const [index, octet] of identifierOf(interfaceId)!.entries()) octets[index]! |= octet;
  return ipv6ToText(octets);
}

function octetsOf(address: string): Uint8Array {
  const octets = parseIpv6(address);
  if (octets === undefined) throw new TypeError(`${address} is no IPv6 address`);
  return octets;
}

function isMac(interfaceId: string): boolean {
  return /^mac:/i.test(interfaceId);
}

function identifierOf(interfaceId: string): Uint8Array | undefined {
  if (!isMac(interfaceId)) return interfaceId.startsWith("::") ? parseIpv6(interfaceId) : undefined;
  const words = interfaceId.slice("mac:".length).split(/[:-]/);
  if (words.length !== 6 || !words.every((word) => /^[0-9a-f]{1,2}$/i.test(word))) return undefined;
  const mac = words.map((word) => Number.parseInt(word, 16));
  const octets = new Uint8Array(addressOctets);
  // ff:fe in the middle, and the universal/local bit turned over. RFC 4291 appendix A.
  octets.set([...mac.slice(0, 3), 0xff, 0xfe, ...mac.slice(3)], addressOctets - 8);
  octets[addressOctets - 8]! ^= 0x02;
  return octets;
}

/** The first `length` bits; the others are zero. */
function firstBits(octets: Uint8Array, length: number): Uint8Array {
  return octets.map((octet, index) => {
    const kept = Math.min(Math.max(length - index * 8, 0), 8);
    return octet & (0xff00 >>> kept);
  });
}
