/** A table of the services that are asked by one GET or POST, each in words of its own. */
import { returnCodes } from "#protocols/dyndns2/return-codes.ts";
import { passwordAlone, tokenAlone, userAndPassword } from "./settings.ts";
import { type AnswerPattern, good, retry, same, stop, type Template } from "./template.ts";
import type { TemplateEntry } from "./template-definition.ts";

const freeNameDays = 30;

const asked = { method: "GET", namesPerRequest: 1, addressesPerRequest: 1 } as const;

function patterns(
  ...rows: readonly (readonly [code: string, pattern: RegExp, meaning: AnswerPattern["meaning"]])[]
): Template["answer"] {
  return {
    by: "patterns",
    patterns: rows.map(([code, pattern, meaning]) => ({ code, pattern, meaning })),
  };
}

const wrongLogin = stop("account", "the user name or the password is wrong");
const noSuchName = stop("record", "the account has no such name");
const refusedName = stop("record", "the service refuses this name; its log or its page says why");
const tooSoon = retry(600, "the last update was too short a time ago");
const trouble = retry(600, "the service has trouble");

/** Codes of the protocol that servers of a later time say where EditDNS had no words. */
const laterCodes = Object.entries(returnCodes)
  .filter(([, { kind }]) => kind === "stop" || kind === "retry")
  .map(([code, meaning]) => [code, new RegExp(`^${code}\\s*$`, "m"), meaning] as const);

/** EditDNS's own, which other servers keep: it takes the address that asks, by plain HTTP. */
const editDns: TemplateEntry = {
  ...asked,
  type: "editdns",
  title: "EditDNS, or a server with its old API",
  settings: passwordAlone,
  types: ["A"],
  server: "http://DynDNS.EditDNS.net",
  path: "/api/dynLinux.php?p={password}&r={fqdn}",
  takesSource: true,
  answer: patterns(
    ["updated", /Record has been updated/i, good],
    ["same-ip", /Record already exists with the same IP/i, same],
    ["invalid-username", /Invalid Username/i, stop("account", "the password is wrong")],
    ["invalid-dynrecord", /Invalid DynRecord/i, noSuchName],
    ...laterCodes,
  ),
};

