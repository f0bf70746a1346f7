/** Typical mistakes in the `ddns` section: each is told with its place, what is wrong and what to write. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ExitCode } from "#contracts/command.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import { checkCommand } from "#surfaces/cli/commands/check.ts";
import { ddns } from "../../src/capabilities/ddns/capability.ts";

const folder = mkdtempSync(join(tmpdir(), "homeport-mistakes-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "empty"), "", { mode: 0o600 });
writeFileSync(join(folder, "token"), "s3cret-of-the-file\n", { mode: 0o600 });

const facts = {
  workingFolder: folder,
  homeFolder: folder,
  programFolder: folder,
  environment: {},
  exists: () => true,
};
const check = checkCommand({
  capabilities: [{ commands: [], open: async () => ddns }],
  facts,
  version: "0",
});

/** The section's lines, of which the first is the 2nd of the file. */
async function problemsOf(
  lines: string,
): Promise<{ code: ExitCode; problems: readonly ConfigProblem[]; text: string }> {
  const file = join(folder, "site.yaml");
  writeFileSync(file, `ddns:\n${lines.replaceAll(/^/gm, "  ")}\nsite: lab\n`);
  const run = async (json: boolean) => {
    const printed: string[] = [];
    const terminal = {
      columns: 200,
      interactive: false,
      print: (text: string) => void printed.push(text),
      printError: (text: string) => void printed.push(text),
    };
    const api = { request: () => assert.fail("a check asks nobody") };
    const code = await check.run({ arguments: { file }, options: {}, json, terminal, api });
    return { code, text: printed.join("\n") };
  };
  const { code, text } = await run(false);
  const { problems } = JSON.parse((await run(true)).text) as { problems: readonly ConfigProblem[] };
  return { code, problems, text };
}

const provider = "providers: [{ name: p, type: duckdns, token: s3cret-of-the-site }]\n";
const cloudflare = (fields: string): string => `providers:\n  - { name: p, type: cloudflare, ${fields} }`;
const custom = (fields: string): string => `providers:\n  - { name: p, type: custom, ${fields} }`;
const records = (fields: string): string => `${provider}records:\n  - { ${fields} }`;
const server = (fields: string): string => `server:\n  ${fields}`;

