/** Which address a request comes from: that of the connection, or what a trusted proxy says. */

import { ConfigError } from "#contracts/configuration.ts";
import {
  isInNetwork,
  type Network,
  octetsOfAddress,
  parseNetwork,
} from "#protocols/public-address/network.ts";
import { canonicalAddress } from "#protocols/public-address/public-address.ts";

export interface ClientAddress {
  /** In its canonical form; undefined: a proxy does not say it. */
  readonly address: string | undefined;
  /** Whom limits count for when the address cannot be told: the proxy. */
  readonly peer: string;
}

/** Throws ConfigError. */
export function trustedNetworks(texts: readonly string[]): readonly Network[] {
  return texts.map((text, index) => {
    const network = parseNetwork(text);
    if (network !== undefined) return network;
    const path = `ddns.server.trustedProxies[${index}]`;
    const what = `"${text}" is no address and no network`;
    const remedy = "write one such as 127.0.0.1 or 10.0.0.0/8";
    throw new ConfigError("HP_DDNS_PROXY", [{ severity: "error", path, what, remedy }]);
  });
}

/**
 * `forwarded`: the header X-Forwarded-For. Each proxy writes at its end whom it heard from, so that what
 * stands left of the first that is not trusted is anybody's word.
 */
export function clientAddress(
  socketAddress: string,
  forwarded: string | undefined,
  trusted: readonly Network[],
): ClientAddress {
  const peer = plainAddress(socketAddress) ?? socketAddress;
  if (forwarded === undefined || !isTrusted(peer, trusted)) return { address: plainAddress(peer), peer };
  for (const entry of forwarded.split(",").reverse()) {
    const address = plainAddress(withoutPort(entry.trim()));
    if (address === undefined) return { address: undefined, peer };
    if (!isTrusted(address, trusted)) return { address, peer: address };
  }
  return { address: undefined, peer };
}

/** The other end of a connection is a proxy that may speak for others. */
export function isTrustedProxy(socketAddress: string, trusted: readonly Network[]): boolean {
  return isTrusted(plainAddress(socketAddress) ?? "", trusted);
}

function isTrusted(address: string, trusted: readonly Network[]): boolean {
  const octets = octetsOfAddress(address);
  return octets !== undefined && trusted.some((network) => isInNetwork(octets, network));
}

/** `192.0.2.1:4711`, `[2001:db8::1]`, `"[2001:db8::1]:4711"`: what proxies are known to write. */
function withoutPort(text: string): string {
  const bare = text.replaceAll('"', "");
  return /^\[([^\]]*)\](?::\d+)?$/.exec(bare)?.[1] ?? /^([\d.]+):\d+$/.exec(bare)?.[1] ?? bare;
}

/** Without the interface; an IPv4 address in IPv6 form is one. RFC 4291 §2.5.5.2. */
function plainAddress(text: string): string | undefined {
  const bare = text.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
  return canonicalAddress(bare, bare.includes(":") ? "ipv6" : "ipv4");
}
