/** The names under which addresses are looked up. RFC 1035 §3.5 (in-addr.arpa), RFC 3596 §2.5 (ip6.arpa). */
import { ipv4ToText, parseIpv4, parseIpv6 } from "./fields/addresses.ts";
import { type Name, parseName } from "./name.ts";

/** `4.3.2.1.in-addr.arpa.` for 1.2.3.4; undefined when the text is not an address. */
export function reverseName(address: string): Name | undefined {
  const ipv4 = parseIpv4(address);
  if (ipv4 !== -1) return parseName(`${ipv4ToText(ipv4).split(".").reverse().join(".")}.in-addr.arpa.`);
  const ipv6 = parseIpv6(address);
  if (ipv6 === undefined) return undefined;
  return parseName(`${ipv6.toHex().split("").reverse().join(".")}.ip6.arpa.`);
}
