import assert from "node:assert/strict";
import test from "node:test";
import { custom } from "./custom.ts";
import { ProviderConfig } from "./provider-config.ts";
import { readSecrets } from "./secret-fields.ts";
import {
  callOf,
  noPorts,
  openStandIn,
  type Reply,
  sentencesOf,
  shortOf,
  wanted,
} from "./templates/stand-in.testing.ts";

/** As the site file has it, with the defaults of the schema. */
function settingsOf(written: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const {
    name: _name,
    type: _type,
    ...settings
  } = ProviderConfig.parse({
    name: "own",
    type: "custom",
    ...written,
  });
  return readSecrets(settings, "/", "").settings;
}

async function publish(
  written: Readonly<Record<string, unknown>>,
  types: readonly ("A" | "AAAA")[],
  reply: Reply,
  zone?: string,
) {
  const settings = settingsOf(written);
  assert.deepEqual(custom.check!(settings, noPorts), []);
  const service = openStandIn(reply);
  const provider = custom.open(settings, noPorts);
  const results = await provider.publish(wanted("home.example.net", types, zone), callOf(service.http));
  return { results, shorts: results.map(shortOf), asked: service.asked };
}

const at = "https://dyn.example";
const v4 = "198.51.100.7";
const v6 = "2001:db8:7::1";

const requests: readonly (readonly [
  why: string,
  written: Readonly<Record<string, unknown>>,
  types: readonly ("A" | "AAAA")[],
  asked: readonly string[],
])[] = [
  [
    "one address: a request for each family",
    { url: `${at}/u?h={fqdn}&a={ip}&t={type}` },
    ["A", "AAAA"],
    [`GET ${at}/u?h=home.example.net&a=${v4}&t=A`, `GET ${at}/u?h=home.example.net&a=${v6}&t=AAAA`],
  ],
  [
    "an address of each family: both in one request",
    { url: `${at}/u?h={fqdn}&a={ip4}&aaaa={ip6}&lan={ip6prefix}` },
    ["A", "AAAA"],
    [`GET ${at}/u?h=home.example.net&a=${v4}&aaaa=${v6}&lan=2001:db8:7::/64`],
  ],
  [
    "of one family alone, the parameter of the other is left out",
    { url: `${at}/u?a={ip4}&h={fqdn}&aaaa={ip6}` },
    ["AAAA"],
    [`GET ${at}/u?h=home.example.net&aaaa=${v6}`],
  ],
  [
    "no address: the service sees it, by the family of the record",
    { url: `${at}/u/{user}/{password}`, user: "me", password: "p/w" },
    ["A", "AAAA"],
    [`GET ${at}/u/me/p%2Fw by ipv4`, `GET ${at}/u/me/p%2Fw by ipv6`],
  ],
  [
    "a user and a password that stand nowhere log in",
    { url: `${at}/u?a={ip}`, user: "me", password: "pä:ss" },
    ["A"],
    [`GET ${at}/u?a=${v4} as me:pä:ss`],
  ],
  [
    "a form",
    { method: "POST", url: `${at}/u`, body: "p={password}&r={fqdn}&a={ip4}&aaaa={ip6}", password: "a b&c" },
    ["A"],
    [
      `POST ${at}/u with {"content-type":"application/x-www-form-urlencoded"} and p=a%20b%26c&r=home.example.net&a=${v4}`,
    ],
  ],
  [
    "JSON, with a header of its own",
    {
      method: "PUT",
      url: `${at}/records/{host}`,
      headers: { "Content-Type": "application/json", "X-Key": "{password}" },
      body: '{"zone":"{domain}","content":"{ip}","note":"{password}"}',
      password: 'q"\\',
    },
    ["A"],
    [
      `PUT ${at}/records/home with {"content-type":"application/json","x-key":"q\\"\\\\"} and {"zone":"example.net","content":"${v4}","note":"q\\"\\\\"}`,
    ],
  ],
];
for (const [why, written, types, want] of requests)
  test(`custom asks: ${why}`, async () => {
    const { asked } = await publish(written, types, { text: "good" }, "example.net");
    assert.deepEqual(asked, want);
  });

