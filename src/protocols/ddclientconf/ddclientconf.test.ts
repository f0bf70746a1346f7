/** Lines of ddclient.conf and its cache, also damaged ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDdclientCache } from "./cache.ts";
import { ddclientConfLimits } from "./limits.ts";
import { parseDdclientConf } from "./lines.ts";

interface Shown {
  readonly line: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly hosts?: readonly string[];
  readonly login?: string;
  readonly password?: string;
}

function shownEntries(text: string): readonly Shown[] {
  return parseDdclientConf("ddclient.conf", text).entries.map(
    ({ line, settings, hosts, login, password }) => ({
      line,
      ...(settings.length > 0 && {
        settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
      }),
      ...(hosts.length > 0 && { hosts: hosts.map(({ name }) => name) }),
      ...(login !== undefined && { login }),
      ...(password !== undefined && { password }),
    }),
  );
}

const cases: readonly (readonly [why: string, text: string, want: readonly Shown[]])[] = [
  ["comments and empty lines say nothing", "# a\n\n   # b\n", []],
  [
    "a line without a host is of all behind it",
    "daemon=5m, ssl=yes # often\n",
    [{ line: 1, settings: { daemon: "5m", ssl: "yes" } }],
  ],
  [
    "hosts are parted by commas, with or without blanks",
    "protocol=duckdns a.example.net,b.example.net , c.example.net\n",
    [
      {
        line: 1,
        settings: { protocol: "duckdns" },
        hosts: ["a.example.net", "b.example.net", "c.example.net"],
      },
    ],
  ],
  [
    "a \\ that blanks follow is a word like others",
    "server=dyn.example.net, \\ \n",
    [{ line: 1, settings: { server: "dyn.example.net" }, hosts: ["\\"] }],
  ],
  [
    "settings of several lines belong to the host of the last",
    "protocol=dyndns2,\\\nlogin=me, \\\npassword=pw \\\nhome.example.net\n",
    [
      {
        line: 1,
        settings: { protocol: "dyndns2", login: "me", password: "pw" },
        hosts: ["home.example.net"],
      },
    ],
  ],
  [
    "quotes and backslashes protect blanks and commas",
    'web-skip="IP Address, is", cmd=/bin/my\\ ip\n',
    [{ line: 1, settings: { "web-skip": "IP Address, is", cmd: "/bin/my ip" } }],
  ],
  [
    "a password may hold #, \\ and commas",
    "login=me, password=a#b\\c,d,e, home.example.net\n",
    [{ line: 1, settings: { login: "me", password: "a#b\\c,d,e" }, hosts: ["home.example.net"] }],
  ],
  [
    "a password between single quotes goes on to the last of them",
    "password='it''s # mine, so' home.example.net\n",
    [{ line: 1, settings: { password: "it''s # mine, so" }, hosts: ["home.example.net"] }],
  ],
  [
    "blanks may stand around the = of a password",
    "password = pw, home.example.net\n",
    [{ line: 1, settings: { password: "pw" }, hosts: ["home.example.net"] }],
  ],
  [
    "fw-password is a password too",
    "use=fw, fw-login=admin, fw-password=x#y\n",
    [{ line: 1, settings: { use: "fw", "fw-login": "admin", "fw-password": "x#y" } }],
  ],
  [
    "the old form has login and password behind the hosts",
    "home.example.net,b.example.net me pw\n",
    [{ line: 1, hosts: ["home.example.net", "b.example.net"], login: "me", password: "pw" }],
  ],
  [
    "host= names hosts too",
    "ssl=yes host=a.example.net\n",
    [{ line: 1, settings: { ssl: "yes" }, hosts: ["a.example.net"] }],
  ],
  [
    "carriage returns and a byte order mark are no part of it",
    "\uFEFFssl=yes\r\nhome.example.net\r\n",
    [
      { line: 1, settings: { ssl: "yes" } },
      { line: 2, hosts: ["home.example.net"] },
    ],
  ],
];

for (const [why, text, want] of cases) test(why, () => assert.deepEqual(shownEntries(text), want));

test("each setting knows the line of the file that it is on", () => {
  const [entry] = parseDdclientConf(
    "ddclient.conf",
    "ssl=yes, \\\n  password=pw, \\\n  zone=example.net \\\nx\n",
  ).entries;
  const places = entry!.settings.map(({ name, line, column }) => `${name} ${line}:${column}`);
  assert.deepEqual(places, ["ssl 1:1", "password 2:3", "zone 3:3"]);
  assert.equal(entry!.hosts[0]!.line, 4);
});

const damaged: readonly (readonly [why: string, text: string, line: number, what: RegExp, remedy: RegExp])[] =
  [
    [
      "a quote that is not closed",
      'ssl=yes\nweb-skip="IP\n',
      2,
      /web-skip begins with has no end/,
      /close it with "/,
    ],
    [
      "a file that ends in a continued line",
      "ssl=yes\nlogin=me, \\",
      2,
      /ends where a line is continued/,
      /take away/,
    ],
    ["blanks behind the \\", "login=me, \\  \nx\n", 1, /blanks follow the \\/, /take the blanks away/],
    [
      "words that nobody expects",
      "ssl = yes home.example.net x\n",
      1,
      /more than hosts/,
      /without blanks around =/,
    ],
    [
      "a line without end",
      `login=${"x".repeat(ddclientConfLimits.lineOctetsMax)}\n`,
      1,
      /longer than/,
      /part it/,
    ],
    [
      "a file that is no config",
      "x".repeat(ddclientConfLimits.fileOctetsMax + 1),
      1,
      /larger than/,
      /is this a config/,
    ],
  ];

for (const [why, text, line, what, remedy] of damaged)
  test(`a problem has its line and what to do: ${why}`, () => {
    const [problem] = parseDdclientConf("ddclient.conf", text).problems;
    assert.equal(problem?.file, "ddclient.conf");
    assert.equal(problem.line, line);
    assert.match(problem.what, what);
    assert.match(problem.remedy ?? "", remedy);
  });

test("the cache says which address each host was given, and when", () => {
  const text =
    "## ddclient-3.10.0\n## last updated at Mon May  4 (1777888800)\n" +
    "atime=0,ip=203.0.113.7,mtime=1777888800,status=good,wtime=30 home.example.net\n" +
    "atime=0,ipv4=203.0.113.7,ipv6=2001:db8::7,mtime=0 b.example.net\n";
  const { hosts, problems } = parseDdclientCache("ddclient.cache", text);
  assert.deepEqual(problems, []);
  assert.deepEqual(hosts, [
    { line: 3, host: "home.example.net", addresses: ["203.0.113.7"], atSeconds: 1_777_888_800 },
    { line: 4, host: "b.example.net", addresses: ["203.0.113.7", "2001:db8::7"], atSeconds: undefined },
  ]);
});

test("what stands for a password while a line is read is no password of the file", () => {
  const { entries } = parseDdclientConf("ddclient.conf", "login=\u0000, host=\u0000a.example, password=b\n");
  assert.deepEqual(
    entries.map(({ hosts, settings }) => [hosts[0]?.name, settings.map(({ value }) => value)]),
    [["a.example", ["", "b"]]],
  );
});
