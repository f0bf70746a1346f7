/** A table of inadyn's providers: what each is here, and what its username and password are. */
import type { Service } from "../accounts.ts";

export interface InadynProvider {
  /** As `inadyn --list-providers` calls it, and by other names. */
  readonly names: string;
  readonly service?: Service;
  readonly why?: string;
  /** It updates records of this family alone. */
  readonly types?: readonly ("A" | "AAAA")[];
  /** The username is the domain that the names are in. */
  readonly zoneIsUsername?: true;
}

const ended = "the service has ended";
const none = "Homeport has no provider of this kind, and a template of `custom` cannot do it";
/** The username is the token, and the password is not used. */
const tokenAsUsername: Service["fields"] = { username: "token", password: "" };

export const providers: readonly InadynProvider[] = [
  { names: "default@dyndns.org default@dyn.com", service: { type: "dyn" } },
  {
    names: "default@freedns.afraid.org",
    why: "FreeDNS has another way by now: give each name the token of its update URL (provider freedns)",
  },
  { names: "ipv4@nsupdate.info", service: { type: "nsupdate-info" }, types: ["A"] },
  { names: "ipv6@nsupdate.info", service: { type: "nsupdate-info" }, types: ["AAAA"] },
  {
    names: "default@duckdns.org",
    service: { type: "duckdns", fields: tokenAsUsername, domain: "duckdns.org" },
  },
  { names: "default@freemyip.com", service: { type: "freemyip", fields: { password: "token" } } },
  { names: "default@loopia.com", service: { type: "loopia" } },
  { names: "default@noip.com default@no-ip.com", service: { type: "noip" } },
  { names: "default@easydns.com", service: { type: "easydns" } },
  { names: "default@dnsomatic.com", service: { type: "dnsomatic" } },
  { names: "dyndns@he.net", service: { type: "he" } },
  { names: "default@tunnelbroker.net ipv6tb@he.net", service: { type: "tunnelbroker" } },
  {
    names: "default@sitelutions.com",
    service: {
      type: "custom",
      settings: {
        url: "https://www.sitelutions.com/dnsup?id={fqdn}&user={user}&pass={password}&ip={ip}",
        ok: "success",
      },
    },
  },
  {
    names: "default@dnsexit.com",
    why: "DNSExit has ended this protocol; make an API key (provider dnsexit)",
  },
  { names: "default@zoneedit.com", service: { type: "zoneedit" } },
  { names: "default@changeip.com", service: { type: "changeip" } },
  { names: "default@dhis.org", why: ended },
  { names: "default@domains.google.com", why: ended },
  { names: "default@ovh.com", service: { type: "ovh-dyndns" } },
  { names: "default@gira.de", why: none },
  { names: "default@duiadns.net ipv4@duiadns.net ipv6@duiadns.net", why: ended },
  { names: "default@ddnss.de", service: { type: "ddnss" } },
  { names: "default@dynv6.com", service: { type: "dynv6", fields: tokenAsUsername } },
  { names: "default@ipv4.dynv6.com", service: { type: "dynv6", fields: tokenAsUsername }, types: ["A"] },
  { names: "default@spdyn.de", service: { type: "spdyn" } },
  { names: "default@strato.com", service: { type: "strato" } },
  { names: "default@cloudxns.net", why: ended },
  {
    names: "dyndns@3322.org",
    service: { type: "dyndns2", settings: { server: "http://members.3322.net/dyndns/update" } },
  },
  { names: "default@dnspod.cn", why: none },
  { names: "default@dynu.com", service: { type: "dynu" } },
  { names: "default@selfhost.de", service: { type: "selfhost" } },
  { names: "default@pdd.yandex.ru", why: ended },
  {
    names: "default@cloudflare.com",
    service: { type: "cloudflare", fields: { username: "", password: "token" } },
    zoneIsUsername: true,
  },
  { names: "default@goip.de", service: { type: "goip" } },
  {
    names: "default@myonlineportal.net",
    service: { type: "dyndns2", settings: { server: "https://myonlineportal.net/updateddns" } },
  },
  {
    names: "default@dnshome.de",
    service: { type: "dyndns2", settings: { server: "https://www.dnshome.de/dyndns.php" } },
  },
  {
    names: "default@namecheap.com",
    service: { type: "namecheap", fields: { username: "domain" } },
    zoneIsUsername: true,
  },
  { names: "default@ipv64.net", service: { type: "ipv64", fields: { username: "", password: "token" } } },
  {
    names: "default@hetzner.com default@hetzner.cloud",
    service: { type: "hetzner", fields: { username: "", password: "token" } },
    zoneIsUsername: true,
  },
  {
    names: "default@porkbun.com",
    service: { type: "porkbun", fields: { username: "apiKey", password: "secretApiKey" } },
  },
];

/** The exact name, or one that holds the text: `dyndns.org`, `freedns`. `:ID` parts accounts. */
export function providerOf(title: string): InadynProvider | undefined {
  const text = title.replace(/:.*$/, "").toLowerCase();
  const rows = providers.map((row) => ({ row, names: row.names.split(" ") }));
  return (
    rows.find(({ names }) => names.includes(text))?.row ??
    rows.find(({ names }) => names.some((name) => name.split("@")[1] === text))?.row ??
    rows.find(({ names }) => names.some((name) => name.includes(text)))?.row
  );
}