const mistakes: readonly (readonly [why: string, lines: string, line: number, path: string, what: RegExp])[] =
  [
    ["a field that is misspelt", "evry: 5m", 2, "ddns.evry", /evry|unknown/i],
    ["a number for a time span", "every: 300", 2, "ddns.every", /number/],
    ["a time span without unit", 'every: "five"', 2, "ddns.every", /no time span/],
    ["a period that is too short", "every: 1s", 2, "ddns.every", /out of range/],
    [
      "a method that there is not",
      "address: { ipv4: [web] }",
      2,
      "ddns.address.ipv4[0]",
      /write one of https, dns/,
    ],
    [
      "a service that there is not",
      "address:\n  ipv4: [{ method: https, services: [ipfy] }]",
      3,
      "ddns.address.ipv4[0].services[0]",
      /ipfy/,
    ],
    [
      "an interface method without the interface",
      "address: { ipv4: [{ method: interface }] }",
      2,
      "ddns.address.ipv4[0].interface",
      /missing|required|expected/i,
    ],
    ["a method for IPv4 at IPv6", "address: { ipv6: [upnp, https] }", 2, "ddns.address.ipv6[0]", /IPv4/],
    [
      "more voices than there are",
      "address: { ipv4: [{ method: command, command: [a] }, route], agree: 4 }",
      2,
      "ddns.address.ipv4",
      /must agree/,
    ],
    [
      "a command in one string",
      "address: { ipv4: [{ method: command, command: curl x }] }",
      2,
      "ddns.address.ipv4[0].command",
      /list|array/i,
    ],
    [
      "a network that is none",
      'address: { alsoPublic: ["10.0.0.0"] }',
      2,
      "ddns.address.alsoPublic[0]",
      /network, such as 10\.0\.0\.0\/8/,
    ],
    [
      "a provider that there is not",
      "providers: [{ name: p, type: cloudflair, token: x }]",
      2,
      "ddns.providers[0].type",
      /write cloudflare$/,
    ],
    [
      "a provider without its secret",
      "providers: [{ name: p, type: cloudflare }]",
      2,
      "ddns.providers[0]",
      /token/,
    ],
    [
      "a secret and a file with it",
      cloudflare("token: x, tokenFile: token"),
      3,
      "ddns.providers[0]",
      /token/,
    ],
    [
      "a file that is not there",
      cloudflare("tokenFile: nowhere"),
      3,
      "ddns.providers[0].tokenFile",
      /nowhere/,
    ],
    ["a file with nothing in it", cloudflare("tokenFile: empty"), 3, "ddns.providers[0].tokenFile", /empty/],
    ["a field of another provider", cloudflare("token: x, user: me"), 3, "ddns.providers[0].user", /user/],
    [
      "a provider without a name",
      "providers: [{ type: duckdns, token: s3cret-of-the-site }]",
      2,
      "ddns.providers[0].name",
      /./,
    ],
    [
      "a name with a blank",
      "providers: [{ name: my dns, type: duckdns, token: x }]",
      2,
      "ddns.providers[0].name",
      /no name/,
    ],
    [
      "two of one name",
      `${provider.trimEnd().slice(0, -1)}, { name: p, type: duckdns, token: y }]`,
      2,
      "ddns.providers[1].name",
      /twice/,
    ],
    [
      "the name of the own zones",
      "providers: [{ name: zones, type: duckdns, token: x }]",
      2,
      "ddns.providers[0].name",
      /own zones/,
    ],
    [
      "a URL without https",
      custom("url: 'example.net/?ip={ip}', ok: good"),
      3,
      "ddns.providers[0].url",
      /URL/i,
    ],
    [
      "a placeholder that there is not",
      custom("url: 'https://x.example/?ip={ipaddr}', ok: good"),
      3,
      "ddns.providers[0].url",
      /ipaddr/,
    ],
    [
      "a pattern that is none",
      custom("url: 'https://x.example/?ip={ip}', ok: '('"),
      3,
      "ddns.providers[0].ok",
      /expression|group/i,
    ],
    [
      "a pattern of failure alone",
      custom("url: 'https://x.example/?ip={ip}', fatal: no"),
      3,
      "ddns.providers[0].ok",
      /success/,
    ],
    [
      "a password that is used nowhere",
      custom("url: 'https://x.example/?ip={ip}', password: x, ok: good"),
      3,
      "ddns.providers[0].password",
      /nowhere/,
    ],
    ["a record without a name", records("provider: p"), 4, "ddns.records[0]", /name/],
    [
      "a record with a URL for a name",
      records("name: 'https://home.example.net', provider: p"),
      4,
      "ddns.records[0].name",
      /no name of a record/,
    ],
    [
      "a record of a provider that is not there",
      records("name: home.example.net, provider: q"),
      4,
      "ddns.records[0].provider",
      /"q"/,
    ],
    ["a record without a provider", records("name: home.example.net"), 4, "ddns.records[0].provider", /./],
    [
      "a type that does not follow the address",
      records("name: home.example.net, provider: p, types: [CNAME]"),
      4,
      "ddns.records[0].types[0]",
      /A|CNAME/,
    ],
    [
      "one type, not a list",
      records("name: home.example.net, provider: p, types: A"),
      4,
      "ddns.records[0].types",
      /list|array/i,
    ],
    [
      "the same record twice",
      `${records("name: home.example.net, provider: p")}\n  - { name: HOME.example.net, provider: p }`,
      5,
      "ddns.records[1]",
      /twice/,
    ],
    [
      "an interface identifier with an A record",
      records("name: a.example.net, provider: p, types: [A], interfaceId: '::1'"),
      4,
      "ddns.records[0]",
      /interfaceId/,
    ],
    [
      "an interface identifier that is an address",
      records("name: a.example.net, provider: p, interfaceId: '2001:db8::1'"),
      4,
      "ddns.records[0].interfaceId",
      /identifier/,
    ],
    [
      "a TTL of nothing",
      records("name: a.example.net, provider: p, ttl: 0s"),
      4,
      "ddns.records[0].ttl",
      /out of range/,
    ],
    [
      "a server without TLS for everybody",
      server('listen: ["any:8245"]'),
      3,
      "ddns.server.listen[0]",
      /without TLS/,
    ],
    [
      "a server on a port that is none",
      server('listen: ["127.0.0.1:99999"]'),
      3,
      "ddns.server.listen[0]",
      /99999|port/,
    ],
    [
      "a certificate that is not there",
      server("tls: { certificateFile: a.crt, keyFile: a.key }"),
      3,
      "ddns.server.tls.certificateFile",
      /a\.crt/,
    ],
    [
      "a proxy by its name",
      server("trustedProxies: [proxy.lan]"),
      3,
      "ddns.server.trustedProxies[0]",
      /proxy\.lan/,
    ],
    ["a notice to nobody", "notices: [{ events: [address-changed] }]", 2, "ddns.notices[0]", /url/],
    [
      "a notice of an event that there is not",
      "notices: [{ url: 'https://x.example', events: [changed] }]",
      2,
      "ddns.notices[0].events[0]",
      /"changed"/,
    ],
    [
      "a mail to no address",
      "notices: [{ mail: { server: mail.example, from: me, to: [a@b.example] } }]",
      2,
      "ddns.notices[0].mail.from",
      /./,
    ],
  ];

for (const [why, lines, line, path, what] of mistakes)
  test(`a mistake: ${why}`, async () => {
    const { code, problems, text } = await problemsOf(lines);
    assert.equal(code, ExitCode.problems, text);
    const found = problems.find((one) => one.path === path);
    assert.ok(found !== undefined, `${path} is not among ${JSON.stringify(problems)}`);
    assert.deepEqual([found.severity, found.line], ["error", line], JSON.stringify(found));
    assert.ok(found.file?.endsWith("site.yaml"));
    assert.match(`${found.what}; ${found.remedy ?? ""}`, what);
    // What is needed is what to write.
    assert.ok(found.what.startsWith("needs ") || (found.remedy ?? "").length >= 8, JSON.stringify(found));
    assert.match(text, new RegExp(`site\\.yaml:${line}:\\d+: .+`));
    assert.doesNotMatch(text, /s3cret|undefined|\[object/);
    assert.ok(problems.length <= 3, JSON.stringify(problems));
  });
