/** Which address or machine somebody means. */
import { RouteError } from "#contracts/route.ts";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import type { DhcpControl, LeaseView } from "../control.ts";
import { addressesNamed, looksLikeAddress } from "./short-address.ts";

/** @throws RouteError: it is none, or could be several */
export function addressMeant(control: DhcpControl, text: string): string {
  return onlyOne(text, addressesNamed(text, subnetsOf(control)));
}

/** As `addressMeant`, where of several only those count at which somebody is known. */
export function knownAddressMeant(control: DhcpControl, text: string): string {
  const found = addressesNamed(text, subnetsOf(control));
  if (found.length < 2) return onlyOne(text, found);
  const known = found.filter((address) => control.find(address).length > 0);
  return onlyOne(text, known.length === 0 ? found : known);
}

function onlyOne(text: string, found: readonly string[]): string {
  if (found.length === 1) return found[0]!;
  if (!looksLikeAddress(text))
    throw new RouteError(400, "HP_DHCP_ADDRESS", `"${text}" is no address; write one such as 192.168.9.12`);
  const sentence =
    found.length === 0
      ? `no network of the site file has an address ${text}; write it whole`
      : `${text} may be ${found.join(" or ")}; write it whole`;
  throw new RouteError(400, "HP_DHCP_ADDRESS", sentence);
}

/** Leases of what `question` names, or, when that is nothing, of an address that ends so. */
export function leasesMeant(control: DhcpControl, question: string): readonly LeaseView[] {
  const found = control.find(question);
  if (found.length > 0 || parseIpv4(question) !== -1 || !looksLikeAddress(question)) return found;
  return control.find(knownAddressMeant(control, question));
}

/** @throws RouteError: nothing is known of the address */
export function leaseAt(control: DhcpControl, address: string): LeaseView {
  const lease = control.find(address).find((one) => one.address === address);
  if (lease !== undefined) return lease;
  throw new RouteError(
    404,
    "HP_DHCP_LEASE_UNKNOWN",
    `nobody has ${address}; homeport lease history ${address} tells who had it`,
  );
}

function subnetsOf(control: DhcpControl): Set<string> {
  return new Set([...control.pools(), ...control.leases()].map(({ subnet }) => subnet));
}
