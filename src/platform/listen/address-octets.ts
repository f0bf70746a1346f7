/** Addresses as octets, and the interface that a link-local one belongs to. */
import { networkInterfaces } from "node:os";
import { ipv4ToText, ipv6ToText, parseIpv4, parseIpv6 } from "#protocols/dns/fields/addresses.ts";

/** The 4 or 16 octets of an address in text, which may have `%interface` behind it. */
export function addressOctets(address: string): Uint8Array {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== -1) return Uint8Array.of(ipv4 >>> 24, ipv4 >>> 16, ipv4 >>> 8, ipv4);
  const octets = parseIpv6(address.split("%")[0]!);
  if (octets === undefined) throw new TypeError(`${address} is no address`);
  return octets;
}

/** The text of an address, with the interface behind a link-local one: `fe80::1%eth0`. RFC 4007 §11. */
export function addressText(octets: Uint8Array, scope = 0): string {
  if (octets.length === 4) return ipv4ToText(new DataView(octets.buffer, octets.byteOffset).getUint32(0));
  const text = ipv6ToText(octets);
  return scope === 0 || !isLinkLocal(octets) ? text : `${text}%${interfaceName(scope)}`;
}

/** fe80::/10. RFC 4291 §2.5.6. */
export function isLinkLocal(octets: Uint8Array): boolean {
  return octets.length === 16 && octets[0] === 0xfe && (octets[1]! & 0xc0) === 0x80;
}

/** The number of the interface behind the `%` of an address, 0 without one or when there is none now. */
export function scopeOf(address: string): number {
  const name = address.split("%")[1];
  if (name === undefined) return 0;
  if (/^\d+$/.test(name)) return Number(name);
  return linkLocalScopes(networkInterfaces()[name])[0] ?? 0;
}

function interfaceName(scope: number): string {
  const found = Object.entries(networkInterfaces()).find(([, infos]) =>
    linkLocalScopes(infos).includes(scope),
  );
  return found?.[0] ?? String(scope);
}

function linkLocalScopes(infos: ReturnType<typeof networkInterfaces>[string]): readonly number[] {
  return (infos ?? []).flatMap((info) => (info.family === "IPv6" && info.scopeid ? [info.scopeid] : []));
}
