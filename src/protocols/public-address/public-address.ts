/** Whether an address can be reached from the whole Internet, so that a name may be given to it. */
import { ipv4ToText, ipv6ToText, parseIpv4, parseIpv6 } from "../dns/fields/addresses.ts";
import { isInNetwork, octetsOfAddress, parseNetwork } from "./network.ts";
import { globalUnicast, specialRanges } from "./special-ranges.ts";

export type Family = "ipv4" | "ipv6";

const ranges = specialRanges.map(([text, words]) => ({ network: parseNetwork(text)!, words }));
const unicast = parseNetwork(globalUnicast)!;

/** How people call them. */
export const familyNames = { ipv4: "IPv4", ipv6: "IPv6" } as const;

/**
 * What keeps the address from being a public one of the family, in words that follow "which is": "private",
 * "shared by a carrier-grade NAT". Undefined: it is public.
 *
 * @param alsoPublic networks that count as public whatever the registries say of them
 */
export function publicAddressProblem(
  address: string,
  family: Family,
  alsoPublic: readonly string[] = [],
): string | undefined {
  const octets = octetsOfAddress(address);
  if (octets === undefined) return "no address";
  if (familyOf(octets) !== family) return `not an ${familyNames[family]} address`;
  if (isInOneOf(octets, alsoPublic)) return undefined;
  const special = ranges.find(({ network }) => isInNetwork(octets, network));
  if (special !== undefined) return special.words;
  return family === "ipv4" || isInNetwork(octets, unicast) ? undefined : "assigned to nobody";
}

/** RFC 5952 §4 for IPv6; undefined when the text is no address of the family. */
export function canonicalAddress(text: string, family: Family): string | undefined {
  if (family === "ipv4") {
    const address = parseIpv4(text);
    return address === -1 ? undefined : ipv4ToText(address);
  }
  const octets = parseIpv6(text);
  return octets === undefined ? undefined : ipv6ToText(octets);
}

/** The family of the 4 or 16 octets. */
export function familyOf(octets: Uint8Array): Family {
  return octets.length === 4 ? "ipv4" : "ipv6";
}

function isInOneOf(octets: Uint8Array, networks: readonly string[]): boolean {
  return networks.some((text) => {
    const network = parseNetwork(text);
    return network !== undefined && isInNetwork(octets, network);
  });
}
