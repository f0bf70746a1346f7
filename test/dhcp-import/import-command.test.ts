/** `homeport import dhcpd`, `dnsmasq` and `kea`: where they look, what they print, how they end. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExitCode } from "#contracts/command.ts";
import { dhcpImportCommands } from "../../src/capabilities/dhcp/import/commands.ts";
import { configFolder, type SourceName } from "./import-of.ts";

async function command(
  word: string,
  config: string,
  options: Record<string, string | boolean>,
  json = false,
) {
  const printed: string[] = [];
  const errors: string[] = [];
  const found = dhcpImportCommands.find(({ words }) => words[1] === word)!;
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

const dhcpd = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; }\n";
const dnsmasq = "dhcp-range=10.0.0.10,10.0.0.20,255.255.255.0\n";
const kea =
  '{ "Dhcp4": { "subnet4": [ { "subnet": "10.0.0.0/24", "pools": [ { "pool": "10.0.0.10-10.0.0.20" } ] } ] } }';

const layouts: readonly (readonly [
  why: string,
  word: SourceName,
  files: Record<string, string>,
  from: string,
])[] = [
  ["dhcpd.conf in a folder", "dhcpd", { "dhcpd.conf": dhcpd }, "."],
  ["dhcpd.conf itself, of another name", "dhcpd", { "my.conf": dhcpd }, "my.conf"],
  ["a file system of Debian", "dhcpd", { "etc/dhcp/dhcpd.conf": dhcpd }, "."],
  [
    "what dhcpd.conf includes by its usual name",
    "dhcpd",
    { "dhcpd.conf": 'include "/etc/dhcp/a/b.conf";', "a/b.conf": dhcpd },
    ".",
  ],
  ["dnsmasq.conf in a folder", "dnsmasq", { "dnsmasq.conf": dnsmasq }, "."],
  [
    "what dnsmasq.conf includes, by ending",
    "dnsmasq",
    {
      "dnsmasq.conf": "conf-dir=/etc/d,.bak\nconf-file=/etc/x\n",
      "d/a.conf": dnsmasq,
      "d/b.bak": "?",
      x: "no-ping",
    },
    ".",
  ],
  ["kea-dhcp4.conf in a folder", "kea", { "kea-dhcp4.conf": kea }, "."],
  [
    "what kea-dhcp4.conf includes",
    "kea",
    {
      "kea-dhcp4.conf": '{ "Dhcp4": { "subnet4": <?include "/etc/kea/subnets.json"?> } }',
      "subnets.json": '[ { "subnet": "10.0.0.0/24", "pools": [ { "pool": "10.0.0.10-10.0.0.20" } ] } ]',
    },
    ".",
  ],
];
for (const [why, word, files, from] of layouts) {
  test(`finds ${why}`, async () => {
    using folder = configFolder(files);
    const { code, printed, errors } = await command(word, join(folder.from, from), { out: folder.out });
    assert.deepEqual([code, errors], [ExitCode.ok, ""]);
    assert.match(
      printed,
      /1 subnet and 0 hosts imported, 0 statements left out\.\n\nNext: homeport check --site /,
    );
    assert.match(readFileSync(join(folder.out, "site.yaml"), "utf8"), /"10\.0\.0\.10-10\.0\.0\.20"/);
  });
}

test("what is left out is told by the exit code, and by the report beside site.yaml", async () => {
  using folder = configFolder({ "dhcpd.conf": `${dhcpd}wibble;` });
  const { code, printed } = await command("dhcpd", folder.from, { out: folder.out });
  assert.equal(code, ExitCode.problems);
  assert(printed.startsWith(readFileSync(join(folder.out, "dhcp-import-report.txt"), "utf8")));
});

test("--json prints one document, without a secret", async () => {
  const key = 'key k { algorithm hmac-md5; secret "aHVzaA=="; } zone x { primary 127.0.0.1; key k; }';
  using folder = configFolder({ "dhcpd.conf": `${dhcpd}${key}` });
  const { printed, errors } = await command("dhcpd", folder.from, { out: folder.out }, true);
  const { done, complete, report } = JSON.parse(printed);
  assert.deepEqual([done, complete, errors], [true, true, ""]);
  assert.deepEqual(report.written, ["keys/k.key", "dhcp-import-report.txt", "site.yaml"]);
  assert(!printed.includes("aHVzaA"));
  assert.match(readFileSync(join(folder.out, "keys/k.key"), "utf8"), /secret "aHVzaA=="/);
});

const failures: readonly (readonly [
  why: string,
  word: SourceName,
  files: Record<string, string | Buffer>,
  said: RegExp,
])[] = [
  [
    "there is no config",
    "dhcpd",
    {},
    /^there is no dhcpd\.conf in .*; give dhcpd\.conf, or the folder it is in/,
  ],
  ["the config is empty", "dhcpd", { "dhcpd.conf": "# nothing\n" }, /^dhcpd\.conf has no statement/],
  [
    "dhcpd.conf is cut off",
    "dhcpd",
    { "dhcpd.conf": "subnet {" },
    /^dhcpd\.conf:1:8: .*has no end; close it/,
  ],
  [
    "a secret is not closed",
    "dhcpd",
    { "dhcpd.conf": 'key k { secret "xyzzy' },
    /^dhcpd\.conf:1:16: the string/,
  ],
  [
    "dhcpd.conf includes itself",
    "dhcpd",
    { "dhcpd.conf": 'include "a";', a: '\ninclude "dhcpd.conf";' },
    /^a:2:1: dhcpd\.conf includes itself; remove this include/,
  ],
  [
    "dnsmasq.conf is none",
    "dnsmasq",
    { "dnsmasq.conf": "what?\n" },
    /^dnsmasq\.conf:1:1: this line is no setting/,
  ],
  [
    "Kea's JSON is cut off",
    "kea",
    { "kea-dhcp4.conf": '{ "Dhcp4": {' },
    /^kea-dhcp4\.conf:1:12: this bracket/,
  ],
  [
    "there is no Dhcp4",
    "kea",
    { "kea-dhcp4.conf": '{ "Dhcp6": {} }' },
    /^kea-dhcp4\.conf: there is no Dhcp4 in it/,
  ],
  [
    "Kea's config includes itself",
    "kea",
    { "kea-dhcp4.conf": '{ "Dhcp4": <?include "kea-dhcp4.conf"?> }' },
    /^kea-dhcp4\.conf:1:12: the file includes itself; remove this include/,
  ],
  [
    "Kea's config includes what is not there",
    "kea",
    { "kea-dhcp4.conf": '{ "Dhcp4": <?include "x.json"?> }' },
    /^kea-dhcp4\.conf:1:12: there is no file x\.json/,
  ],
  [
    "a config is binary",
    "dhcpd",
    { "dhcpd.conf": Buffer.from([0, 1, 2, 255, 123, 0, 34]) },
    /^dhcpd\.conf:1:7: the string that starts here has no end/,
  ],
];
for (const [why, word, files, said] of failures) {
  test(`writes nothing when ${why}`, async () => {
    using folder = configFolder(files);
    const { code, errors } = await command(word, folder.from, { out: folder.out });
    assert.equal(code, ExitCode.failed);
    assert.match(errors, said);
    assert.match(errors, /\nNothing was written\.$/);
    assert(!errors.includes("xyzzy"));
    assert.deepEqual(readdirSync(folder.out), []);
  });
}

test("includes that lead out of the folder, in circles or nowhere are left out of dnsmasq.conf", async () => {
  const text = `conf-file=/etc/passwd\nconf-file=../../x\nconf-file=dnsmasq.conf\nconf-dir=/no/such\n${dnsmasq}`;
  using folder = configFolder({ "dnsmasq.conf": text });
  const { code, printed } = await command("dnsmasq", folder.from, { out: folder.out });
  assert.equal(code, ExitCode.problems);
  assert.match(printed, /4 statements left out/);
  assert.match(printed, /conf-file=dnsmasq\.conf: it is being read already: it includes itself/);
  assert(!printed.includes("root:"));
});

test("a chain of includes that goes on is cut off", async () => {
  const files: Record<string, string> = { "dhcpd.conf": 'include "0.conf";' };
  for (let i = 0; i < 60; i++) files[`${i}.conf`] = `include "${i + 1}.conf";`;
  using folder = configFolder({ ...files, "60.conf": dhcpd });
  const { code, printed } = await command("dhcpd", folder.from, { out: folder.out });
  assert.equal(code, ExitCode.problems);
  assert.match(printed, /include "\d+\.conf": more than 20 deep/);
});

test("10,000 hosts come over in time", async () => {
  const host = (_: unknown, i: number) => {
    const [high, low] = [i >> 8, i & 255];
    const mac = `52:54:0:0:${high.toString(16)}:${low.toString(16)}`;
    return `host h${i} { hardware ethernet ${mac}; fixed-address 10.1.${high}.${low}; }\n`;
  };
  const hosts = Array.from({ length: 10_000 }, host).join("");
  using folder = configFolder({ "dhcpd.conf": `subnet 10.1.0.0 netmask 255.255.0.0 { }\n${hosts}` });
  const { code, printed } = await command("dhcpd", folder.from, { out: folder.out });
  assert.equal(code, ExitCode.ok, printed.slice(-500));
  assert.match(printed, /1 subnet and 10000 hosts imported/);
});
