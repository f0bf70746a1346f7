import assert from "node:assert/strict";
import { test } from "node:test";
import { readAuthorization } from "./login.ts";
import { answerText } from "./server-answer.ts";
import { addressCases } from "./update-request.cases.ts";
import {
  type HttpQuestion,
  isFullyQualified,
  readUpdateQuestion,
  type UpdateQuestion,
} from "./update-request.ts";

const agent = "inadyn/2.10";

function ask(target: string, more: Partial<HttpQuestion> = {}): UpdateQuestion {
  return readUpdateQuestion({
    method: "GET",
    target,
    authorization: undefined,
    userAgent: agent,
    form: "",
    ...more,
  });
}

function updateOf(target: string, more: Partial<HttpQuestion> = {}): UpdateQuestion & { ask: "update" } {
  const question = ask(target, more);
  assert.equal(question.ask, "update");
  return question as UpdateQuestion & { ask: "update" };
}

for (const [why, query, want] of addressCases)
  test(`addresses of an update: ${why}`, () =>
    assert.deepEqual(updateOf(`/nic/update?hostname=a.example&${query}`).addresses, want));

for (const [why, target, want] of [
  ["one", "/nic/update?hostname=Home.Example.", ["home.example"]],
  ["several", "/nic/update?hostname=a.example,b.example", ["a.example", "b.example"]],
  ["in several fields", "/nic/update?hostname=a.example&hostname=b.example", ["a.example", "b.example"]],
  ["in deSEC's field", "/nic/update?host_id=a.example", ["a.example"]],
  ["none", "/nic/update?myip=8.8.4.4", []],
  ["an empty one is none", "/nic/update?hostname=", []],
  ["the newer path", "/v3/update?hostname=a.example", ["a.example"]],
  ["a path that ends in a slash", "/nic/update/?hostname=a.example", ["a.example"]],
  ["of a field that is empty or has no value", "/nic/update?&x&=y&hostname=a.example&", ["a.example"]],
  ["a value with an equals sign", "/nic/update?hostname=a=b.example", ["a=b.example"]],
  ["an encoded one", "/nic/update?host%6Eame=a%2Eexample", ["a.example"]],
  ["behind a second question mark", "/nic/update??hostname=a.example", ["a.example"]],
  ["with one in it", "/nic/update?hostname=a?b.example", ["a?b.example"]],
  ["in letters beyond ASCII", "/nic/update?hostname=\u00e4.example", ["\u00e4.example"]],
  ["what is no name is told later", "/nic/update?hostname=a..b,c", ["a..b", "c"]],
] as const)
  test(`names of an update: ${why}`, () => assert.deepEqual(updateOf(target).hostnames, want));

test("a form is read as the query is, and the query counts first", () => {
  const read = updateOf("/nic/update?myip=8.8.4.4", {
    method: "POST",
    form: "hostname=a.example&myip=9.9.9.9&myipv6=2620:fe::9",
  });
  assert.deepEqual(read.hostnames, ["a.example"]);
  assert.deepEqual(read.addresses, {
    from: "request",
    ipv4: { do: "set", address: "8.8.4.4" },
    ipv6: { do: "set", address: "2620:fe::9" },
  });
});

for (const [why, target, more, want] of [
  ["another path", "/nic/delete", {}, { ask: "nothing", why: "path" }],
  ["HEAD", "/nic/update", { method: "HEAD" }, { ask: "nothing", why: "method" }],
  ["PUT", "/myip", { method: "PUT" }, { ask: "nothing", why: "method" }],
  [
    "no agent",
    "/nic/update?hostname=a.example",
    { userAgent: undefined },
    { ask: "nothing", why: "refused", code: "badagent" },
  ],
  [
    "an empty agent",
    "/nic/update?hostname=a.example",
    { userAgent: " " },
    { ask: "nothing", why: "refused", code: "badagent" },
  ],
  [
    "21 names",
    `/nic/update?hostname=${"a.example,".repeat(21)}`,
    {},
    { ask: "nothing", why: "refused", code: "numhost" },
  ],
  ["one's own address", "/myip", { userAgent: undefined }, { ask: "address" }],
] as const)
  test(`not an update: ${why}`, () => assert.deepEqual(ask(target, more), want));

