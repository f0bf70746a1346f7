/** A table of statements of the config.json of ddns-updater, and what becomes of each. */
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { check, duckRecord, type StatementCase } from "./import-of.ts";

const settings = (...entries: readonly object[]): string =>
  JSON.stringify({ settings: entries }, undefined, 1);

/** As Google makes it. */
const serviceAccount = {
  type: "service_account",
  project_id: "p",
  client_email: "a@p.iam.gserviceaccount.com",
  private_key: generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey,
};

const cases: readonly StatementCase[] = [
  {
    why: "owners of a domain",
    text: settings({
      provider: "cloudflare",
      domain: "example.org",
      owner: "@,www,*",
      token: "tk",
      ttl: 600,
      proxied: true,
      ip_version: "ipv4",
      zone_identifier: "x",
    }),
    want: {
      providers: [{ name: "cloudflare", type: "cloudflare", tokenFile: "keys/ddns-cloudflare.token" }],
      records: [
        {
          names: ["example.org", "www.example.org", "*.example.org"],
          provider: "cloudflare",
          zone: "example.org",
          ttl: "10m",
          proxied: true,
          types: ["A"],
        },
      ],
    },
    secrets: { "keys/ddns-cloudflare.token": "tk\n" },
    says: [/zone_identifier: Homeport finds the zone by its name/],
  },
  {
    why: "whole names, as newer versions write them",
    text: settings({ provider: "desec", domain: "a.dedyn.io,*.b.dedyn.io", token: "tk" }),
    want: { records: [{ names: ["a.dedyn.io", "*.b.dedyn.io"], provider: "desec" }] },
  },
  {
    why: "Duck DNS by host alone, or by domain",
    text: settings(
      { provider: "duckdns", host: "mine", token: "tk" },
      { provider: "duckdns", domain: "b.duckdns.org", token: "tk" },
    ),
    want: { records: [{ names: ["mine.duckdns.org", "b.duckdns.org"], provider: "duckdns" }] },
  },
  {
    why: "the suffix of another machine is its interface identifier",
    text: settings({
      provider: "desec",
      domain: "a.dedyn.io",
      token: "tk",
      ipv6_suffix: "0:0:0:0:72ad:8fbb:a54e:bedd/56",
    }),
    want: {
      address: { prefix: { length: 56 } },
      records: [
        { name: "a.dedyn.io", provider: "desec", types: ["A"] },
        { name: "a.dedyn.io", provider: "desec", types: ["AAAA"], interfaceId: "::72ad:8fbb:a54e:bedd" },
      ],
    },
  },
  {
    why: "a custom one: its keys become places, its secret goes into a file",
    text: settings({
      provider: "custom",
      domain: "example.com",
      owner: "c",
      url: "https://up.example.com/u?client_key=c%2Fk&x=1",
      ipv4key: "v4",
      ipv6key: "v6",
      success_regex: "good",
    }),
    want: {
      providers: [
        {
          name: "custom",
          type: "custom",
          url: "https://up.example.com/u?client_key={password}&x=1&v4={ip4}&v6={ip6}",
          ok: "good",
          passwordFile: "keys/ddns-custom.password",
        },
      ],
    },
    secrets: { "keys/ddns-custom.password": "c/k\n" },
  },
  {
    why: "values that the service has no field for stay out of its password",
    text: settings({
      provider: "dynu",
      domain: "a.example.net",
      username: "me",
      password: "pw",
      group: "home",
      provider_ip: true,
    }),
    want: {
      providers: [{ name: "dynu", type: "dynu", user: "me", passwordFile: "keys/ddns-dynu.password" }],
    },
    secrets: { "keys/ddns-dynu.password": "pw\n" },
    says: [/group: the provider needs no such value/, /provider_ip: the address is always sent/],
  },
  {
    why: "Gandi's keys of both kinds",
    text: settings(
      { provider: "gandi", domain: "a.example.fr", personal_access_token: "pat" },
      { provider: "gandi", domain: "b.example.fr", key: "k" },
    ),
    want: {
      providers: [
        { name: "gandi", type: "gandi", tokenFile: "keys/ddns-gandi.token" },
        { name: "gandi-2", type: "gandi", tokenKind: "api-key", tokenFile: "keys/ddns-gandi-2.token" },
      ],
    },
    secrets: { "keys/ddns-gandi.token": "pat\n", "keys/ddns-gandi-2.token": "k\n" },
  },
  {
    why: "the key of a service account is an object",
    text: settings({
      provider: "gcp",
      project: "p",
      zone: "z",
      domain: "a.example.net",
      credentials: serviceAccount,
    }),
    want: {
      providers: [
        {
          name: "google-cloud-dns",
          type: "google-cloud-dns",
          project: "p",
          privateKeyFile: "keys/ddns-google-cloud-dns.privateKey",
        },
      ],
      records: [{ name: "a.example.net", provider: "google-cloud-dns" }],
    },
    secrets: { "keys/ddns-google-cloud-dns.privateKey": `${JSON.stringify(serviceAccount)}\n` },
    says: [/zone: the provider needs no such value/],
  },
  {
    why: "RFC 2136 with its key in a file",
    text: settings({
      provider: "rfc2136",
      domain: "a.example.edu",
      zone: "example.edu",
      server: "192.0.2.53:5353",
      tsig_key_name: "k",
      tsig_secret: "c2VjcmV0c2VjcmV0c2VjcmV0",
    }),
    want: {
      providers: [
        {
          name: "rfc2136",
          type: "rfc2136",
          server: "192.0.2.53 port 5353",
          key: { name: "k", secretFile: "keys/ddns-k.key" },
        },
      ],
      records: [{ name: "a.example.edu", provider: "rfc2136", zone: "example.edu" }],
    },
    secrets: {
      "keys/ddns-k.key": 'key "k" {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0c2VjcmV0c2VjcmV0";\n};\n',
    },
  },
  {
    why: "what cannot come over is told with what to do",
    text: settings(
      { provider: "duckdns", host: "mine", token: "tk" },
      { provider: "cloudflare", domain: "b.example.net", email: "a@example.net", key: "k" },
      { provider: "dynu", domain: "d.example.net", username: "a", password: "b", ip_version: "ipv5" },
      { provider: "google", domain: "e.example.net", username: "a", password: "b" },
      { provider: "nosuch", domain: "f.example.net" },
      { provider: "dynu", username: "a", password: "b" },
      { provider: "dynu", domain: "g.example.net", username: "a", password: "b", ipv6_suffix: "x" },
      { provider: "dynu", domain: "no name.example.net", username: "a", password: "b" },
      { provider: "dynu", domain: "h.example.net", username: "a" },
      {
        provider: "custom",
        domain: "i.example.net",
        url: "https://x.example/u",
        ipv4key: "a",
        success_regex: "(",
      },
    ),
    want: { records: [duckRecord] },
    says: [
      /config\.json:\d+: cloudflare b\.example\.net: .*make an API token/,
      /dynu d\.example\.net: "ipv5" is no ip_version; write ipv4 or ipv6/,
      /google e\.example\.net: the service has ended/,
      /nosuch f\.example\.net: .*no provider "nosuch"/,
      /dynu : it names no record/,
      /dynu g\.example\.net: "x" is no ipv6_suffix/,
      /dynu no name\.example\.net: .*is no name of a record/,
      /dynu h\.example\.net: .*`password`/,
      /custom i\.example\.net: .*regular expression/i,
    ],
  },
];

for (const row of cases) test(row.why, () => check("ddns-updater", "config.json", row));
