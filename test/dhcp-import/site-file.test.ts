/** What an import of a DHCP config writes: the site file and what lies beside it, all of it or nothing. */
import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { configFolder, run } from "./import-of.ts";

const config = `option domain-name "lan.example";
authoritative;
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; }
`;
const files = { "dhcpd.conf": config };

test("a new site is named for its folder", async () => {
  using folder = configFolder(files);
  const { result } = await run("dhcpd", folder);
  assert(result.done);
  assert.equal(result.report.site, "site"); // the folder is called so
  assert.match(
    readFileSync(join(folder.out, "site.yaml"), "utf8"),
    /^site: site\ndomain: lan\.example\n\n# Made/,
  );
});

test("a new site has the name that it is given", async () => {
  using folder = configFolder(files);
  const { site, dhcp } = await run("dhcpd", folder, { siteName: "lab" });
  assert.deepEqual([site["site"], site["domain"]], ["lab", "lan.example"]);
  assert.equal(dhcp["names"], undefined);
});

test("a name that a site cannot have is refused", async () => {
  using folder = configFolder(files);
  const { result, report } = await run("dhcpd", folder, { siteName: "my site: x" });
  assert(!result.done);
  assert.equal(report, '"my site: x" is no name of a site');
});

for (const [source, file, text] of [
  ["dhcpd", "dhcpd.conf", 'option domain-name "no_domain: x"; subnet 10.0.0.0 netmask 255.255.255.0 { }'],
  ["dnsmasq", "dnsmasq.conf", "domain=no_domain: x\ndhcp-range=10.0.0.1,10.0.0.9,255.255.255.0\n"],
  ["dnsmasq", "dnsmasq.conf", "dhcp-option=15,no_domain: x\ndhcp-range=10.0.0.1,10.0.0.9,255.255.255.0\n"],
  [
    "kea",
    "kea-dhcp4.conf",
    '{ "Dhcp4": { "ddns-qualifying-suffix": "no_domain: x", "subnet4": [ { "subnet": "10.0.0.0/24" } ] } }',
  ],
] as const) {
  test(`a domain that is none is no domain of the site: ${text.slice(0, 40)}`, async () => {
    using folder = configFolder({ [file]: text });
    const { site, result } = await run(source, folder);
    assert(result.done);
    assert.equal(site["domain"], undefined);
  });
}

const head = `# our site
site: foundry # since 2019
domain:   lan.example

dns:
  # zones
  listen: [ "127.0.0.1:5300" ]
`;
const existing: readonly (readonly [why: string, text: string])[] = [
  ["with another section", head],
  ["that does not end with a newline", head.trimEnd()],
  ["that ends with a comment", `${head}\n# the end\n`],
];
for (const [why, text] of existing) {
  test(`a site ${why} gets the section and keeps the rest, to the character`, async () => {
    using folder = configFolder(files);
    writeFileSync(join(folder.out, "site.yaml"), text);
    chmodSync(join(folder.out, "site.yaml"), 0o600);
    const { result, read, dhcp } = await run("dhcpd", folder, { siteName: "other" });
    assert(result.done);
    assert.equal(result.report.site, "foundry");
    assert(read("site.yaml").startsWith(`${text.trimEnd()}\n\n# Made by: homeport import dhcpd.`));
    assert.deepEqual(dhcp["names"], undefined);
    assert.equal(statSync(join(folder.out, "site.yaml")).mode & 0o777, 0o600);
  });
}

test("a site of another domain says where the names go", async () => {
  using folder = configFolder(files);
  writeFileSync(join(folder.out, "site.yaml"), "site: foundry\ndomain: corp.example\n");
  const { dhcp } = await run("dhcpd", folder);
  assert.deepEqual(dhcp["names"], { domain: "lan.example" });
});

test("a site whose text cannot be added to is written anew with all that it says", async () => {
  for (const text of [
    "{ site: foundry, web: { listen: [ ] } } # all\n",
    "site: foundry\nweb: { listen: [ ] }\n...\n",
  ]) {
    using folder = configFolder(files);
    writeFileSync(join(folder.out, "site.yaml"), text);
    const { site } = await run("dhcpd", folder);
    assert.deepEqual([site["site"], site["web"]], ["foundry", { listen: [] }]);
    assert.notEqual(site["dhcp"], undefined);
  }
});

