/**
 * A table of the ranges that are no site's public address, from IANA's "IPv4 Special-Purpose Address Registry"
 * and "IPv6 Special-Purpose Address Registry", RFC 6890.
 *
 * Ranges that the registry calls globally reachable are here too: they are services that many machines answer
 * for at once, and no single site.
 */

/** The first that an address lies in says what it is; the words follow "which is". */
export const specialRanges: readonly (readonly [network: string, words: string])[] = [
  ["0.0.0.0/32", "no address"], // RFC 1122 §3.2.1.3
  ["0.0.0.0/8", "of this network only"], // RFC 791 §3.2
  ["10.0.0.0/8", "private"], // RFC 1918 §3
  ["100.64.0.0/10", "shared by a carrier-grade NAT"], // RFC 6598 §7
  ["127.0.0.0/8", "of this machine only"], // RFC 1122 §3.2.1.3
  ["169.254.0.0/16", "link-local"], // RFC 3927 §2.1
  ["172.16.0.0/12", "private"], // RFC 1918 §3
  ["192.0.0.0/29", "of a transition to IPv6 (DS-Lite)"], // RFC 7335 §3
  ["192.0.0.0/24", "kept for protocols"], // RFC 6890 §2.1
  ["192.0.2.0/24", "for documentation"], // RFC 5737 §3
  ["192.31.196.0/24", "of the AS112 name servers"], // RFC 7535 §3.1
  ["192.52.193.0/24", "of multicast relays"], // RFC 7450 §7.1
  ["192.88.99.0/24", "of 6to4 relays"], // RFC 7526 §4
  ["192.168.0.0/16", "private"], // RFC 1918 §3
  ["192.175.48.0/24", "of the AS112 name servers"], // RFC 7534 §3.3
  ["198.18.0.0/15", "for benchmarks"], // RFC 2544 §C.2.2
  ["198.51.100.0/24", "for documentation"], // RFC 5737 §3
  ["203.0.113.0/24", "for documentation"], // RFC 5737 §3
  ["224.0.0.0/4", "for multicast"], // RFC 5771 §3
  ["255.255.255.255/32", "for broadcast"], // RFC 919 §7
  ["240.0.0.0/4", "reserved"], // RFC 1112 §4

  ["::/128", "no address"], // RFC 4291 §2.5.2
  ["::1/128", "of this machine only"], // RFC 4291 §2.5.3
  ["::ffff:0:0/96", "an IPv4 address in IPv6 form"], // RFC 4291 §2.5.5.2
  ["64:ff9b::/96", "of a NAT64"], // RFC 6052 §2.1
  ["64:ff9b:1::/48", "of a NAT64"], // RFC 8215 §5
  ["100::/64", "for discarding"], // RFC 6666 §4
  ["100:0:0:1::/64", "for discarding"], // RFC 9780 §3
  ["2001::/32", "of a Teredo tunnel"], // RFC 4380 §2.6
  ["2001:2::/48", "for benchmarks"], // RFC 5180 §8
  ["2001:3::/32", "of multicast relays"], // RFC 7450 §7.2
  ["2001:4:112::/48", "of the AS112 name servers"], // RFC 7535 §3.1
  ["2001:10::/28", "a hash, not an address (ORCHID)"], // RFC 4843 §2
  ["2001:20::/28", "a hash, not an address (ORCHID)"], // RFC 7343 §2
  ["2001:30::/28", "a tag of an aircraft"], // RFC 9374 §8.1
  ["2001::/23", "kept for protocols"], // RFC 2928 §2
  ["2001:db8::/32", "for documentation"], // RFC 3849 §2
  ["2002::/16", "of a 6to4 tunnel"], // RFC 3056 §2
  ["2620:4f:8000::/48", "of the AS112 name servers"], // RFC 7534 §3.3
  ["3fff::/20", "for documentation"], // RFC 9637 §3
  ["5f00::/16", "for segment routing"], // RFC 9602 §5
  ["fc00::/7", "private (ULA)"], // RFC 4193 §3.1
  ["fe80::/10", "link-local"], // RFC 4291 §2.5.6
  ["fec0::/10", "private (site-local)"], // RFC 3879 §4
  ["ff00::/8", "for multicast"], // RFC 4291 §2.7
];

/** Where public IPv6 addresses come from; all else is unassigned. RFC 4291 §2.4. */
export const globalUnicast = "2000::/3";
