/** Networks of both families, such as 100.64.0.0/10 and fc00::/7, and what lies in them. RFC 4632 §3.1. */
import { parseIpv4, parseIpv6 } from "../dns/fields/addresses.ts";

export interface Network {
  /** 4 or 16. */
  readonly octets: Uint8Array;
  /** Bits that its addresses have in common. */
  readonly length: number;
}

/** The 4 or 16 octets of an address; undefined when the text is not one. */
export function octetsOfAddress(text: string): Uint8Array | undefined {
  const ipv4 = parseIpv4(text);
  if (ipv4 === -1) return parseIpv6(text);
  return Uint8Array.of(ipv4 >>> 24, ipv4 >>> 16, ipv4 >>> 8, ipv4);
}

/** Undefined when the text is no address with a prefix length. An address alone is a network of its own. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = "", length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const octets = octetsOfAddress(address);
  if (octets === undefined) return undefined;
  const bits = length === undefined ? octets.length * 8 : Number(length);
  return bits > octets.length * 8 ? undefined : { octets, length: bits };
}

/** False too when they are of different families. */
export function isInNetwork(octets: Uint8Array, network: Network): boolean {
  if (octets.length !== network.octets.length) return false;
  const whole = network.length >> 3;
  for (let i = 0; i < whole; i++) if (octets[i] !== network.octets[i]) return false;
  const rest = network.length & 7;
  if (rest === 0) return true;
  return (octets[whole]! ^ network.octets[whole]!) >>> (8 - rest) === 0;
}