const withSection = `${head}
# ours
dhcp:
  subnets: [] # none yet

# what follows
web:
  listen: [ "127.0.0.1:8053" ]
`;

test("a section that is there is not replaced unasked", async () => {
  using folder = configFolder(files);
  writeFileSync(join(folder.out, "site.yaml"), withSection);
  const { result } = await run("dhcpd", folder);
  assert(!result.done);
  assert.match(result.problems[0]!.what, /has a dhcp section already/);
  assert.match(result.problems[0]!.remedy!, /--force/);
  assert.deepEqual(readdirSync(folder.out), ["site.yaml"]);
  assert.equal(readFileSync(join(folder.out, "site.yaml"), "utf8"), withSection);
});

test("--force replaces the section alone", async () => {
  using folder = configFolder(files);
  writeFileSync(join(folder.out, "site.yaml"), withSection);
  const { read, dhcp } = await run("dhcpd", folder, { force: true });
  const text = read("site.yaml");
  assert(text.startsWith(`${head}\n# ours\n# Made by: homeport import dhcpd.`), text);
  assert(text.includes(`\n\n# what follows\nweb:\n  listen: [ "127.0.0.1:8053" ]\n`), text);
  assert.equal((dhcp["subnets"] as unknown[]).length, 1);
  const again = await run("dhcpd", folder, { force: true });
  assert.equal(again.read("site.yaml"), text);
});

const refused: readonly (readonly [why: string, prepare: (out: string) => void, said: RegExp])[] = [
  ["site.yaml is no YAML", (out) => writeFileSync(join(out, "site.yaml"), "a: [b\n"), /is no YAML/],
  ["site.yaml has no sections", (out) => writeFileSync(join(out, "site.yaml"), "text\n"), /has no sections/],
  [
    "site.yaml is a link",
    (out) => {
      writeFileSync(join(out, "real.yaml"), "site: x\n");
      symlinkSync("real.yaml", join(out, "site.yaml"));
    },
    /no regular file/,
  ],
  [
    "there is another key",
    (out) => {
      mkdirSync(join(out, "keys"));
      writeFileSync(join(out, "keys/k.key"), "another");
    },
    /keys\/k\.key is there already; choose another --out, or write --force/,
  ],
  ["the folder is a file", (out) => writeFileSync(join(out, "keys"), ""), /is no folder/],
];
for (const [why, prepare, said] of refused) {
  test(`nothing is written when ${why}`, async () => {
    const zone = "zone lan.example { primary 127.0.0.1; key k; }";
    const key = 'key k { algorithm hmac-md5; secret "aGk="; }';
    using folder = configFolder({ "dhcpd.conf": `${config}${key}${zone}` });
    prepare(folder.out);
    const list = () => new Set(readdirSync(folder.out, { recursive: true, encoding: "utf8" }));
    const before = list();
    const { result } = await run("dhcpd", folder);
    assert(!result.done);
    assert.match(result.problems[0]!.what, said);
    assert.deepEqual(list(), before);
  });
}

test("where the machine has an address in a network, the network is at that interface", async () => {
  using folder = configFolder(files);
  const machine = [{ name: "eth3", address: 0x0a000001, prefixLength: 24 }];
  const { dhcp, report } = await run("dhcpd", folder, { machine });
  assert.equal((dhcp["subnets"] as { interface?: string }[])[0]?.interface, "eth3");
  assert.match(report, /10\.0\.0\.0\/24 is at eth3, where this machine has an address in it/);
});

test("--interface says where networks are", async () => {
  const two = `${config}subnet 10.1.0.0 netmask 255.255.255.0 { }`;
  for (const [interfaces, text, want] of [
    ["eth7", config, ["eth7"]],
    ["10.1.0.0/24=eth8,10.0.0.0/24=eth7", two, ["eth7", "eth8"]],
    ["10.1.0.0/24=eth8", two, [undefined, "eth8"]],
    ["10.1.0.0/24=eth8,eth9", two, ["eth9", "eth8"]],
  ] as const) {
    using folder = configFolder({ "dhcpd.conf": text });
    const { dhcp } = await run("dhcpd", folder, { interfaces });
    assert.deepEqual(
      (dhcp["subnets"] as { interface?: string }[]).map((subnet) => subnet.interface),
      want,
    );
  }
});
