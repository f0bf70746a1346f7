/**
 * A table of requests of the dyndns2 protocol and how they are read: what routers send, and what the tests of
 * deSEC's and nsupdate.info's servers hold theirs to.
 */
import type { AddressWish, WishedAddresses } from "./address-wish.ts";

const keep: AddressWish = { do: "keep" };
const remove: AddressWish = { do: "remove" };
const set = (address: string): AddressWish => ({ do: "set", address });
const wish = (ipv4: AddressWish, ipv6: AddressWish): WishedAddresses => ({ from: "request", ipv4, ipv6 });
const connection: WishedAddresses = { from: "connection" };
const nowhere = (problem: string): WishedAddresses => ({ from: "nowhere", problem });

/** Query, what is wanted. */
export const addressCases: readonly (readonly [why: string, query: string, want: WishedAddresses])[] = [
  ["no address: that of the connection", "", connection],
  ["an empty one alone: that of the connection", "myip=", connection],
  ["both families empty: that of the connection", "myipv4=&myipv6=", connection],
  ["an empty list: that of the connection", "myip=,", connection],
  ["an IPv4 address leaves IPv6 as it is", "myip=8.8.4.4", wish(set("8.8.4.4"), keep)],
  ["an IPv6 address in the same field", "myip=2620:fe::9", wish(keep, set("2620:fe::9"))],
  ["both, with a comma", "myip=8.8.4.4,2620:fe::9", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["both the other way around", "myip=2620:fe::9,8.8.4.4", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["a comma with a blank", "myip=8.8.4.4,%202620:fe::9", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["an encoded comma", "myip=8.8.4.4%2C2620%3Afe%3A%3A9", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["a comma with nothing behind it", "myip=8.8.4.4,", wish(set("8.8.4.4"), keep)],
  ["blanks around it", "myip=%208.8.4.4+", wish(set("8.8.4.4"), keep)],
  ["IPv6 in its canonical form", "myipv6=2620:FE:0:0::0009", wish(keep, set("2620:fe::9"))],
  ["fields of both families", "myip=8.8.4.4&myipv6=2620:fe::9", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["ip for myip", "ip=8.8.4.4", wish(set("8.8.4.4"), keep)],
  ["myipv4", "myipv4=8.8.4.4", wish(set("8.8.4.4"), keep)],
  ["ipv6", "ipv6=2620:fe::9", wish(keep, set("2620:fe::9"))],
  ["myip6", "myip6=2620:fe::9", wish(keep, set("2620:fe::9"))],
  ["ip6", "ip4=8.8.4.4&ip6=2620:fe::9", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["names of fields in any case", "myIP=8.8.4.4&MyIPv6=2620:fe::9", wish(set("8.8.4.4"), set("2620:fe::9"))],
  ["the field of one family wins", "myip=8.8.4.4&myipv4=9.9.9.9", wish(set("9.9.9.9"), keep)],
  ["the first of two fields", "myip=8.8.4.4&myip=9.9.9.9", wish(set("8.8.4.4"), keep)],
  ["no IPv4 any more beside IPv6", "myip=&myipv6=2620:fe::9", wish(remove, set("2620:fe::9"))],
  ["no IPv6 any more beside IPv4", "myip=8.8.4.4&myipv6=", wish(set("8.8.4.4"), remove)],
  ["an empty myip does not empty myipv4", "myip=&myipv4=8.8.4.4", wish(set("8.8.4.4"), keep)],
  ["preserve for one family", "myip=8.8.4.4&myipv6=preserve", wish(set("8.8.4.4"), keep)],
  ["preserve IPv4, remove IPv6", "myipv4=preserve&myipv6=", wish(keep, remove)],
  ["preserve for both", "myip=preserve", wish(keep, keep)],
  [
    "a prefix alone keeps the host's own bits",
    "myipv6=2620:fe:1:2::/64",
    wish(keep, { do: "prefix", prefix: "2620:fe:1:2::", length: 64 }),
  ],
  [
    "a prefix beside an IPv4 address",
    "myip=8.8.4.4&myipv6=2620:fe:1::/56",
    wish(set("8.8.4.4"), { do: "prefix", prefix: "2620:fe:1::", length: 56 }),
  ],
  [
    "the FRITZ!Box's address with the length of its prefix is an address",
    "myipv6=2620:fe:1:2:3ea6:2fff:fe12:3456/64",
    wish(keep, set("2620:fe:1:2:3ea6:2fff:fe12:3456")),
  ],
  ["a bit behind an odd length", "myipv6=2620:fe:1:1::/63", wish(keep, set("2620:fe:1:1::"))],
  ["a /128 is an address", "myipv6=2620:fe::/128", wish(keep, set("2620:fe::"))],
  ["a /32 is an IPv4 address", "myip=8.8.4.4/32", wish(set("8.8.4.4"), keep)],
  ["private addresses are read too", "myip=192.168.9.1", wish(set("192.168.9.1"), keep)],
  [
    "offline, wildcard and mail are ignored",
    "myip=8.8.4.4&offline=YES&wildcard=ON&mx=a&backmx=YES",
    wish(set("8.8.4.4"), keep),
  ],
  ["an IPv4 network", "myip=8.8.4.0/24", nowhere("8.8.4.0/24 is a network, not an address")],
  ["two of a family", "myip=8.8.4.4,9.9.9.9", nowhere("8.8.4.4,9.9.9.9 has two IPv4 addresses")],
  ["no address", "myip=router", nowhere("router is no IPv4 address")],
  ["a number too large", "myip=8.8.4.256", nowhere("8.8.4.256 is no IPv4 address")],
  ["octal numbers", "myip=010.8.4.4", nowhere("010.8.4.4 is no IPv4 address")],
  ["IPv6 where IPv4 must be", "myipv4=2620:fe::9", nowhere("2620:fe::9 is no IPv4 address")],
  ["IPv4 where IPv6 must be", "myipv6=8.8.4.4", nowhere("8.8.4.4 is no IPv6 address")],
  ["an interface behind the address", "myipv6=fe80::1%25eth0", nowhere("fe80::1%eth0 is no IPv6 address")],
  ["a length too large", "myipv6=2620:fe::/129", nowhere("2620:fe::/129 is no IPv6 address")],
  ["a length of nothing", "myipv6=::/0", nowhere("::/0 is no IPv6 address")],
  ["a field that the router did not fill in", "myip=%3Cipaddr%3E", nowhere("<ipaddr> is no IPv4 address")],
  ["control characters are not shown", "myip=1%0d%0a2", nowhere("1??2 is no IPv4 address")],
  [
    "a long text is not shown whole",
    `myip=${"9".repeat(999)}`,
    nowhere(`${"9".repeat(60)}… is no IPv4 address`),
  ],
  ["one that is wrong spoils the other", "myip=8.8.4.4&myipv6=x", nowhere("x is no IPv6 address")],
];