const patterns = {
  url: `${at}/u?a={ip}`,
  ok: "^done",
  same: "same already",
  fatal: "no such|forbidden",
  retry: "busy",
};
for (const [why, written, reply, want] of [
  ["ok", patterns, { text: "DONE." }, "changed"],
  ["same", patterns, { text: "the same already" }, "same"],
  ["fatal", patterns, { text: "No such host" }, "refused record fatal"],
  ["fatal, with a status of its own", patterns, { status: 404, text: "forbidden" }, "refused record fatal"],
  ["retry", patterns, { text: "busy" }, "failed retry"],
  [
    "what went wrong is believed before what is well",
    patterns,
    { text: "done, but no such host" },
    "refused record fatal",
  ],
  ["none of them", patterns, { text: "hello" }, "unconfirmed"],
  [
    "an answer that fits, with a status of failure",
    patterns,
    { status: 400, text: "done" },
    "failed http-400",
  ],
  ["no patterns: the codes of dyndns2", { url: patterns.url }, { text: "nohost" }, "refused record nohost"],
  ["no patterns, and no code", { url: patterns.url }, { text: "done" }, "unconfirmed"],
  ["an empty answer that is to be empty", { url: patterns.url, ok: "^$" }, { text: "" }, "changed"],
  ["what stands beyond 4 KiB", patterns, { text: `${" ".repeat(4_096)}same already` }, "unconfirmed"],
] as const)
  test(`custom reads the answer: ${why}`, async () => {
    const { shorts } = await publish(written, ["A"], reply);
    assert.deepEqual(shorts, [want]);
  });

test("a pattern that takes too long is no success, and the sentence says which", async () => {
  const { shorts, results } = await publish({ ...patterns, ok: "^(a|a)*$" }, ["A"], {
    text: `${"a".repeat(64)}!`,
  });
  assert.deepEqual(shorts, ["unconfirmed"]);
  assert.equal(
    sentencesOf(results)[0],
    "the pattern /^(a|a)*$/ takes too long for the answer; write a simpler one",
  );
});

test("the answer is shown, but neither the password nor the keys that the URL has", async () => {
  const { results } = await publish(
    { url: `${at}/u?key=k3y-of-mine&h={fqdn}&p={password}`, password: "s3cr&t", ok: "^ok" },
    ["A"],
    { text: "Wrong request: /u?key=k3y-of-mine&h=home.example.net&p=s3cr%26t (s3cr&amp;t)" },
  );
  assert.match(sentencesOf(results)[0]!, /^dyn\.example says "Wrong request: /);
  assert.doesNotMatch(sentencesOf(results)[0]!, /k3y|s3cr/);
});

const problems: readonly (readonly [
  why: string,
  written: Readonly<Record<string, unknown>>,
  want: readonly string[],
])[] = [
  ["an unknown placeholder", { url: `${at}/{hostname}` }, ["url: there is no {hostname}"]],
  ["a list of names", { url: `${at}/{names}` }, ["url: there is no {names}"]],
  ["a password that is not there", { url: `${at}/?p={password}` }, ["url: {password} stands for nothing"]],
  ["a password that is used nowhere", { url: at, password: "x" }, ["password: the password is used nowhere"]],
  [
    "a placeholder in the server",
    { url: "https://{fqdn}/?a={ip}" },
    ["url: a placeholder stands in the name of the server"],
  ],
  ["a user name in the URL", { url: "https://me:pw@dyn.example/" }, ["url: the URL has a user name in it"]],
  ["one family in the path", { url: `${at}/{ip4}` }, ["url: {ip4} and {ip6} can stand in parameters alone"]],
  [
    "one family in JSON",
    { url: at, method: "POST", headers: { "content-type": "application/json" }, body: '{"a":"{ip6}"}' },
    ["body: {ip4} and {ip6} can stand in parameters alone"],
  ],
  ["both ways at once", { url: `${at}/?a={ip}&b={ip6}` }, ["url: {ip} and {ip4} or {ip6} are both there"]],
  [
    "a header of two lines",
    { url: at, headers: { "x-a": "1\r\nx-b: 2" } },
    ["headers.x-a: a header field is one line"],
  ],
  [
    "no regular expression",
    { url: at, ok: "(" },
    ["ok: Invalid regular expression: /(/i: Unterminated group"],
  ],
  [
    "patterns, but none for a success",
    { url: at, fatal: "no" },
    ["ok: nothing says what the answer to a success looks like"],
  ],
];
for (const [why, written, want] of problems)
  test(`custom finds: ${why}`, () => {
    const found = custom.check!(settingsOf(written), noPorts);
    assert.deepEqual(
      found.map(({ path, what }) => `${path}: ${what}`),
      want,
    );
    for (const { severity, remedy } of found) assert.ok(severity === "error" && remedy !== undefined);
  });

test("the schema takes no other method, and no URL of another kind", () => {
  for (const written of [{ url: at, method: "DELETE" }, { url: "ftp://dyn.example" }, { url: "dyn.example" }])
    assert.throws(() => settingsOf(written));
});
