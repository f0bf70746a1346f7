/** Addresses that say of which change they are. */
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";

/** RFC 2544 §C.2.2: for benchmarks of networks. */
export const benchNetwork = "198.18.0.0/15";
const first = parseIpv4("198.18.0.0");
const count = 131_072;

/** Of a change whose number is below 131,072; then they come again. */
export function addressOf(change: number): string {
  return ipv4ToText(first + (change % count));
}

/** The other way round; undefined for an address of no change. */
export function changeOf(address: string): number | undefined {
  const change = parseIpv4(address) - first;
  return change >= 0 && change < count ? change : undefined;
}