export const otherServices: readonly TemplateEntry[] = [
  editDns,
  {
    // duckdns.org/spec.jsp: one answer for all names
    ...asked,
    type: "duckdns",
    title: "Duck DNS",
    settings: tokenAlone,
    server: "https://www.duckdns.org",
    path: "/update?domains={hosts}&token={token}&ip={ip4}&ipv6={ip6}&verbose=true",
    zone: "duckdns.org",
    namesPerRequest: 20,
    addressesPerRequest: 2,
    answer: {
      by: "patterns",
      tellsAddresses: true,
      patterns: [
        { code: "nochange", pattern: /^OK\b[\s\S]*\bNOCHANGE\b/, meaning: same },
        { code: "ok", pattern: /^OK\b/, meaning: good },
        {
          code: "ko",
          pattern: /^KO\b/,
          meaning: stop("record", "the token is wrong, or the name is not of its account"),
        },
      ],
    },
    refreshDays: freeNameDays,
  },
  {
    // A token of its own for each record
    ...asked,
    type: "freedns",
    title: "FreeDNS (afraid.org), version 2",
    settings: tokenAlone,
    server: "https://sync.afraid.org",
    serverForIpv6: "https://v6.sync.afraid.org",
    path: "/u/{token}/?hostname={fqdn}&myip={ip}",
    answer: patterns(
      ["same", /No IP change detected|has not changed/i, same],
      ["updated", /^Updated\b/im, good],
      ["error", /^ERROR\b/im, refusedName],
    ),
  },
  {
    // dynv6.com/docs/apis: what is not set is kept
    ...asked,
    type: "dynv6",
    title: "dynv6",
    settings: tokenAlone,
    server: "https://dynv6.com",
    path: "/api/update?zone={fqdn}&token={token}&ipv4={ip4}&ipv6={ip6}",
    addressesPerRequest: 2,
    answer: patterns(["unchanged", /\bunchanged\b/i, same], ["updated", /\bupdated\b/i, good]),
    statuses: {
      401: stop("account", "the token is wrong (HTTP 401)"),
      404: stop("record", "the token is of no such zone (HTTP 404)"),
    },
    refreshDays: freeNameDays,
  },
  {
    // njal.la/docs/ddns: a key of its own for each name
    ...asked,
    type: "njalla",
    title: "Njalla",
    settings: tokenAlone,
    server: "https://njal.la",
    path: "/update/?h={fqdn}&k={token}&a={ip4}&aaaa={ip6}",
    addressesPerRequest: 2,
    answer: {
      by: "patterns",
      tellsAddresses: true,
      patterns: [
        { code: "updated", pattern: /"message"\s*:\s*"record updated"/i, meaning: good },
        {
          code: "invalid",
          pattern: /invalid host or key/i,
          meaning: stop("record", "there is no such name, or the key is not of it"),
        },
      ],
    },
    statuses: { 401: stop("record", "there is no such name, or the key is not of it (HTTP 401)") },
  },
  {
    // The short answer is the name with the address
    ...asked,
    type: "goip",
    title: "GoIP.de",
    settings: userAndPassword,
    server: "https://www.goip.de",
    path: "/setip?username={user}&password={password}&subdomain={fqdn}&ip={ip4}&ip6={ip6}&shortResponse=true",
    answer: {
      by: "patterns",
      tellsAddresses: true,
      patterns: [
        { code: "denied", pattern: /^Zugriff verweigert/i, meaning: wrongLogin },
        { code: "set", pattern: /^\S+ \([0-9a-f:.]+\)/i, meaning: good },
      ],
    },
    refreshDays: freeNameDays,
  },
  {
    // "Make sure to wait at least 30 minutes until the next update"
    ...asked,
    type: "key-systems",
    title: "Key-Systems, domaindiscount24",
    settings: passwordAlone,
    server: "https://dynamicdns.key-systems.net",
    path: "/update.php?hostname={fqdn}&password={password}&ip={ip}",
    answer: patterns(
      ["authorization-failed", /authorization failed/i, stop("record", "the password is not of this name")],
      ["success", /\bsuccess/i, good],
    ),
    pauseSecondsMin: 1_800,
  },
  {
    ...asked,
    type: "freemyip",
    title: "freemyip.com",
    settings: tokenAlone,
    types: ["A"],
    server: "https://freemyip.com",
    path: "/update?token={token}&domain={fqdn}&myip={ip}",
    answer: patterns(
      ["ok", /^OK\b/m, good],
      ["error", /^ERROR\b/m, stop("record", "the token is wrong, or not of this name")],
    ),
    refreshDays: freeNameDays,
  },
  {
    ...asked,
    type: "enom",
    title: "Enom",
    settings: passwordAlone,
    types: ["A"],
    server: "https://dynamic.name-services.com",
    path: "/interface.asp?command=SetDNSHost&HostName={host}&Zone={domain}&DomainPassword={password}&Address={ip}",
    answer: patterns(
      ["done", /\bErrCount(=|>)0\b/i, good],
      [
        "errors",
        /\bErrCount(=|>)[1-9]/i,
        stop("record", "the password is not of the domain, or the host is unknown"),
      ],
    ),
  },
  {
    // dnsexit.com/dns/dns-api: code 1 is of actions that were done in part
    ...asked,
    method: "POST",
    type: "dnsexit",
    title: "DNSExit",
    settings: tokenAlone,
    server: "https://api.dnsexit.com",
    path: "/dns/",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: '{"apikey":"{token}","domain":"{domain}","update":[{"name":"{fqdn}","type":"{type}","content":"{ip}","ttl":5}]}',
    answer: patterns(
      ["0", /"code"\s*:\s*"?0\b/, good],
      ["2", /"code"\s*:\s*"?2\b/, stop("account", "the API key is wrong")],
      ["3", /"code"\s*:\s*"?3\b/, refusedName],
      ["4", /"code"\s*:\s*"?4\b/, refusedName],
      ["5", /"code"\s*:\s*"?5\b/, stop("record", "the service does not take records of this type")],
      ["6", /"code"\s*:\s*"?6\b/, trouble],
      ["7", /"code"\s*:\s*"?7\b/, trouble],
    ),
  },
  {
    // regfish.de/domains/dyndns/dokumentation
    ...asked,
    type: "regfish",
    title: "Regfish",
    settings: tokenAlone,
    server: "https://dyndns.regfish.de",
    path: "/?fqdn={fqdn}&forcehost=1&authtype=secure&token={token}&ipv4={ip4}&ipv6={ip6}",
    addressesPerRequest: 2,
    answer: patterns(
      ["101", /\bsuccess\|101\|/i, same],
      ["100", /\bsuccess\|100\|/i, good],
      ["401", /\|40[12]\|/, stop("account", "the token is wrong")],
      ["error", /\berror\|\d+\|/i, refusedName],
    ),
  },
  {
    // The name of the record is the number of the record there
    ...asked,
    type: "dnsmadeeasy",
    title: "DNS Made Easy",
    settings: userAndPassword,
    types: ["A"],
    server: "https://cp.dnsmadeeasy.com",
    path: "/servlet/updateip?username={user}&password={password}&id={fqdn}&ip={ip}",
    answer: patterns(
      ["success", /^success\b/, good],
      ["error-record-ip-same", /^error-record-ip-same\b/, same],
      ["error-auth-suspend", /^error-auth-suspend\b/, stop("account", "the account is suspended")],
      ["error-auth-voided", /^error-auth-voided\b/, stop("account", "the account is closed")],
      ["error-auth", /^error-auth\b/, wrongLogin],
      [
        "error-record-invalid",
        /^error-record-invalid\b/,
        stop("record", "there is no record of this number"),
      ],
      ["error-record-auth", /^error-record-auth\b/, stop("record", "the record is not of this account")],
      ["error-system", /^error-system\b/, trouble],
      ["error", /^error\b/, trouble],
    ),
    isConfirmable: false,
  },
  {
    // dev.dondominio.com/dondns/docs/api
    ...asked,
    type: "dondominio",
    title: "DonDominio (DonDNS)",
    settings: userAndPassword,
    types: ["A"],
    server: "https://dondns.dondominio.com",
    path: "/json/?user={user}&password={password}&host={fqdn}&ip={ip}",
    answer: patterns(
      ["success", /"success"\s*:\s*true\b/i, good],
      ["error", /"success"\s*:\s*false\b/i, refusedName],
    ),
  },
  {
    ...asked,
    type: "changeip",
    title: "ChangeIP",
    settings: userAndPassword,
    basic: { user: "{user}", password: "{password}" },
    types: ["A"],
    server: "https://nic.changeip.com",
    path: "/nic/update?hostname={fqdn}&ip={ip}",
    answer: patterns(
      ["200", /\bSuccess/i, good],
      ["402", /^402\b/m, stop("record", "the account has not bought updates of this domain")],
      ["422", /^422\b/m, noSuchName],
    ),
    statuses: {
      402: stop("record", "the account has not bought updates of this domain (HTTP 402)"),
      422: stop("record", "the account has no such name (HTTP 422)"),
    },
    refreshDays: freeNameDays,
  },
  {
    // It logs in with a token in place of the password. Codes are with and without the low line.
    ...asked,
    type: "easydns",
    title: "easyDNS",
    settings: userAndPassword,
    basic: { user: "{user}", password: "{password}" },
    server: "https://api.cp.easydns.com",
    path: "/dyn/generic.php?hostname={fqdn}&myip={ip}",
    answer: patterns(
      ["NO_ACCESS", /\bNO_?ACCESS\b/, stop("account", "the user name, the token or the host is wrong")],
      ["NO_SERVICE", /\bNO_?SERVICE\b/, stop("record", "dynamic DNS is not switched on for this domain")],
      ["ILLEGAL_INPUT", /\bILLEGAL[_ ]?INPUT\b/, refusedName],
      ["TOO_SOON", /\bTOO_?SOON\b/, tooSoon],
      ["NO_ERROR", /\bNO_?ERROR\b|\bOK\b/, good],
    ),
    pauseSecondsMin: 600,
  },
  {
    ...asked,
    type: "zoneedit",
    title: "Zoneedit",
    settings: userAndPassword,
    basic: { user: "{user}", password: "{password}" },
    types: ["A"],
    server: "https://api.cp.zoneedit.com",
    path: "/dyn/generic.php?hostname={fqdn}&myip={ip}",
    answer: patterns(
      ["200", /<SUCCESS CODE="200"/i, good],
      ["201", /<SUCCESS CODE="201"/i, same],
      ["707", /<ERROR CODE="707"/i, same],
      ["702", /<ERROR CODE="702"|Minimum 600 seconds between requests/i, tooSoon],
      ["708", /<ERROR CODE="708"|Failed Login/i, wrongLogin],
      ["701", /<ERROR CODE="701"/i, stop("record", "the account has no such zone")],
      ["709", /<ERROR CODE="709"|Invalid hostname/i, noSuchName],
    ),
    pauseSecondsMin: 600,
  },
  {
    // ipv64.net/dyndns_updater_api: 48 updates a day by default, three requests in ten seconds
    ...asked,
    type: "ipv64",
    title: "IPv64.net",
    settings: tokenAlone,
    server: "https://ipv64.net",
    path: "/nic/update?key={token}&domain={fqdn}&ip={ip4}&ip6={ip6}",
    addressesPerRequest: 2,
    answer: patterns(
      ["nochg", /\bnochg\b/i, same],
      ["good", /\bgood\b/i, good],
      ["badauth", /\bbadauth\b/i, stop("account", "the token is wrong")],
      ["nohost", /\bno(host|tfqdn)\b/i, noSuchName],
      ["abuse", /\babuse\b/i, stop("record", "the name is blocked after too many updates")],
    ),
    requestsPerHourMax: 20,
    refreshDays: freeNameDays,
  },
  {
    // A page with the answer in it. ip6 is for hosts that have both families there.
    ...asked,
    type: "ddnss",
    title: "DDNSS.de",
    settings: userAndPassword,
    server: "https://www.ddnss.de",
    path: "/upd.php?user={user}&pwd={password}&host={fqdn}&ip={ip4}&ip6={ip6}",
    addressesPerRequest: 2,
    answer: patterns(
      ["badauth", /\bbadauth\b/i, wrongLogin],
      ["notfqdn", /\bnotfqdn\b/i, noSuchName],
      ["badsys", /\bbady?sys\b/i, stop("record", "the service does not know this kind of name")],
      ["updated", /\bUpdated \d+ hostname/i, good],
      ["same", /\bNo change\b/i, same],
    ),
    refreshDays: freeNameDays,
  },
];
