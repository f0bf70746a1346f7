/** The imports of other programs' configs: where they look, what they print, how they end. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExitCode } from "#contracts/command.ts";
import { importCommands } from "../../src/capabilities/ddns/import/commands.ts";
import { type ConfigFolder, configFolder, run, type SourceName } from "./import-of.ts";

async function command(
  word: SourceName,
  config: string,
  options: Record<string, string | boolean>,
  json = false,
) {
  const printed: string[] = [];
  const errors: string[] = [];
  const found = importCommands.find(({ words }) => words[1] === word)!;
  const code = await found.run({
    arguments: { config },
    options,
    json,
    terminal: {
      columns: 80,
      interactive: false,
      print: (text) => printed.push(text),
      printError: (text) => errors.push(text),
    },
    api: { request: () => assert.fail("an import of a config asks no running program") },
  });
  return { code, printed: printed.join("\n"), errors: errors.join("\n") };
}

const ddclient = "use=web\nprotocol=duckdns, password=t0ken, mine\n";
const inadyn = "provider no-ip.com { username = a password = s3cret hostname = a.example.net }\n";
const updater = '{ "settings": [ { "provider": "duckdns", "host": "mine", "token": "t0ken" } ] }';

const layouts: readonly (readonly [
  why: string,
  word: SourceName,
  files: Record<string, string>,
  from: string,
  options?: Record<string, string>,
])[] = [
  ["ddclient.conf in a folder", "ddclient", { "ddclient.conf": ddclient }, "."],
  ["ddclient.conf itself, of another name", "ddclient", { "my.conf": ddclient }, "my.conf"],
  ["a file system of Debian", "ddclient", { "etc/ddclient.conf": ddclient }, "."],
  ["a container's folder", "ddclient", { "ddclient/ddclient.conf": ddclient }, "."],
  ["inadyn.conf in a folder", "inadyn", { "inadyn.conf": inadyn }, "."],
  [
    "what inadyn.conf includes, also within a section",
    "inadyn",
    {
      "etc/inadyn.conf": 'include("/etc/inadyn.d/a.conf")',
      "etc/inadyn.d/a.conf":
        'provider no-ip.com { username = a include("/etc/pw") hostname = a.example.net }',
      "etc/pw": "password = s3cret",
    },
    ".",
  ],
  [
    "files of a folder that --root gives a name",
    "inadyn",
    { "inadyn.conf": 'include("/opt/x/a.conf")', "a.conf": inadyn },
    ".",
    { root: "/opt/x" },
  ],
  ["config.json in a folder", "ddns-updater", { "config.json": updater }, "."],
  ["config.json in the folder of the container", "ddns-updater", { "data/config.json": updater }, "."],
];

for (const [why, word, files, from, more = {}] of layouts)
  test(`it finds ${why}`, async () => {
    using folder = configFolder(files);
    const { code, printed } = await command(word, join(folder.from, from), { out: folder.out, ...more });
    assert.equal(code, ExitCode.ok, printed);
    assert.match(printed, /Next: homeport check --site /);
    assert.match(readFileSync(join(folder.out, "site.yaml"), "utf8"), /^ddns:$/m);
  });

const refused: readonly (readonly [
  why: string,
  word: SourceName,
  files: Record<string, string>,
  says: RegExp,
])[] = [
  [
    "a quote that is not closed",
    "ddclient",
    { "ddclient.conf": `${ddclient}web-skip="x\n` },
    /ddclient\.conf:3:\d+: the quote .* has no end; close it/,
  ],
  [
    "a section that is not closed",
    "inadyn",
    { "inadyn.conf": "provider x {\n" },
    /inadyn\.conf:1:1: provider x has no end; close it with }/,
  ],
  [
    "version 1 of inadyn",
    "inadyn",
    { "inadyn.conf": "username test\n" },
    /inadyn\.conf:1:1: "username" is written as inadyn before version 2/,
  ],
  ["JSON that is cut off", "ddns-updater", { "config.json": '{ "settings": [\n {' }, /config\.json:2:\d+: /],
  [
    "JSON without settings",
    "ddns-updater",
    { "config.json": "{}" },
    /config\.json: there is no list of settings in it; give/,
  ],
  [
    "a config without statements",
    "ddclient",
    { "ddclient.conf": "# empty\n" },
    /ddclient\.conf has no statement/,
  ],
  [
    "no record that could come over",
    "inadyn",
    { "inadyn.conf": "provider nosuch { hostname = a.example.net }" },
    /no record is left/,
  ],
  ["a folder without the config", "inadyn", {}, /there is no inadyn\.conf in /],
  [
    "a key file that is not there",
    "ddclient",
    {
      "ddclient.conf":
        "use=web\nprotocol=nsupdate, server=192.0.2.1, zone=example.net, password=/etc/ddclient/k.key a.example.net\n",
    },
    /its key file: there is no file k\.key/,
  ],
];

for (const [why, word, files, says] of refused)
  test(`nothing is written for ${why}`, async () => {
    using folder = configFolder(files);
    const { code, errors } = await command(word, folder.from, { out: folder.out });
    assert.equal(code, ExitCode.failed);
    assert.match(errors, says);
    assert.match(errors, /Nothing was written\.$/);
    assert.deepEqual(readdirSync(folder.out), []);
  });

test("secrets are in their files alone, not in the report, site.yaml or what is printed", async () => {
  using folder = configFolder({ "inadyn.conf": inadyn });
  const { printed } = await command("inadyn", folder.from, { out: folder.out }, true);
  const report = JSON.parse(printed) as { report: { written: readonly string[] } };
  const isSecret = (path: string): boolean => readFileSync(join(folder.out, path), "utf8").includes("s3cret");
  assert.deepEqual(report.report.written.filter(isSecret), ["keys/ddns-noip.password"]);
  assert.doesNotMatch(printed, /s3cret/);
});

function withSite(folder: ConfigFolder, text: string): void {
  writeFileSync(join(folder.out, "site.yaml"), text);
}

test("a site file that is there keeps all else that it has", async () => {
  using folder = configFolder({ "ddclient.conf": ddclient });
  withSite(folder, "site: home # mine\ndns:\n  listen: [ '127.0.0.1:5300' ]\n");
  const { read, result } = await run("ddclient", folder);
  assert(result.done);
  assert.equal(result.report.site, "home");
  assert.match(
    read("site.yaml"),
    /^site: home .*\ndns:\n {2}listen: \[ '127\.0\.0\.1:5300' \]\n\n# Made by: homeport import ddclient\./,
  );
});

test("a ddns section that is there stays, unless --force says otherwise", async () => {
  using folder = configFolder({ "ddclient.conf": ddclient });
  withSite(folder, "site: home\nddns:\n  every: 1h\n# behind\n");
  const refusal = await command("ddclient", folder.from, { out: folder.out });
  assert.equal(refusal.code, ExitCode.failed);
  assert.match(refusal.errors, /has a ddns section already; choose another --out, or write --force/);
  const { code } = await command("ddclient", folder.from, { out: folder.out, force: true });
  assert.equal(code, ExitCode.ok);
  assert.match(readFileSync(join(folder.out, "site.yaml"), "utf8"), /mine\.duckdns\.org[\s\S]*# behind\n$/);
});

test("a password of another import stays, unless --force says otherwise", async () => {
  using folder = configFolder({ "ddclient.conf": ddclient });
  await command("ddclient", folder.from, { out: folder.out });
  writeFileSync(join(folder.out, "keys/ddns-duckdns.token"), "other\n");
  writeFileSync(join(folder.out, "site.yaml"), "site: home\n");
  const { code, errors } = await command("ddclient", folder.from, { out: folder.out });
  assert.equal(code, ExitCode.failed);
  assert.match(errors, /keys\/ddns-duckdns\.token is there already; choose another --out, or write --force/);
});
