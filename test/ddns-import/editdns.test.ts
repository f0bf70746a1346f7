/** The folder of editdns.sh: the foundry's as it was published, and others. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readScript } from "../../src/capabilities/ddns/import/editdns/script.ts";
import { type ConfigFolder, configFolder, run } from "./import-of.ts";

const foundry = join(import.meta.dirname, "../../examples/foundry/editdns");

function foundryFolder(): ConfigFolder {
  return configFolder(
    Object.fromEntries(readdirSync(foundry).map((name) => [name, readFileSync(join(foundry, name))])),
  );
}

function site(folder: ConfigFolder, text: string): void {
  mkdirSync(folder.out, { recursive: true });
  writeFileSync(join(folder.out, "site.yaml"), text);
}

const zone = `site: foundry
dns:
  zones:
    - name: mydomain.com
      file: zones/mydomain.com.db
    - name: desktop.mydomain.com
      primaries: ["192.0.2.1"]
`;

test("the foundry's folder as it was published", async () => {
  using folder = foundryFolder();
  const { result, ddns, report, read, mode } = await run("editdns", folder);
  assert(result.done);
  assert.deepEqual(ddns, {
    every: "5m",
    address: { ipv6: [] },
    providers: [{ name: "editdns", type: "editdns", passwordFile: "keys/ddns-editdns.password" }],
    records: [{ names: ["aaron.mydomain.com", "desktop.mydomain.com"], provider: "editdns" }],
  });
  assert.equal(read("keys/ddns-editdns.password"), "XXXXXXXX\n");
  assert.equal(mode("keys/ddns-editdns.password"), 0o600);
  assert.deepEqual(JSON.parse(read("address-history.json")), {
    from: "editdns",
    addresses: [
      { family: "ipv4", address: "203.0.113.7" },
      { family: "ipv4", address: "203.0.113.90" },
    ],
  });
  assert.match(report, /warning: EditDNS has ended: .*--provider zones/);
  assert.match(report, /editdns\.sh:2: warning: the password looks as if it stood for another one/);
  assert.equal(result.complete, false);
  assert.doesNotMatch(report, /XXXX/);
});

test("names in a primary zone of this server are written there, and no password is needed", async () => {
  using folder = foundryFolder();
  site(folder, zone);
  const { result, ddns, report, read } = await run("editdns", folder);
  assert(result.done);
  assert.deepEqual(ddns.records, [
    { names: ["aaron.mydomain.com", "desktop.mydomain.com"], provider: "zones" },
  ]);
  assert.equal(ddns.providers, undefined);
  assert.match(report, /aaron\.mydomain\.com: in the zone mydomain\.com of this server/);
  assert(result.complete);
  assert(read("site.yaml").startsWith(zone), "what else the site file says stays as it is");
});

test("--provider names zones, EditDNS, or an entry that is there", async () => {
  const entry = "site: x\nddns:\n  providers:\n    - { name: mine, type: duckdns, token: abc }\n";
  const cases: readonly (readonly [provider: string, before: string, want: string | RegExp])[] = [
    ["zones", "site: x\n", "zones"],
    ["editdns", zone, "editdns"],
    ["mine", entry, "mine"],
    ["nosuch", entry, /no provider "nosuch".*write --provider zones/],
  ];
  for (const [provider, before, want] of cases) {
    using folder = foundryFolder();
    site(folder, before);
    const { result, ddns, report } = await run("editdns", folder, { provider, force: true });
    if (typeof want === "string") assert.equal(ddns.records?.[0]?.["provider"], want, report);
    else {
      assert(!result.done);
      assert.match(report, want);
    }
  }
});

test("a server of one's own with EditDNS's API is asked where it is", async () => {
  using folder = configFolder({
    records: "a.example.net\n",
    "editdns.sh":
      'EDITDNSPASS="pw"\nlynx -source "https://up.example.org/api/dynLinux.php?p=$EDITDNSPASS&r=$FQDN"\n',
  });
  const { result, ddns } = await run("editdns", folder);
  assert(result.done && result.complete);
  assert.equal(ddns.providers?.[0]?.["server"], "https://up.example.org/api/dynLinux.php");
});

test("damaged files are told by line, with what to do", async () => {
  using folder = configFolder({
    records: "# mine\na.example.net\n\nnot a name\nA.example.net.\n",
    previous_ips: "\n203.0.113.7\nIP Change!\n<html>\n",
    "editdns.sh": "EDITDNSPASS=pw # mine\n",
  });
  const { result, ddns, report } = await run("editdns", folder);
  assert(result.done && !result.complete);
  assert.deepEqual(ddns.records, [{ name: "a.example.net", provider: "editdns" }]);
  assert.match(report, /records:4: not a name: it is no domain name; write one name a line/);
  assert.match(report, /records:5: a\.example\.net: it is there twice; remove one/);
  assert.match(report, /previous_ips:3: IP Change!: it is no address/);
  assert.match(report, /previous_ips:2: 1 address: the history/);
});

test("without a password nothing is left to import, and nothing is written", async () => {
  using folder = configFolder({ records: "a.example.net\n" });
  const { result, report } = await run("editdns", folder);
  assert(!result.done);
  assert.match(report, /records:1: a\.example\.net: there is no EDITDNSPASS.*--provider/);
  assert.deepEqual(readdirSync(folder.out), []);
});

const passwords: readonly (readonly [why: string, line: string, want: string])[] = [
  ["round quotes", "EDITDNSPASS=\u201Da b\u201D", "a b"],
  ["straight quotes", 'EDITDNSPASS="a#b"', "a#b"],
  ["single quotes, with others in them", "export EDITDNSPASS='a\"b'", 'a"b'],
  ["no quotes, and a comment", "EDITDNSPASS=ab # mine", "ab"],
  ["quotes that do not close", "EDITDNSPASS=\u201Cab", "ab"],
];

for (const [why, line, want] of passwords)
  test(`the password of editdns.sh: ${why}`, () => {
    assert.equal(readScript(`#!/bin/bash\n${line}\r\n`).password?.value, want);
  });
