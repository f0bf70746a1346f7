/** A table of statements of a ddclient.conf, and what becomes of each. */
import { test } from "node:test";
import { check, duckRecord, type StatementCase } from "./import-of.ts";

const duck = "protocol=duckdns, password=t0ken, usev4=webv4, mine.duckdns.org\n";

const cases: readonly StatementCase[] = [
  {
    why: "daemon is how often it looks",
    text: `daemon=10m\n${duck}`,
    want: { every: "10m", records: [duckRecord], address: { ipv6: [] } },
    secrets: { "keys/ddns-duckdns.token": "t0ken\n" },
  },
  {
    why: "without a daemon the default counts",
    text: `daemon=0\n${duck}`,
    want: { every: undefined },
  },
  {
    why: "a known server of dyndns2 is the service that it is",
    text: "use=web, ssl=yes\nprotocol=dyndns2, server=dynupdate.no-ip.com, login=me, password=pw, a.example.net\n",
    want: {
      providers: [{ name: "noip", type: "noip", user: "me", passwordFile: "keys/ddns-noip.password" }],
      records: [{ name: "a.example.net", provider: "noip" }],
    },
  },
  {
    why: "another server is one of dyndns2, with its script and without TLS when ssl=no",
    text: "use=web\nprotocol=dyndns2, ssl=no, server=dyn.example.net:8080, script=/up, login=me, password=pw, a.example.net\n",
    want: {
      providers: [
        {
          name: "dyndns2",
          type: "dyndns2",
          server: "http://dyn.example.net:8080/up",
          user: "me",
          passwordFile: "keys/ddns-dyndns2.password",
        },
      ],
    },
  },
  {
    why: "a server that was set for another service gets no token of this one",
    text: `use=web
protocol=dyndns2, server=members.dyndns.org, login=me, password=x
home.dyndns.org
protocol=cloudflare, zone=example.com, login=token, password=tk
a.example.com
`,
    want: {
      providers: [
        { name: "dyn", type: "dyn", user: "me", passwordFile: "keys/ddns-dyn.password" },
        { name: "cloudflare", type: "cloudflare", tokenFile: "keys/ddns-cloudflare.token" },
      ],
      records: [
        { name: "home.dyndns.org", provider: "dyn" },
        { name: "a.example.com", provider: "cloudflare", zone: "example.com" },
      ],
    },
  },
  {
    why: "hosts with one account are one provider, and one entry of records",
    text: `use=web\n${"protocol=cloudflare, zone=example.com, ttl=120, password=tk, "}a.example.com,b.example.com\n`,
    want: {
      providers: [{ name: "cloudflare", type: "cloudflare", tokenFile: "keys/ddns-cloudflare.token" }],
      records: [
        { names: ["a.example.com", "b.example.com"], provider: "cloudflare", zone: "example.com", ttl: "2m" },
      ],
    },
  },
  {
    why: "two accounts of a service have two names",
    text: "use=web\nprotocol=noip, login=a, password=x, a.example.net\nprotocol=noip, login=b, password=y, b.example.net\n",
    want: {
      records: [
        { name: "a.example.net", provider: "noip" },
        { name: "b.example.net", provider: "noip-2" },
      ],
    },
    secrets: { "keys/ddns-noip.password": "x\n", "keys/ddns-noip-2.password": "y\n" },
  },
  {
    why: "the old form with login and password behind the hosts",
    text: "use=web, protocol=noip\na.example.net me p,w\n",
    want: {
      providers: [{ name: "noip", type: "noip", user: "me", passwordFile: "keys/ddns-noip.password" }],
    },
    secrets: { "keys/ddns-noip.password": "p,w\n" },
  },
  {
    why: "both families, from an interface and from a program",
    text: "usev4=cmdv4, cmdv4='/bin/my ip -4'\nusev6=ifv6, ifv6=ppp0\nprotocol=duckdns, password=t, mine\n",
    want: {
      address: {
        ipv4: [{ method: "command", command: ["/bin/sh", "-c", "/bin/my ip -4"] }],
        ipv6: [{ method: "interface", interface: "ppp0" }],
      },
      records: [duckRecord],
    },
  },
  {
    why: "a page of the operator's own, and a record of one family where both are looked at",
    text: "usev4=webv4, webv4=ip.example.net/me, ssl=yes\nusev6=webv6\nprotocol=duckdns, password=t, mine\nusev4=disabled, protocol=noip, login=a, password=b six.example.net\n",
    want: {
      address: { ipv4: [{ method: "https", services: ["https://ip.example.net/me"] }] },
      records: [duckRecord, { name: "six.example.net", types: ["AAAA"], provider: "noip" }],
    },
  },
  {
    why: "a page of a router becomes UPnP",
    text: "use=fw, fw=192.168.1.1/status, fw-skip='IP Address', fw-password=x\nprotocol=duckdns, password=t, mine\n",
    want: { address: { ipv4: ["upnp", "https", "dns"], ipv6: [] } },
    says: [
      /use=fw: the router is asked by UPnP/,
      /fw-skip=IP Address: an answer must hold exactly one address/,
    ],
  },
  {
    why: "a host that follows another address than the rest stays out, and what is said of it",
    text: `use=web\n${duck}use=if, if=eth1, protocol=noip, login=a, password=b, lan.example.net\n`,
    want: { records: [duckRecord] },
    says: [
      /lan\.example\.net: it takes its address from interface eth1/,
      /login=…: what it belongs to is left out/,
    ],
  },
  {
    why: "a fixed address follows nothing",
    text: `${duck}use=ip, ip=203.0.113.7, protocol=noip, login=a, password=b, fix.example.net\n`,
    want: { records: [duckRecord] },
    says: [/fix\.example\.net: it has the fixed address 203\.0\.113\.7/],
  },
  {
    why: "two secrets of one account",
    text: "use=web\nprotocol=godaddy, zone=example.biz, login=gk, password=gs, a.example.biz\n",
    want: {
      providers: [
        {
          name: "godaddy",
          type: "godaddy",
          apiKeyFile: "keys/ddns-godaddy.apiKey",
          secretFile: "keys/ddns-godaddy.secret",
        },
      ],
    },
    secrets: { "keys/ddns-godaddy.apiKey": "gk\n", "keys/ddns-godaddy.secret": "gs\n" },
  },
  {
    why: "the URL of ClouDNS is a template, its secret in a file",
    text: "use=web\nprotocol=cloudns, dynurl='https://ipv4.cloudns.net/api/dynamicURL/?q=Njc1OTE2', a.example.net\n",
    want: {
      providers: [
        {
          name: "custom",
          type: "custom",
          ok: "^OK",
          url: "https://ipv4.cloudns.net/api/dynamicURL/?q={password}",
          passwordFile: "keys/ddns-custom.password",
        },
      ],
    },
    secrets: { "keys/ddns-custom.password": "Njc1OTE2\n" },
  },
  {
    why: "a service without a provider here is asked by a template",
    text: "use=web\nprotocol=sitelutions, login=me, password=pw, a.example.net\n",
    want: {
      providers: [
        {
          name: "custom",
          type: "custom",
          url: "https://www.sitelutions.com/dnsup?id={fqdn}&user={user}&pass={password}&ip={ip}",
          ok: "success",
          user: "me",
          passwordFile: "keys/ddns-custom.password",
        },
      ],
    },
  },
  {
    why: "what cannot come over is told with what to do",
    text: `${duck}use=web
protocol=googledomains, login=a, password=b, a.example.net
protocol=cloudflare, login=me@example.net, password=k, zone=example.net, b.example.net
protocol=nonsense, c.example.net
protocol=nsupdate, server=ns.example.net, zone=example.net, password=/etc/k.key, d.example.net
protocol=duckdns, password='t ', e.example.net
postscript=/bin/told
frobnicate=1
`,
    want: { records: [duckRecord] },
    says: [
      /ddclient\.conf:3: a\.example\.net: the service has ended/,
      /b\.example\.net: .*make an API token at Cloudflare/,
      /c\.example\.net: .*no protocol "nonsense"/,
      /d\.example\.net: its server is a name.*write server=ADDRESS/,
      /e\.example\.net: its password begins or ends with a blank/,
      /postscript=\/bin\/told: write it into ddns\.notices/,
      /frobnicate=1: ddclient has no such setting/,
    ],
  },
  {
    why: "of a name that is there twice the last counts",
    text: "use=web\nprotocol=duckdns, password=a, mine\nprotocol=duckdns, password=b, mine\n",
    want: { records: [duckRecord] },
    secrets: { "keys/ddns-duckdns.token": "b\n" },
    says: [/mine: a line behind it has the same name/],
  },
];

for (const row of cases) test(row.why, () => check("ddclient", "ddclient.conf", row));
