/**
 * A table of the services of the dyndns2 protocol and of its relatives.
 *
 * All answer in its codes; what differs is where they are, what they call the addresses, and who logs in.
 */

import { returnCodes } from "#protocols/dyndns2/return-codes.ts";
import type { CodeTable } from "#protocols/dyndns2/update-answers.ts";
import { limits } from "./limits.ts";
import { passwordAlone, tokenAlone, userAndPassword, userAndPasswordAt } from "./settings.ts";
import { good, retry, same, stop, type Template } from "./template.ts";
import type { TemplateEntry } from "./template-definition.ts";

/** After which free names that nobody updates are lost at most of those that give them away. */
const freeNameDays = 30;

const loggedIn = {
  settings: userAndPassword,
  basic: { user: "{user}", password: "{password}" },
} as const;

const codes = (more: CodeTable = {}): Template["answer"] => ({
  by: "codes",
  codes: { ...returnCodes, ...more },
});

const plain = {
  ...loggedIn,
  method: "GET",
  namesPerRequest: 1,
  addressesPerRequest: 1,
  answer: codes(),
} as const satisfies Partial<TemplateEntry>;

const badRequest = stop("record", "the service does not understand the request for this name");

export const dyndns2Services: readonly TemplateEntry[] = [
  {
    ...plain,
    type: "dyndns2",
    title: "Any service of the dyndns2 protocol",
    settings: userAndPasswordAt,
    path: "/nic/update?hostname={names}&myip={ips}",
    namesPerRequest: limits.dyndns2NamesMax,
    addressesPerRequest: 2,
    losesAbsent: true,
    refreshDays: freeNameDays,
  },
  {
    ...plain,
    type: "homeport",
    title: "Another Homeport",
    settings: userAndPasswordAt,
    path: "/nic/update?hostname={names}&myip={ip4}&myipv6={ip6}",
    absent: "preserve",
    namesPerRequest: limits.dyndns2NamesMax,
    addressesPerRequest: 2,
    pauseSecondsMin: 0,
    requestsPerHourMax: 3_600,
  },
  {
    // help.dyn.com/perform-update: commas between names, and between addresses. One address alone deletes the other.
    ...plain,
    type: "dyn",
    title: "Dyn (dyndns.org)",
    server: "https://members.dyndns.org",
    path: "/v3/update?hostname={names}&myip={ips}",
    namesPerRequest: limits.dyndns2NamesMax,
    addressesPerRequest: 2,
    losesAbsent: true,
    refreshDays: freeNameDays,
  },
  {
    // noip.com/integrate/request: commas between names, and between addresses
    ...plain,
    type: "noip",
    title: "No-IP",
    server: "https://dynupdate.no-ip.com",
    path: "/nic/update?hostname={names}&myip={ips}",
    namesPerRequest: limits.dyndns2NamesMax,
    addressesPerRequest: 2,
    losesAbsent: true,
    refreshDays: freeNameDays,
  },
  {
    ...plain,
    type: "he",
    title: "Hurricane Electric Free DNS",
    settings: passwordAlone,
    basic: { user: "{fqdn}", password: "{password}" },
    server: "https://dyn.dns.he.net",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    answer: codes({ badip: stop("record", "the service does not take this address") }),
  },
  {
    // The name of the record is the number of the tunnel
    ...plain,
    type: "tunnelbroker",
    title: "Hurricane Electric Tunnelbroker",
    types: ["A"],
    server: "https://ipv4.tunnelbroker.net",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    isConfirmable: false,
  },
  {
    // all.dnsomatic.com stands for all services of the account
    ...plain,
    type: "dnsomatic",
    title: "DNS-O-Matic",
    types: ["A"],
    server: "https://updates.dnsomatic.com",
    path: "/nic/update?hostname={fqdn}&myip={ip}&wildcard=NOCHG&mx=NOCHG&backmx=NOCHG",
    isConfirmable: false,
  },
  {
    // The name of the record is the label of a network
    ...plain,
    type: "opendns",
    title: "OpenDNS",
    types: ["A"],
    server: "https://updates.opendns.com",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    isConfirmable: false,
  },
  {
    ...plain,
    type: "dynu",
    title: "Dynu",
    server: "https://api.dynu.com",
    path: "/nic/update?hostname={fqdn}&myip={ip4}&myipv6={ip6}",
    absent: "no",
    addressesPerRequest: 2,
    answer: codes({
      unknown: badRequest,
      servererror: retry(600, "the service has trouble"),
    }),
    refreshDays: freeNameDays,
  },
  {
    ...plain,
    type: "infomaniak",
    title: "Infomaniak",
    server: "https://infomaniak.com",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    answer: codes({ successfully_changed: good, no_change: same }),
  },
  {
    // Without myip the A record becomes 127.0.0.1
    ...plain,
    type: "inwx-dyndns",
    title: "INWX, by DynDNS account",
    server: "https://dyndns.inwx.com",
    path: "/nic/update?hostname={fqdn}&myip={ip4}&myipv6={ip6}",
    addressesPerRequest: 2,
    losesAbsent: true,
  },
  {
    type: "joker",
    title: "Joker.com",
    settings: userAndPassword,
    method: "GET",
    server: "https://svc.joker.com",
    path: "/nic/update?username={user}&password={password}&myip={ip}&hostname={fqdn}",
    namesPerRequest: 1,
    addressesPerRequest: 1,
    answer: codes(),
  },
  {
    ...plain,
    type: "loopia",
    title: "Loopia",
    server: "https://dyndns.loopia.se",
    path: "/?hostname={fqdn}&myip={ip}",
    answer: codes({ badrequest: badRequest }),
  },
  {
    ...plain,
    type: "ovh-dyndns",
    title: "OVH DynHost",
    types: ["A"],
    server: "https://www.ovh.com",
    path: "/nic/update?system=dyndns&hostname={fqdn}&myip={ip}",
    answer: codes({ badrequest: badRequest }),
  },
  {
    // Two addresses in one myip are answered with abuse. The statuses are those of its "API Update Schnittstelle".
    ...plain,
    type: "selfhost",
    title: "Selfhost.de",
    server: "https://carol.selfhost.de",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    answer: codes({
      noauth: stop("account", "the user name or the password is wrong"),
      badrequest: badRequest,
    }),
    statuses: {
      204: same,
      409: stop("record", "the account has no such zone"),
      410: stop("account", "the account is not active"),
      411: stop("record", "the service does not take this address"),
      412: stop("record", "the service does not take private addresses"),
    },
  },
  {
    // With an update token the user is the name of the host
    ...plain,
    type: "spdyn",
    title: "spDYN",
    server: "https://update.spdyn.de",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    answer: codes({ fatal: badRequest }),
    refreshDays: freeNameDays,
  },
  {
    ...plain,
    type: "strato",
    title: "Strato",
    server: "https://dyndns.strato.com",
    path: "/nic/update?hostname={fqdn}&myip={ips}",
    addressesPerRequest: 2,
    losesAbsent: true,
    answer: codes({ badrequest: badRequest }),
  },
  {
    // dyndns.variomedia.de: both addresses with a comma between them
    ...plain,
    type: "variomedia",
    title: "Variomedia",
    server: "https://dyndns.variomedia.de",
    path: "/nic/update?hostname={fqdn}&myip={ips}",
    addressesPerRequest: 2,
    answer: codes({ badrequest: badRequest }),
  },
  {
    ...plain,
    type: "nsupdate-info",
    title: "nsupdate.info",
    settings: passwordAlone,
    basic: { user: "{fqdn}", password: "{password}" },
    server: "https://ipv4.nsupdate.info",
    serverForIpv6: "https://ipv6.nsupdate.info",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
    refreshDays: freeNameDays,
  },
  {
    // A family that is not named is deleted, or taken from the connection
    ...plain,
    type: "desec-dyndns",
    title: "deSEC (dedyn.io), by its DynDNS protocol",
    settings: tokenAlone,
    basic: { user: "{fqdn}", password: "{token}" },
    server: "https://update.dedyn.io",
    path: "/?hostname={fqdn}&myipv4={ip4}&myipv6={ip6}",
    absent: "preserve",
    addressesPerRequest: 2,
    statuses: {
      401: stop("account", "the token is wrong (HTTP 401)"),
      403: stop("record", "the token may not update this name (HTTP 403)"),
      404: stop("record", "the account has no such domain (HTTP 404)"),
    },
    refreshDays: freeNameDays,
  },
  {
    // api.domeneshop.no/docs: token and secret log in; the answer to a success is empty
    ...plain,
    type: "domeneshop",
    title: "Domeneshop",
    server: "https://api.domeneshop.no",
    path: "/v0/dyndns/update?hostname={fqdn}&myip={ips}",
    addressesPerRequest: 2,
    statuses: { 204: good, 404: stop("record", "the account has no such domain (HTTP 404)") },
  },
  {
    ...plain,
    type: "gigahost",
    title: "Gigahost",
    server: "https://api.gigahost.no",
    path: "/api/v0/dns/dyndns?hostname={fqdn}&myip={ip4}&myipv6={ip6}",
    addressesPerRequest: 2,
  },
  {
    ...plain,
    type: "simply",
    title: "Simply.com",
    server: "https://api.simply.com",
    path: "/2/ddns/?hostname={fqdn}&myip={ip}",
  },
  {
    // Known without TLS alone
    ...plain,
    type: "oray",
    title: "Oray",
    types: ["A"],
    server: "http://ddns.oray.com",
    path: "/ph/update?hostname={fqdn}&myip={ip}",
    refreshDays: freeNameDays,
  },
  {
    // A request without an IPv4 address sets the A record to the one that asks: A alone can be told
    ...plain,
    type: "nic-ru",
    title: "RU-CENTER (nic.ru)",
    types: ["A"],
    server: "https://api.nic.ru",
    path: "/dyndns/update?hostname={fqdn}&myip={ip}",
  },
  {
    // It logs in with a token in place of the password, and updates records that are there alone
    ...plain,
    type: "luadns-dyndns",
    title: "LuaDNS, by its DynDNS protocol",
    types: ["A"],
    server: "https://app.luadns.com",
    path: "/nic/update?hostname={fqdn}&myip={ip}",
  },
  {
    ...plain,
    type: "now-dns",
    title: "Now-DNS",
    server: "https://now-dns.com",
    path: "/update?hostname={fqdn}&myip={ip}",
    refreshDays: freeNameDays,
  },
  {
    // An account of its own for each name, which the answer is of
    ...plain,
    type: "all-inkl",
    title: "ALL-INKL.COM",
    server: "https://dyndns.kasserver.com",
    path: "/?myip={ip4}&myip6={ip6}",
    addressesPerRequest: 2,
    losesAbsent: true,
  },
];
