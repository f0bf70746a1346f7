/** What becomes of each statement of ddclient.conf, inadyn.conf and config.json, as tables. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { configFolder, run, type SourceName } from "./import-of.ts";

interface StatementCase {
  readonly why: string;
  readonly text: string;
  /** Fields of the section as they must be; undefined: not there. */
  readonly want?: Readonly<Record<string, unknown>>;
  /** Secrets by file. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What the report must say. */
  readonly says?: readonly RegExp[];
}

const duck = "protocol=duckdns, password=t0ken, usev4=webv4, mine.duckdns.org\n";
const duckRecord = { name: "mine.duckdns.org", provider: "duckdns" };

const ddclient: readonly StatementCase[] = [
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

const inadyn: readonly StatementCase[] = [
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

const settings = (...entries: readonly object[]): string =>
  JSON.stringify({ settings: entries }, undefined, 1);

const ddnsUpdater: readonly StatementCase[] = [
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
      { provider: "gandi", domain: "c.example.net", key: "k" },
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
      /gandi c\.example\.net: .*make a personal access token/,
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

const tables: readonly (readonly [source: SourceName, file: string, cases: readonly StatementCase[]])[] = [
  ["ddclient", "ddclient.conf", ddclient],
  ["inadyn", "inadyn.conf", inadyn],
  ["ddns-updater", "config.json", ddnsUpdater],
];

for (const [source, file, cases] of tables)
  for (const { why, text, want = {}, secrets = {}, says = [] } of cases)
    test(`${source}: ${why}`, async () => {
      using folder = configFolder({ [file]: text });
      const { result, ddns, report, read, mode } = await run(source, folder);
      assert(result.done, report);
      for (const [field, value] of Object.entries(want))
        assert.deepEqual(ddns[field as keyof typeof ddns], value, field);
      for (const [path, secret] of Object.entries(secrets)) {
        assert.equal(read(path), secret);
        assert.equal(mode(path), 0o600);
      }
      for (const sentence of says) assert.match(report, sentence);
      const silent = result.report.statements.filter(
        ({ outcome, detail }) => outcome !== "imported" && detail === undefined,
      );
      assert.deepEqual(silent, [], "whatever did not come over is told why");
    });