test("20 names are not too many", () =>
  assert.equal(updateOf(`/nic/update?hostname=${"a.example,".repeat(20)}`).hostnames.length, 20));

for (const [why, target, more] of [
  ["in the query", "/api/dynLinux.php?p=s3cret&r=Home.Example.", {}],
  ["in a form", "/api/dynLinux.php", { method: "POST", form: "p=s3cret&r=home.example" }],
  [
    "without an agent, as scripts of its time",
    "/api/dynLinux.php?p=s3cret&r=home.example",
    { userAgent: undefined },
  ],
  ["with an address that EditDNS never read", "/api/dynLinux.php?p=s3cret&r=home.example&myip=8.8.4.4", {}],
] as const)
  test(`an update of EditDNS: ${why}`, () =>
    assert.deepEqual(ask(target, more), {
      ask: "update",
      dialect: "editdns",
      login: { by: "token", secret: "s3cret" },
      hostnames: ["home.example"],
      addresses: { from: "connection" },
    }));

const basic = (octets: string | Uint8Array): string => `Basic ${Buffer.from(octets).toString("base64")}`;

for (const [why, header, want] of [
  [
    "user and password",
    basic("Home.Example:s3cret"),
    { by: "password", user: "home.example", secret: "s3cret" },
  ],
  ["a colon in the password", basic("a:b:c"), { by: "password", user: "a", secret: "b:c" }],
  [
    "the scheme in any case",
    basic("a:b").replace("Basic", "bAsIc"),
    { by: "password", user: "a", secret: "b" },
  ],
  ["UTF-8", basic("a:pä€"), { by: "password", user: "a", secret: "pä€" }],
  ["Latin-1", basic(Uint8Array.of(0x61, 0x3a, 0xe4)), { by: "password", user: "a", secret: "ä" }],
  ["no user name", basic(":s3cret"), { by: "token", secret: "s3cret" }],
  ["a token", "Token s3cret", { by: "token", secret: "s3cret" }],
  ["a bearer's token", "Bearer s3cret", { by: "token", secret: "s3cret" }],
  ["no password", basic("a:"), undefined],
  ["no colon", basic("a"), undefined],
  ["no base64", "Basic *", undefined],
  ["another scheme", "Digest username=a", undefined],
  ["a secret longer than any", basic(`a:${"x".repeat(257)}`), undefined],
  ["nothing", undefined, undefined],
] as const)
  test(`a login: ${why}`, () => assert.deepEqual(readAuthorization(header), want));

for (const [name, want] of [
  ["home.example", true],
  ["a-b.c-d.example", true],
  ["home", false],
  ["a..example", false],
  ["-a.example", false],
  ["a b.example", false],
  [`${"a".repeat(64)}.example`, false],
  [`${"a.".repeat(130)}example`, false],
] as const)
  test(`"${name.slice(0, 20)}" is ${want ? "" : "not "}fully qualified`, () =>
    assert.equal(isFullyQualified(name), want));

test("an answer has a line for each name", () => {
  const results = [
    { code: "good", addresses: ["8.8.4.4", "2620:fe::9"] },
    { code: "nochg", addresses: ["8.8.4.4"] },
    { code: "nohost" },
  ] as const;
  assert.equal(answerText("dyndns2", results), "good 8.8.4.4,2620:fe::9\nnochg 8.8.4.4\nnohost\n");
});

for (const [code, want] of [
  ["good", "Record has been updated\n"],
  ["nochg", "Record already exists with the same IP\n"],
  ["badauth", "Invalid Username\n"],
  ["nohost", "Invalid DynRecord\n"],
  ["!yours", "Invalid DynRecord\n"],
  ["dnserr", "dnserr\n"],
] as const)
  test(`EditDNS says of ${code}: ${want.trim()}`, () =>
    assert.equal(answerText("editdns", [{ code }]), want));
