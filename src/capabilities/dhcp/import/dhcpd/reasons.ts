/** A table of the statements of dhcpd.conf that are not carried over, and why. */

const failover = "Homeport runs on one machine; it has no failover partner";
const omapi = "Homeport is steered by its own command line and API";
const files = "Homeport keeps leases in its store; homeport import leases takes them over";
const bootp = "Homeport answers no BOOTP clients without DHCP";
const v6 = "of DHCPv6; not part of this import";
const ddns = "Homeport publishes names itself, by rules of its own; see dhcp.names";
const own = "Homeport does this in a way of its own";
const answers = "Homeport answers as RFC 2131 has it";
const everywhere = "site.yaml has it for all networks alone";

/** Names, or beginnings of names that end in `*`. The first that fits decides. */
const reasons: readonly (readonly [names: string, why: string])[] = [
  ["failover load mclt split hba", failover],
  ["omapi-* ", omapi],
  ["lease-file-name pid-file-name db-time-format lease-id-format dont-use-fsync", files],
  ["dhcpv6-* subnet6 range6 prefix6 fixed-address6 fixed-prefix6 server-duid preferred-lifetime", v6],
  ["local-address6 bind-local-address6 do-reverse-updates6 release-on-roam prefix-length-mode", v6],
  ["log-facility log-threshold-low log-threshold-high", "Homeport logs to standard error"],
  ["local-port remote-port limited-broadcast-address", answers],
  ["local-address", "an interface says where Homeport answers"],
  ["dynamic-bootp* boot-unknown-clients", bootp],
  ["delayed-ack max-ack-delay", "Homeport makes many leases durable at once"],
  [
    "dhcp-cache-threshold cache-threshold",
    "Homeport answers within a quarter of a lease without the disk, always",
  ],
  ["adaptive-lease-time-threshold", "leases do not get shorter when a pool runs dry; there is a warning"],
  ["one-lease-per-client", "a client that moves gives up its old address as RFC 2131 has it"],
  ["stash-agent-options", "what a relay said is kept with the lease anyhow"],
  ["update-optimization ddns-guard-id-must-match ddns-other-guard-is-dynamic", ddns],
  ["ddns-dual-stack-mixed-mode ddns-local-address* do-forward-updates", ddns],
  ["update-conflict-resolution ddns-rev-domainname", ddns],
  ["get-lease-hostnames", "names of hosts come from the site file or from the machine, not from the DNS"],
  ["server-id-check always-reply-rfc1048 min-secs check-secs-byte-order echo-client-id", answers],
  ["always-broadcast", "Homeport answers by broadcast where the client asks for it"],
  ["infinite-is-reserved reserved", "write dhcp.hosts for what is to stay"],
  ["ldap-*", "hosts stand in site.yaml, or are added by the API"],
  ["ignore-client-uids duplicates", everywhere],
  ["min-lease-time max-lease-time ping-check ping-timeout abandon-lease-time", everywhere],
  ["ping-cltt-secs ping-timeout-ms", own],
  ["on execute", "write dhcp.hooks: a command or a webhook on lease events"],
  ["log eval set unset add", "it is done for each packet, which site.yaml has no form for"],
  ["min-lease-limit", own],
  ["ddns-*", everywhere],
];

/** Why a statement is not carried over; undefined: it is none of those. */
export function reasonOf(name: string): string | undefined {
  for (const [names, why] of reasons) {
    for (const one of names.split(" ")) {
      if (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name) return why;
    }
  }
  return undefined;
}
