import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { HttpFault } from "#platform/http-client/http-client.ts";
import { type AddressType, BudgetSpent, type PublishResult } from "../provider.ts";
import { serviceCases } from "./services.cases.ts";
import {
  callOf,
  ipv4,
  ipv6,
  noPorts,
  openStandIn,
  type Reply,
  sentencesOf,
  shortOf,
  wanted,
} from "./stand-in.testing.ts";
import { templateDefinitions, templateEntries } from "./templates.ts";

const cases = templateDefinitions.map((definition) => {
  const own = serviceCases[definition.type];
  assert.ok(own, `services.cases.ts has no cases of ${definition.type}`);
  return { definition, own };
});
type Case = (typeof cases)[number];

/** Of one name, from a service that says the reply to whatever it is asked. */
async function publishTo({ definition, own }: Case, types: readonly AddressType[], reply: Reply) {
  const service = openStandIn(reply);
  const provider = definition.open(own.settings, noPorts);
  const records = wanted(own.name ?? "home.example.net", types, own.zone);
  const results = await provider.publish(records, callOf(service.http));
  assert.equal(results.length, types.length);
  return { results, asked: service.asked };
}

const withAddresses = (text: string): string => text.replaceAll("%4", ipv4).replaceAll("%6", ipv6);

test("every case is of a service", () => {
  assert.deepEqual(
    Object.keys(serviceCases),
    templateEntries.map(({ type }) => type),
  );
});

for (const one of cases) {
  const { definition, own } = one;
  for (const [types, lines] of Object.entries(own.asks))
    test(`${definition.type} is asked for ${types} as it is documented`, async () => {
      const { asked } = await publishTo(one, types.split(" ") as AddressType[], { text: "" });
      assert.deepEqual(asked, lines);
    });

  test(`${definition.type} is asked for the families that it takes, and for no other`, () => {
    const asked = new Set(Object.keys(own.asks).flatMap((types) => types.split(" ")));
    assert.deepEqual([...asked].sort(), [...definition.types].sort());
  });

  for (const [reply, want, sent] of own.replies) {
    const types = sent ?? (["A"] as const);
    const { text = "", ...rest } = typeof reply === "string" ? { text: reply } : reply;
    const name = `${definition.type}: ${JSON.stringify({ ...rest, text })} to ${types} is ${want}`;
    test(name, async () => {
      const { results } = await publishTo(one, types, { ...rest, text: withAddresses(text) });
      for (const result of results) assert.equal(shortOf(result), want);
    });
  }
}

const notSent = new HttpFault("does not answer within 10 s", false);
const sent = new HttpFault("broke the connection off", true);
const generalReplies: readonly (readonly [why: string, reply: Reply, want: RegExp])[] = [
  ["too many requests", { status: 429, headers: { "retry-after": "120" } }, /^failed http-429 after 120 s$/],
  [
    "too many requests until a date",
    { status: 429, headers: { "retry-after": "Sun, 01 Mar 2026 00:10:00 GMT" } },
    /^failed http-429 after 600 s$/,
  ],
  ["an error of the server", { status: 500, text: "<h1>Oops</h1>" }, /^failed http-500$/],
  [
    "a page for the time of works",
    { status: 503, headers: { "retry-after": "60" } },
    /^failed http-503 after 60 s$/,
  ],
  ["a gateway that lost the answer", { status: 504 }, /^unconfirmed$/],
  ["a wrong password by status alone", { status: 401 }, /^refused (account|record) http-401$/],
  [
    "a page of a gate in front",
    { status: 403, text: "<html>blocked</html>" },
    /^(failed|refused record) http-403$/,
  ],
  ["another place", { status: 302, headers: { location: "https://elsewhere.example" } }, /^failed http-302$/],
  ["a page of a login portal", { text: "<!doctype html><title>Welcome</title> Log in" }, /^unconfirmed$/],
  ["an error of a page that says 200", { text: "Warning: mysqli_connect(): (HY000/2002)" }, /^unconfirmed$/],
  ["octets of nothing", { text: "\u0000\ufffd\ufffd" }, /^unconfirmed$/],
  ["no answer, and nothing sent", { fault: notSent }, /^failed unreachable$/],
  ["no answer after it was sent", { fault: sent }, /^unconfirmed$/],
  ["no requests left", { fault: new BudgetSpent(90_000) }, /^failed budget after 90 s$/],
];

