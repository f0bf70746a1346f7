/** A table of ddclient's protocols: which provider each is, and where it asks when the config does not say. */
import type { Service } from "../accounts.ts";

export interface DdclientProtocol {
  readonly service?: Service;
  /** Default of `server`: an account that has it needs no `server` of its own. */
  readonly server?: string;
  /** Why there is no service. */
  readonly why?: string;
}

const ended = "the service has ended";
const none = "Homeport has no provider of this kind, and a template of `custom` cannot do it";

/** Asked by one GET, as ddclient asks it. */
function template(url: string, ok: string, same?: string): Service {
  return { type: "custom", settings: { url, ok, ...(same !== undefined && { same }) } };
}

const token: Service["fields"] = { password: "token" };

export const protocols: Readonly<Record<string, DdclientProtocol>> = {
  "1984": {
    service: template(
      "https://api.1984.is/1.0/freedns/?apikey={password}&domain={fqdn}&ip={ip}",
      '"ok"\\s*:\\s*true',
    ),
    server: "api.1984.is",
  },
  changeip: { service: { type: "changeip" }, server: "nic.changeip.com" },
  cloudflare: { service: { type: "cloudflare", fields: token }, server: "api.cloudflare.com/client/v4" },
  // Its URL is `dynurl`
  cloudns: { service: { type: "custom", settings: { ok: "^OK" } } },
  "ddns.fm": {
    service: template("https://api.ddns.fm/update?key={password}&domain={fqdn}&myip={ip}", "^"),
    server: "https://api.ddns.fm",
  },
  digitalocean: { service: { type: "digitalocean", fields: token }, server: "api.digitalocean.com" },
  dinahosting: { server: "dinahosting.com", why: none },
  directnic: { why: none },
  dnsexit: {
    why: "DNSExit has ended this protocol; make an API key, and use dnsexit2 or the provider dnsexit",
  },
  dnsexit2: { service: { type: "dnsexit", fields: token }, server: "api.dnsexit.com" },
  dnsmadeeasy: { service: { type: "dnsmadeeasy" }, server: "cp.dnsmadeeasy.com" },
  domeneshop: { service: { type: "domeneshop" }, server: "api.domeneshop.no" },
  dondominio: { service: { type: "dondominio" }, server: "dondns.dondominio.com" },
  dslreports1: { why: ended },
  duckdns: { service: { type: "duckdns", fields: token, domain: "duckdns.org" }, server: "www.duckdns.org" },
  dyndns1: { why: "nobody answers this protocol any more; most services have dyndns2" },
  dyndns2: { service: { type: "dyndns2" }, server: "members.dyndns.org" },
  easydns: { service: { type: "easydns" }, server: "api.cp.easydns.com" },
  emailonly: { why: "it sends mail and updates nothing; ddns.notices has mail" },
  enom: { service: { type: "enom" }, server: "dynamic.name-services.com" },
  freedns: {
    why: "FreeDNS has another way by now: give each name the token of its update URL (provider freedns)",
    server: "freedns.afraid.org",
  },
  freemyip: { service: { type: "freemyip", fields: token }, server: "freemyip.com" },
  gandi: { service: { type: "gandi", fields: token }, server: "api.gandi.net" },
  godaddy: {
    service: { type: "godaddy", fields: { login: "apiKey", password: "secret" } },
    server: "api.godaddy.com/v1/domains",
  },
  googledomains: { why: ended },
  henet: { service: { type: "he" }, server: "dyn.dns.he.net" },
  "he.net": { service: { type: "he" }, server: "dyn.dns.he.net" },
  hetzner: {
    why: "the zone must have moved to the Hetzner Console, whose tokens are others; make one there (provider hetzner)",
  },
  infomaniak: { service: { type: "infomaniak" }, server: "infomaniak.com" },
  inwx: { service: { type: "inwx-dyndns" }, server: "dyndns.inwx.com" },
  keysystems: { service: { type: "key-systems" }, server: "dynamicdns.key-systems.net" },
  luadns: { why: none },
  mythicdyn: { why: none },
  namecheap: {
    service: { type: "namecheap", fields: { login: "domain" } },
    server: "dynamicdns.park-your-domain.com",
  },
  nfsn: { why: none },
  njalla: { service: { type: "njalla", fields: token }, server: "njal.la" },
  noip: { service: { type: "noip" }, server: "dynupdate.no-ip.com" },
  nsupdate: { service: { type: "rfc2136" } },
  ovh: { service: { type: "ovh-dyndns" }, server: "www.ovh.com" },
  porkbun: {
    service: { type: "porkbun", fields: { apikey: "apiKey", secretapikey: "secretApiKey" } },
    server: "api.porkbun.com",
  },
  regfishde: { service: { type: "regfish", fields: token }, server: "dyndns.regfish.de" },
  sitelutions: {
    service: template(
      "https://www.sitelutions.com/dnsup?id={fqdn}&user={user}&pass={password}&ip={ip}",
      "success",
    ),
    server: "www.sitelutions.com",
  },
  woima: { why: ended },
  yandex: { why: ended },
  zoneedit: { service: { type: "zoneedit" }, server: "dynamic.zoneedit.com" },
  zoneedit1: { service: { type: "zoneedit" }, server: "dynamic.zoneedit.com" },
};
