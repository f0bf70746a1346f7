/** A table of ddns-updater's providers: what each is here, and the fields that its values go into. */
import type { Service } from "../accounts.ts";

export interface UpdaterProvider {
  readonly service?: Service;
  readonly why?: string;
}

const none = "Homeport has no provider of this kind, and a template of `custom` cannot do it";
const ended = "the service has ended";

export const providers: Readonly<Record<string, UpdaterProvider>> = {
  aliyun: { why: none },
  allinkl: { service: { type: "all-inkl" } },
  aws: { service: { type: "route53" } },
  azure: {
    service: {
      type: "azure-dns",
      fields: {
        tenant_id: "tenantId",
        client_id: "clientId",
        client_secret: "clientSecret",
        subscription_id: "subscriptionId",
      },
    },
  },
  bunny: { why: none },
  changeip: { service: { type: "changeip" } },
  cloudflare: { service: { type: "cloudflare" } },
  dd24: { service: { type: "key-systems" } },
  ddnss: { service: { type: "ddnss" } },
  desec: { service: { type: "desec" } },
  digitalocean: { service: { type: "digitalocean" } },
  dnsomatic: { service: { type: "dnsomatic" } },
  dnspod: { why: none },
  domeneshop: { service: { type: "domeneshop", fields: { token: "user", secret: "password" } } },
  dondominio: { service: { type: "dondominio", fields: { key: "password" } } },
  dreamhost: { why: none },
  duckdns: { service: { type: "duckdns", domain: "duckdns.org" } },
  dyn: { service: { type: "dyn", fields: { client_key: "password" } } },
  dynu: { service: { type: "dynu" } },
  dynv6: { service: { type: "dynv6" } },
  easydns: { service: { type: "easydns", fields: { token: "password" } } },
  freedns: { service: { type: "freedns" } },
  gandi: { service: { type: "gandi", fields: { personal_access_token: "token" } } },
  gcp: { service: { type: "google-cloud-dns", fields: { credentials: "privateKey" } } },
  gigahostno: { service: { type: "gigahost" } },
  godaddy: { service: { type: "godaddy", fields: { key: "apiKey", secret: "secret" } } },
  goip: { service: { type: "goip" } },
  google: { why: ended },
  he: { service: { type: "he" } },
  hetzner: {
    why: "the zone must have moved to the Hetzner Console, whose tokens are others; make one there (provider hetzner)",
  },
  hetznercloud: { service: { type: "hetzner" } },
  hetznernetworking: { service: { type: "hetzner" } },
  hostinger: { why: none },
  infomaniak: { service: { type: "infomaniak" } },
  inwx: { service: { type: "inwx-dyndns" } },
  ionos: { why: none },
  ipv64: { service: { type: "ipv64", fields: { key: "token" } } },
  linode: { service: { type: "linode" } },
  loopia: { service: { type: "loopia" } },
  luadns: { why: none },
  myaddr: {
    service: {
      type: "custom",
      settings: {
        method: "POST",
        url: "https://myaddr.tools/update",
        body: "key={password}&ip={ip}",
        ok: "^OK",
      },
      fields: { key: "password" },
    },
  },
  "name.com": { why: none },
  namecheap: { service: { type: "namecheap" } },
  namesilo: { why: none },
  netcup: {
    service: {
      type: "netcup",
      fields: { customer_number: "customerNumber", api_key: "apiKey", password: "apiPassword" },
    },
  },
  njalla: { service: { type: "njalla", fields: { key: "token" } } },
  noip: { service: { type: "noip" } },
  nowdns: { service: { type: "now-dns" } },
  opendns: { service: { type: "opendns" } },
  ovh: { service: { type: "ovh-dyndns" } },
  porkbun: { service: { type: "porkbun", fields: { api_key: "apiKey", secret_api_key: "secretApiKey" } } },
  rfc2136: { service: { type: "rfc2136" } },
  route53: {
    service: {
      type: "route53",
      fields: { access_key: "accessKeyId", secret_key: "secretAccessKey", zone_id: "zoneId" },
    },
  },
  scaleway: { why: none },
  "selfhost.de": { service: { type: "selfhost" } },
  servercow: { why: none },
  spaceship: { why: none },
  spdyn: { service: { type: "spdyn" } },
  strato: { service: { type: "strato" } },
  variomedia: { service: { type: "variomedia", fields: { email: "user" } } },
  vercel: { why: none },
  vultr: { service: { type: "vultr", fields: { apikey: "apiKey" } } },
  zoneedit: { service: { type: "zoneedit", fields: { token: "password" } } },
};

/** What Gandi had before. */
export const gandiApiKey: Service = {
  type: "gandi",
  fields: { key: "token", api_key: "token" },
  settings: { tokenKind: "api-key" },
};

/** OVH has two ways. */
export const ovhApi: Service = {
  type: "ovh",
  fields: { app_key: "applicationKey", app_secret: "applicationSecret", consumer_key: "consumerKey" },
};