for (const [why, reply, want] of generalReplies)
  test(`no service takes for a success: ${why}`, async () => {
    for (const one of cases) {
      const { results } = await publishTo(one, one.definition.types, reply);
      for (const result of results)
        if (shortOf(result) !== "failed not-asked")
          assert.match(shortOf(result), want, `${one.definition.type} to ${why}`);
    }
  });

/** All texts that a service may say back. */
function echoes(
  { asked }: { readonly asked: readonly string[] },
  settings: Readonly<Record<string, string>>,
) {
  const login = Buffer.from(`home.example.net:${settings["password"] ?? settings["token"]}`).toString(
    "base64",
  );
  const [line = ""] = asked;
  return [
    `You asked for ${line}`,
    `<a href="${line.replaceAll("&", "&amp;")}">${line}</a> is not known`,
    JSON.stringify({ error: line, authorization: `Basic ${login}` }),
    `nohost ${line}`,
    decodeURIComponent(line),
  ];
}

test("no sentence has a secret in it, whatever the service says back", async () => {
  for (const one of cases) {
    const first = await publishTo(one, one.definition.types, { text: "" });
    for (const text of echoes(first, one.own.settings))
      for (const status of [200, 400, 401, 403, 404, 500]) {
        const { results } = await publishTo(one, one.definition.types, { status, text });
        assertNoSecrets(results, one.own.settings, `${one.definition.type}: ${text}`);
      }
  }
});

function assertNoSecrets(
  results: readonly PublishResult[],
  { password = "", token = "" }: Readonly<Record<string, string>>,
  what: string,
): void {
  const secret = password + token;
  const forms = [secret, encodeURIComponent(secret), secret.replaceAll("&", "&amp;")];
  for (const sentence of sentencesOf(results))
    for (const form of [...forms, Buffer.from(`home.example.net:${secret}`).toString("base64")])
      assert.ok(!sentence.includes(form), `${what} leads to: ${sentence}`);
}

test("no placeholder is left in any request, and every value arrives as it is", async () => {
  const value = fc.string({ minLength: 1, maxLength: 30 }).filter((text) => !/[:\p{Cc}]/u.test(text));
  await fc.assert(
    fc.asyncProperty(value, value, fc.constantFrom(...cases), async (user, secret, { definition, own }) => {
      const service = openStandIn({ text: "" });
      const settings = Object.fromEntries(
        Object.entries(own.settings).map(([key, old]) => [
          key,
          key === "server" ? old : key === "user" ? user : secret,
        ]),
      );
      const records = wanted(own.name ?? "home.example.net", definition.types, own.zone);
      await definition.open(settings, noPorts).publish(records, callOf(service.http));
      for (const line of service.asked) {
        const [, text = ""] = /^\w+ (\S+)/.exec(line)!;
        assert.doesNotMatch(text, /[{}]/);
        const { href, searchParams, pathname } = new URL(text);
        assert.equal(
          href.replaceAll("%27", "'"),
          text.replace("//DynDNS.EditDNS.net", "//dyndns.editdns.net").replaceAll("%27", "'"),
        );
        const values = [...searchParams.values(), ...pathname.split("/").map(decodeURIComponent), line];
        assert.ok(
          values.some((one) => one === secret || one.includes(secret)) ||
            line.includes(JSON.stringify(secret)),
        );
      }
    }),
    { numRuns: 300 },
  );
});
