/** A table of the settings of dnsmasq that are not carried over, and why. */

const dns = "of dnsmasq's DNS; not part of this import";
const tftp =
  "Homeport serves no files by TFTP yet; keep the server that does, and write dhcp.boot nextServer";
const v6 = "of IPv6; not part of this import";
const process = "of dnsmasq's own workings";
const files = "Homeport keeps leases in its store; homeport import leases takes them over";
const answers = "Homeport answers as RFC 2131 has it";
const hooks = "write dhcp.hooks: a command or a webhook on lease events";

/** Names, or beginnings of names that end in `*`. The first that fits decides. */
const reasons: readonly (readonly [names: string, why: string])[] = [
  ["dhcp-leasefile leasefile-ro dhcp-lease-max", files],
  ["dhcp-script dhcp-luascript dhcp-scriptuser script-arp script-on-renewal", hooks],
  ["enable-tftp tftp-*", tftp],
  ["enable-ra ra-param quiet-ra quiet-dhcp6 dhcp-duid no-dhcpv6-interface", v6],
  ["dhcp-broadcast dhcp-no-override dhcp-reply-delay dhcp-alternate-port bootp-dynamic", answers],
  ["dhcp-sequential-ip", "a client gets the same address again, by a hash of its identifier"],
  ["dhcp-fqdn dhcp-client-update", "Homeport publishes names itself, by rules of its own; see dhcp.names"],
  ["dhcp-proxy", "Homeport trusts relays to pass on what it says"],
  ["dhcp-relay", "Homeport relays no DHCP"],
  ["log-dhcp quiet-dhcp log-* quiet-tftp", "Homeport logs to standard error"],
  [
    "listen-address except-interface bind-interfaces bind-dynamic local-service",
    "dhcp.subnets interface says where Homeport answers",
  ],
  [
    "no-dhcp-interface no-dhcpv4-interface bridge-interface",
    "dhcp.subnets interface says where Homeport answers",
  ],
  [
    "user group pid-file no-daemon keep-in-foreground dumpfile dumpmask enable-dbus enable-ubus conntrack",
    process,
  ],
  ["auth-* server rev-server local address no-resolv resolv-file no-poll strict-order all-servers", dns],
  ["addn-hosts hostsdir no-hosts expand-hosts domain-needed bogus-priv bogus-nxdomain selfmx localmx", dns],
  ["mx-host mx-target srv-host txt-record ptr-record naptr-record cname host-record dynamic-host", dns],
  ["interface-name caa-record dns-rr synth-domain alias port cache-* query-port port-limit min-port", dns],
  ["max-port local-ttl neg-ttl max-ttl max-cache-ttl min-cache-ttl dns-forward-max edns-packet-max", dns],
  ["no-negcache use-stale-cache fast-dns-retry filterwin2k filter-* localise-queries clear-on-reload", dns],
  ["servers-file stop-dns-rebind rebind-* add-mac strip-mac add-subnet strip-subnet add-cpe-id", dns],
  ["dnssec* proxy-dnssec trust-anchor ipset nftset connmark-* dns-loop-detect ignore-address umbrella", dns],
  ["no-round-robin no-ident max-tcp-connections nameserver neg-* version help", dns],
];

/** Why a setting is not carried over; undefined: it is none of those. */
export function reasonOf(name: string): string | undefined {
  for (const [names, why] of reasons) {
    for (const one of names.split(" ")) {
      if (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name) return why;
    }
  }
  return undefined;
}
