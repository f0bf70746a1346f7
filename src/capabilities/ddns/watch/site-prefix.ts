/** The IPv6 prefix of the machines behind the site. */
import { parseIpv6 } from "#protocols/dns/fields/addresses.ts";
import { prefixText } from "#protocols/public-address/prefix.ts";
import type { AddressConfig } from "../config.ts";
import { publicAddressOfInterface } from "./methods/interface-addresses.ts";
import type { MachineFacts } from "./methods/witness-ports.ts";

/**
 * Such as `2001:db8:1:2::/64`: of the interface that the site file names, else of the site's own address.
 * Undefined when neither has a public one now.
 */
export function sitePrefix(
  { prefix, alsoPublic }: Pick<AddressConfig, "prefix" | "alsoPublic">,
  siteAddress: string | undefined,
  facts: MachineFacts,
): string | undefined {
  if (prefix.interface === undefined) {
    const isIpv6 = siteAddress !== undefined && parseIpv6(siteAddress) !== undefined;
    return isIpv6 ? prefixText(siteAddress, prefix.length) : undefined;
  }
  const found = publicAddressOfInterface(prefix.interface, "ipv6", { facts, alsoPublic });
  return found.kind === "address" ? prefixText(found.address, prefix.length) : undefined;
}
