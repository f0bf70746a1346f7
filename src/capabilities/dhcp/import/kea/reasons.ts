/** A table of the settings of Kea that are not carried over, and why. */

const lease = "Homeport keeps leases in its store; homeport import leases takes them over";
const own = "of Kea's own workings";
const times = "clients renew at half of the lease time and rebind at seven eighths of it";
const bounds = "dhcp.minLeaseTime and dhcp.maxLeaseTime count for all networks";
const answers = "Homeport answers as RFC 2131 has it";
const names = "Homeport publishes names itself, by rules of its own; see dhcp.names";
const hosts = "hosts stand in site.yaml, or are added by the API";
const noted = "a note; write it as a comment";

/** Names, or beginnings of names that end in `*`. The first that fits decides. */
const reasons: readonly (readonly [names: string, why: string])[] = [
  ["lease-database lease-checks sanity-checks expired-leases-processing", lease],
  ["hosts-database hosts-databases host-reservation-identifiers reservations-* reservation-mode", hosts],
  ["early-global-reservations-lookup ip-reservations-unique", hosts],
  [
    "control-socket control-sockets config-control server-tag config-fetch-wait-time http-*",
    "Homeport is steered by its own command line and API",
  ],
  ["loggers Logging statistic-*", "Homeport logs to standard error, and has homeport status"],
  ["user-context comment metadata", noted],
  ["multi-threading dhcp-queue-control parked-packet-limit data-directory compatibility", own],
  ["renew-timer rebind-timer calculate-tee-times t1-percent t2-percent", times],
  ["min-valid-lifetime max-valid-lifetime", bounds],
  ["echo-client-id stash-agent-options hostname-char-* dhcp4o6-port 4o6-*", answers],
  ["offer-lifetime offer-lft cache-threshold cache-max-age store-extended-info allocator", own],
  ["adaptive-lease-time-threshold", "leases do not get shorter when a pool runs dry; there is a warning"],
  ["authoritative", "site.yaml has it for all networks alone"],
  ["id pool-id", "networks and pools are known by their addresses"],
  ["ddns-*", names],
  ["dhcp-ddns", "Homeport sends updates itself: dhcp.names.remote"],
  ["hooks-libraries", "Homeport has no hook libraries; dhcp.hooks are commands and webhooks on lease events"],
  ["interfaces-config", own],
];

/** Why a setting is not carried over; undefined: it is none of those. */
export function reasonOf(name: string): string | undefined {
  for (const [list, why] of reasons) {
    for (const one of list.split(" ")) {
      if (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : one === name) return why;
    }
  }
  return undefined;
}
