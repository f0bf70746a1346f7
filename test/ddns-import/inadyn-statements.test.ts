/** A table of statements of an inadyn.conf, and what becomes of each. */
import { test } from "node:test";
import { check, duckRecord, type StatementCase } from "./import-of.ts";

const cases: readonly StatementCase[] = [
  {
    why: "a provider by a part of its name, with several hosts",
    text: 'period = 300\nprovider dyndns.org { username = me password = "p\\"w" hostname = { a.example.net, b.example.net } }',
    want: {
      every: "5m",
      address: { ipv6: [] },
      providers: [{ name: "dyn", type: "dyn", user: "me", passwordFile: "keys/ddns-dyn.password" }],
      records: [{ names: ["a.example.net", "b.example.net"], provider: "dyn" }],
    },
    secrets: { "keys/ddns-dyn.password": 'p"w\n' },
  },
  {
    why: "a token that stands as username",
    text: "provider duckdns.org { username = TK password = unused hostname = mine }",
    want: {
      providers: [{ name: "duckdns", type: "duckdns", tokenFile: "keys/ddns-duckdns.token" }],
      records: [duckRecord],
    },
    secrets: { "keys/ddns-duckdns.token": "TK\n" },
  },
  {
    why: "both families of one name",
    text: `allow-ipv6 = true
provider cloudflare.com:1 { checkip-server = 1.1.1.1 checkip-path = /cdn-cgi/trace username = example.net password = tk hostname = a.example.net ttl = 1 proxied = false }
provider cloudflare.com:2 { checkip-server = dns64.cloudflare-dns.com checkip-path = /cdn-cgi/trace username = example.net password = tk hostname = a.example.net ttl = 120 proxied = true }`,
    want: {
      address: {
        ipv4: [{ method: "https", services: ["https://1.1.1.1/cdn-cgi/trace"] }],
        ipv6: [{ method: "https", services: ["https://dns64.cloudflare-dns.com/cdn-cgi/trace"] }],
      },
      providers: [{ name: "cloudflare", type: "cloudflare", tokenFile: "keys/ddns-cloudflare.token" }],
      records: [
        { name: "a.example.net", types: ["A"], provider: "cloudflare", zone: "example.net", proxied: false },
        {
          name: "a.example.net",
          types: ["AAAA"],
          provider: "cloudflare",
          zone: "example.net",
          ttl: "2m",
          proxied: true,
        },
      ],
    },
  },
  {
    why: "an interface, and IPv6 where it is allowed",
    text: "allow-ipv6 = true\niface = ppp0\nprovider no-ip.com { username = a password = b hostname = a.example.net }",
    want: {
      address: {
        ipv4: [{ method: "interface", interface: "ppp0" }],
        ipv6: [{ method: "interface", interface: "ppp0" }],
      },
    },
  },
  {
    why: "a program that tells the address",
    text: "provider no-ip.com { checkip-command = \"/sbin/ifconfig eth0 | grep 'inet 6'\" username = a password = b hostname = a.example.net }",
    want: {
      address: {
        ipv4: [{ method: "command", command: ["/bin/sh", "-c", "/sbin/ifconfig eth0 | grep 'inet 6'"] }],
        ipv6: [],
      },
    },
  },
  {
    why: "a custom one with all of its places",
    text: 'custom my { username = me password = pw ddns-server = up.example.net:8443 ddns-path = "/u?user=%u&pw=%p&h=%h&ip=%i&x=%%" ddns-response = { "Good (1)", nochg } hostname = a.example.net }',
    want: {
      providers: [
        {
          name: "my",
          type: "custom",
          url: "https://up.example.net:8443/u?user={user}&pw={password}&h={fqdn}&ip={ip}&x=%25",
          ok: "Good \\(1\\)|nochg",
          user: "me",
          passwordFile: "keys/ddns-my.password",
        },
      ],
      records: [{ name: "a.example.net", provider: "my" }],
    },
  },
  {
    why: "a custom one without places: the host goes to the end, or the address",
    text: 'custom one { ddns-server = a.example.net ddns-path = "/u?h=" ssl = false username = me password = pw hostname = a.example.net }\ncustom two { ddns-server = b.example.net ddns-path = "/u?ip=" append-myip = true username = me password = pw hostname = b.example.net }',
    want: {
      providers: [
        {
          name: "one",
          type: "custom",
          url: "http://a.example.net/u?h={fqdn}",
          ok: "OK|good|true|updated",
          same: "nochg",
          user: "me",
          passwordFile: "keys/ddns-one.password",
        },
        {
          name: "two",
          type: "custom",
          url: "https://b.example.net/u?ip={ip}",
          ok: "OK|good|true|updated",
          same: "nochg",
          user: "me",
          passwordFile: "keys/ddns-two.password",
        },
      ],
    },
  },
  {
    why: "hosts that are parts of a domain, which the username is",
    text: 'custom my { username = example.net password = pw ddns-server = up.example.org ddns-path = "/u?domain=%u&password=%p&host=%h" hostname = { "@", www } }',
    want: {
      providers: [
        {
          name: "my",
          type: "custom",
          url: "https://up.example.org/u?domain={domain}&password={password}&host={host}",
          ok: "OK|good|true|updated",
          same: "nochg",
          user: "example.net",
          passwordFile: "keys/ddns-my.password",
        },
      ],
      records: [{ names: ["example.net", "www.example.net"], provider: "my", zone: "example.net" }],
    },
  },
  {
    why: "what cannot come over is told with what to do",
    text: `provider no-ip.com { username = a password = b hostname = a.example.net wildcard = true }
provider freedns { username = a password = b hostname = b.example.net }
provider nosuch { username = a password = b hostname = c.example.net }
provider dynu { username = a password = b }
custom my { ddns-server = x.example.net ddns-path = "/u?a=%z" hostname = d.example.net }
include("/etc/none.conf")
frob = 1
forced-update = 3
`,
    want: { records: [{ name: "a.example.net", provider: "noip" }] },
    says: [
      /wildcard = true: write a record \*\.name too/,
      /provider freedns: .*provider freedns\)/,
      /provider nosuch: .*write it as a custom one/,
      /provider dynu: it has no hostname/,
      /custom my: inadyn has no %z/,
      /include\("\/etc\/none\.conf"\): there is no file/,
      /frob = 1: inadyn has no such setting/,
      /forced-update = 3: Homeport sends on a change/,
    ],
  },
];

for (const row of cases) test(row.why, () => check("inadyn", "inadyn.conf", row));
