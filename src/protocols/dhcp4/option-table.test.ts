import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { OptionCode } from "./codes.ts";
import { ianaOptions, optionByCode, optionByName, optionName, options } from "./option-table.ts";
import { optionTypes } from "./option-value.ts";

/**
 * The registry as IANA has it; several rows of a code are several uses of it, the first is the registered
 * one.
 */
const registry = readFileSync(join(import.meta.dirname, "iana-options.csv"), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [, code, name, reference] = /^(\d+),(.*),([^,]*)$/.exec(line)!;
    return { code: Number(code), title: name!, reference: reference! };
  });

test("the table and the registry agree in codes, names and references", () => {
  const first = registry.filter(
    (row, index) => registry.findIndex(({ code }) => code === row.code) === index,
  );
  assert.ok(first.length > 140, `only ${first.length} options were read`);
  assert.deepEqual(
    ianaOptions.map(({ code, title, reference }) => ({ code, title, reference })),
    first,
  );
});

test("no two options share a code, a name or an alias", () => {
  const names = options.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase());
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
  assert.equal(new Set(options.map(({ code }) => code)).size, options.length);
});

test("every option is found by its code and by each of its names, in any case", () => {
  for (const entry of options) {
    assert.equal(optionByCode(entry.code), entry);
    for (const name of [entry.name, ...entry.aliases]) {
      assert.equal(optionByName(name), entry);
      assert.equal(optionByName(name.toUpperCase()), entry);
    }
  }
});

test("names are of letters, digits and hyphens, and types are known", () => {
  for (const { name, type } of options) {
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(optionTypes.includes(type), type);
  }
});

test("what is not in the registry has no entry, and a name by its number", () => {
  assert.equal(optionByCode(84), undefined);
  assert.equal(optionByName("toString"), undefined);
  assert.deepEqual([1, 84, 252].map(optionName), ["subnet-mask", "option-84", "wpad-url"]);
});

test("the codes that the server goes by are options of the table", () => {
  for (const [name, code] of Object.entries(OptionCode)) assert.ok(optionByCode(code) !== undefined, name);
});

/** Names that configurations of other servers have, of each kind some. */
const foreignNames: readonly (readonly [server: string, names: Readonly<Record<string, number>>])[] = [
  [
    "dnsmasq",
    {
      netmask: 1,
      "time-offset": 2,
      router: 3,
      "dns-server": 6,
      "log-server": 7,
      "lpr-server": 9,
      "boot-file-size": 13,
      "domain-name": 15,
      "swap-server": 16,
      "root-path": 17,
      "extension-path": 18,
      "ip-forward-enable": 19,
      "non-local-source-routing": 20,
      "policy-filter": 21,
      "max-datagram-reassembly": 22,
      "default-ttl": 23,
      mtu: 26,
      "all-subnets-local": 27,
      "router-discovery": 31,
      "router-solicitation": 32,
      "static-route": 33,
      "trailer-encapsulation": 34,
      "arp-timeout": 35,
      "ethernet-encap": 36,
      "tcp-ttl": 37,
      "tcp-keepalive": 38,
      "nis-domain": 40,
      "nis-server": 41,
      "ntp-server": 42,
      "netbios-ns": 44,
      "netbios-dd": 45,
      "netbios-nodetype": 46,
      "netbios-scope": 47,
      "x-windows-fs": 48,
      "x-windows-dm": 49,
      T1: 58,
      T2: 59,
      "vendor-class": 60,
      "nis+-domain": 64,
      "nis+-server": 65,
      "tftp-server": 66,
      "bootfile-name": 67,
      "mobile-ip-home": 68,
      "smtp-server": 69,
      "pop3-server": 70,
      "nntp-server": 71,
      "irc-server": 74,
      "user-class": 77,
      "rapid-commit": 80,
      "client-arch": 93,
      "client-interface-id": 94,
      "client-machine-id": 97,
      "posix-timezone": 100,
      "tzdb-timezone": 101,
      "ipv6-only": 108,
      "domain-search": 119,
      "sip-server": 120,
      "classless-static-route": 121,
      "vendor-id-encap": 125,
      "tftp-server-address": 150,
    },
  ],
  [
    "Kea",
    {
      "boot-file-name": 67,
      "nwip-domain-name": 62,
      "nisplus-domain-name": 64,
      "streettalk-directory-assistance-server": 76,
      "slp-directory-agent": 78,
      "dhcp-agent-options": 82,
      "uap-servers": 98,
      "v6-only-preferred": 108,
      "v4-captive-portal": 114,
      "vivco-suboptions": 124,
      "vivso-suboptions": 125,
      "v4-lost": 137,
      "sip-ua-cs-domains": 141,
      "rdnss-selection": 146,
      "v4-portparams": 159,
      "option-6rd": 212,
      "v4-access-domain": 213,
    },
  ],
  [
    "dhcpd",
    {
      "ien116-name-servers": 5,
      "ieee802-3-encapsulation": 36,
      "vendor-encapsulated-options": 43,
      "netbios-dd-server": 45,
      "pxe-system-type": 93,
      "pxe-client-id": 97,
      "loader-configfile": 209,
      "default-url": 114,
    },
  ],
];
for (const [server, names] of foreignNames) {
  test(`options are known by the names that ${server} has for them`, () => {
    const found = Object.keys(names).map((name) => [name, optionByName(name)?.code]);
    assert.deepEqual(Object.fromEntries(found), names);
  });
}
