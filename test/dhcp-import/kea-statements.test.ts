/** A table of cases: members of Kea's Dhcp4, one by one: what each becomes, or why it does not. */
import { test } from "node:test";
import { check, type StatementCase } from "./import-of.ts";

const pools = '"pools": [ { "pool": "10.0.0.10 - 10.0.0.20" } ]';
const subnet4 = `"subnet4": [ { "subnet": "10.0.0.0/24", ${pools} } ]`;
const subnet = { subnet: "10.0.0.0/24", pools: ["10.0.0.10-10.0.0.20"] };

function config(...members: readonly string[]): string {
  return `{ "Dhcp4": { ${members.join(",\n")} } }`;
}

function classes(...list: readonly string[]): string {
  return `"client-classes": [ ${list.join(",\n")} ]`;
}

const cases: readonly StatementCase[] = [
  {
    why: "what Kea does untold",
    text: config(subnet4),
    want: {
      authoritative: false,
      subnets: [subnet],
      names: undefined,
      leaseTime: "2h",
      minLeaseTime: "2h",
      maxLeaseTime: "2h",
    },
    says: [/as authoritative is missing/, /names of clients are published, as dhcp-ddns is missing/],
  },
  {
    why: "settings of all networks",
    text: config(
      '"authoritative": true, "valid-lifetime": 600, "min-valid-lifetime": 300, "max-valid-lifetime": 900',
      '"decline-probation-period": 60, "match-client-id": false, "echo-client-id": true',
      subnet4,
    ),
    want: {
      authoritative: true,
      leaseTime: "10m",
      minLeaseTime: "5m",
      maxLeaseTime: "15m",
      declineTime: "1m",
      identifyBy: "mac",
    },
    says: [/echo-client-id: Homeport answers as RFC 2131 has it/],
  },
  {
    why: "clients get the lifetime of their network, whatever they ask for, or at least no longer one",
    text: config(
      '"valid-lifetime": 3600',
      `"subnet4": [ { "subnet": "10.0.0.0/24", "valid-lifetime": 600, ${pools} } ]`,
    ),
    want: {
      leaseTime: "1h",
      minLeaseTime: "10m",
      maxLeaseTime: "10m",
      subnets: [{ ...subnet, leaseTime: "10m" }],
    },
  },
  {
    why: "names that are not published",
    text: config('"dhcp-ddns": { "enable-updates": false }', subnet4),
    want: { names: { publish: false } },
  },
  {
    why: "names that are published, and those made for the nameless",
    text: config(
      '"dhcp-ddns": { "enable-updates": true }, "ddns-replace-client-name": "when-not-present", "ddns-ttl": 60',
      '"ddns-conflict-resolution-mode": "no-check-without-dhcid"',
      subnet4,
    ),
    want: { names: { guard: "none", generate: "myhost-{address}", ttl: "1m" } },
  },
  {
    why: "a prefix alone makes no names",
    text: config('"ddns-generated-prefix": "pc"', subnet4),
    want: { names: undefined },
    says: [/ddns-generated-prefix: clients that tell no name get none/],
  },
  {
    why: "options of every kind, by name, by code and in hexadecimal",
    text: config(
      `"option-data": [
        { "name": "interface-mtu", "data": "1400" }, { "code": 42, "data": "10.0.0.1, 10.0.0.2" },
        { "name": "ip-forwarding", "data": "true" }, { "name": "static-routes", "data": "10.2.0.0,10.0.0.3" },
        { "name": "domain-search", "data": "a.example, b.example" }, { "name": "time-offset", "data": "-3600" },
        { "code": 200, "data": "0102ff", "csv-format": false }, { "code": 201, "data": "'text'", "csv-format": false },
        { "name": "classless-static-route", "data": "10.2.0.0/24 - 10.0.0.3" },
        { "name": "log-servers", "data": "10.0.0.9", "always-send": true } ]`,
      subnet4,
    ),
    want: {
      options: [
        { name: "interface-mtu", value: 1400 },
        { name: "ntp-servers", value: ["10.0.0.1", "10.0.0.2"] },
        { name: "ip-forwarding", value: true },
        { name: "static-routes", value: ["10.2.0.0 10.0.0.3"] },
        { name: "domain-search", value: ["a.example", "b.example"] },
        { name: "time-offset", value: -3600 },
        { code: 200, type: "octets", value: "01:02:ff" },
        { code: 201, type: "octets", value: "74:65:78:74" },
        { name: "classless-static-route", value: [{ destination: "10.2.0.0/24", router: "10.0.0.3" }] },
        { name: "log-servers", value: ["10.0.0.9"], force: true },
      ],
    },
  },
  {
    why: "definitions of every kind",
    text: config(
      `"option-def": [ { "name": "a", "code": 224, "type": "uint16", "array": true },
        { "name": "b", "code": 225, "type": "record", "record-types": "ipv4-address, boolean, tuple" },
        { "name": "c", "code": 226, "type": "binary" }, { "name": "d", "code": 227, "type": "fqdn" },
        { "name": "e", "code": 0, "type": "uint8" }, { "name": "f", "code": 229, "type": "wibble" } ]`,
      `"option-data": [ { "name": "a", "data": "1, 500" }, { "name": "b", "data": "10.0.0.1, true, xy" },
        { "name": "c", "data": "0x01ff" }, { "name": "d", "data": "a.example" } ]`,
      subnet4,
    ),
    want: {
      options: [
        { code: 224, type: "uint16s", value: [1, 500] },
        { code: 225, type: "octets", value: "0a:00:00:01:01:02:78:79" },
        { code: 226, type: "octets", value: "01:ff" },
        { code: 227, type: "name", value: "a.example" },
      ],
    },
    says: [/option-def e: it has no name, or no code/, /option-def f: its type wibble is not known/],
  },
  {
    why: "options that do not come over",
    text: config(
      `"option-data": [ { "name": "x", "data": "1" }, { "name": "routers", "data": "router.example" },
        { "code": 200, "data": "xyz", "csv-format": false }, { "name": "log-servers", "never-send": true },
        { "code": 1, "space": "vendor-4491", "data": "01" } ]`,
      subnet4,
    ),
    want: { options: undefined },
    says: [
      /option-data x: there is no option of that name/,
      /option-data routers: .*router\.example/,
      /option-data 200: its data is not hexadecimal/,
      /option-data log-servers: site\.yaml has no option that is never sent/,
      /option-data 1: options of the space vendor-4491 are not known/,
    ],
  },
  {
    why: "tests of classes",
    text: config(
      classes(
        '{ "name": "a", "test": "option[93].hex == 0x0007" }',
        `{ "name": "b", "test": "substring(option[60].hex,0,3) == 'PXE'" }`,
        `{ "name": "c", "test": "member('a') and member('b')" }`,
        '{ "name": "d", "test": "option[77].exists or substring(pkt4.mac,0,3) == 0x001122" }',
        `{ "name": "e", "test": "hexstring(pkt4.mac, ':') == '00:11:22:33:44:55'" }`,
        `{ "name": "f", "test": "pkt.iface == 'eth0'" }`,
        `{ "name": "g", "test": "relay4[1].hex == 'p7'" }`,
        `{ "name": "h", "test": "option[vendor-class-identifier].text == 'x'" }`,
      ),
      subnet4,
    ),
    want: {
      classes: [
        { name: "a", match: [{ arch: [7] }] },
        { name: "b", match: [{ option: "vendor-class-identifier", prefix: "PXE" }] },
        { name: "c", match: [{ arch: [7] }, { option: "vendor-class-identifier", prefix: "PXE" }] },
        { name: "d", match: [{ option: "user-class" }] },
        { name: "d-2", match: [{ mac: "00:11:22" }] },
        { name: "e", match: [{ mac: "00:11:22:33:44:55" }] },
        { name: "f", match: [{ interface: "eth0" }] },
        { name: "g", match: [{ option: "dhcp-agent-options", contains: "0x01027037" }] },
        { name: "h", match: [{ option: "vendor-class-identifier", equals: "x" }] },
      ],
    },
  },
  {
    why: "classes that do not come over",
    text: config(
      classes(
        `{ "name": "a", "test": "not option[77].exists" }`,
        `{ "name": "b", "test": "member('nobody')" }`,
        `{ "name": "c", "test": "substring(option[60].hex,3,1) == 'x'" }`,
        '{ "name": "d", "test": "option[77].exists", "only-if-required": true }',
        '{ "name": "e", "template-test": "option[77].hex" }',
        '{ "name": "f" }',
        `{ "name": "g", "test": "member('ALL')" }`,
      ),
      subnet4,
    ),
    want: { classes: undefined },
    says: [
      /client-class a test .*: classes match what clients have/,
      /client-class b test .*: there is no class "nobody" here/,
      /client-class c test .*: it looks into the middle of an option/,
      /client-class d: classes of site\.yaml count wherever/,
      /client-class e: site\.yaml makes no classes/,
      /client-class f: it has no test, and no host names it/,
      /client-class g test .*: it holds for every client/,
    ],
  },
  {
    why: "an option of a class that each subnet has is no clients'; one that some have is told",
    text: config(
      classes(`{ "name": "a", "test": "option[77].exists", "option-data": [ { "name": "routers", "data": "10.0.0.9" },
        { "name": "log-servers", "data": "10.0.0.8" } ] }`),
      `"subnet4": [ { "subnet": "10.0.0.0/24", "option-data": [ { "name": "routers", "data": "10.0.0.1" },
        { "name": "log-servers", "data": "10.0.0.2" } ] },
        { "subnet": "10.1.0.0/24", "option-data": [ { "name": "routers", "data": "10.1.0.1" } ] } ]`,
    ),
    want: {
      classes: [
        {
          name: "a",
          match: [{ option: "user-class" }],
          options: [{ name: "log-servers", value: ["10.0.0.8"] }],
        },
      ],
    },
    says: [
      /client-class a option-data routers: each subnet has it, which counts more/,
      /clients of a get its log-servers also in subnets that have one; with Kea not/,
    ],
  },
  {
    why: "networks of classes: their pools are",
    text: config(
      classes('{ "name": "a", "test": "option[77].exists" }'),
      `"subnet4": [ { "subnet": "10.0.0.0/24", "client-class": "a", ${pools} },
        { "subnet": "10.1.0.0/24", "client-class": "b", "pools": [ { "pool": "10.1.0.1-10.1.0.9" } ] } ]`,
    ),
    want: {
      subnets: [
        { subnet: "10.0.0.0/24", pools: [{ range: "10.0.0.10-10.0.0.20", classes: ["a"] }] },
        { subnet: "10.1.0.0/24" },
      ],
    },
    says: [/there is no class "b" that came over/, /it is for a class that did not come over/],
  },
  {
    why: "boot files of all, of a subnet and of a reservation",
    text: config(
      '"next-server": "10.0.0.5", "boot-file-name": "a"',
      `"subnet4": [ { "subnet": "10.0.0.0/24", "boot-file-name": "b", "server-hostname": "s",
        "reservations": [ { "hw-address": "0:1:2:3:4:5", "boot-file-name": "c", "next-server": "10.0.0.6" } ] } ]`,
    ),
    want: {
      boot: { file: "a", nextServer: "10.0.0.5" },
      subnets: [{ subnet: "10.0.0.0/24", boot: { file: "b", nextServer: "10.0.0.5", serverName: "s" } }],
      hosts: [{ macs: ["0:1:2:3:4:5"], boot: { file: "c", nextServer: "10.0.0.6", serverName: "s" } }],
    },
  },
  {
    why: "reservations of all networks, and those that cannot be told apart",
    text: config(
      `"reservations": [ { "hw-address": "00:00:00:00:00:01", "hostname": "A.example" },
        { "hw-address": "00:00:00:00:00:01", "hostname": "b" }, { "client-id": "xyz", "hostname": "c" },
        { "hw-address": "06:01", "hostname": "d" } ]`,
      subnet4,
    ),
    want: { hosts: [{ name: "a", macs: ["00:00:00:00:00:01"] }] },
    says: [
      /reservation b: 00:00:00:00:00:01 is that of a already/,
      /client-id: it is neither hexadecimal nor 'text'/,
      /hw-address: site\.yaml knows Ethernet addresses/,
    ],
  },
  {
    why: "what dumps of a running Kea have in each subnet",
    text: config(
      `"subnet4": [ { "subnet": "10.0.0.0/24", ${pools}, "match-client-id": false, "authoritative": true,
        "next-server": "0.0.0.0", "boot-file-name": "", "interface": "", "client-class": "", "4o6-subnet": "",
        "require-client-classes": [], "relay": { "ip-addresses": [] }, "option-data": [], "reservations": [],
        "store-extended-info": false, "t1-percent": 0.5, "reservations-global": false } ]`,
    ),
    want: { subnets: [{ subnet: "10.0.0.0/24", pools: ["10.0.0.10-10.0.0.20"], identifyBy: "mac" }] },
    says: [/, 0 statements left out\.\n$/],
  },
  {
    why: "an interface of a subnet, and the one that is left",
    text: config(
      '"interfaces-config": { "interfaces": [ "eth0/10.9.0.1", "eth1" ] }',
      `"subnet4": [ { "subnet": "10.0.0.0/24", "interface": "eth0" }, { "subnet": "10.1.0.0/24" } ]`,
    ),
    want: {
      subnets: [
        { subnet: "10.0.0.0/24", interface: "eth0" },
        { subnet: "10.1.0.0/24", interface: "eth1" },
      ],
    },
  },
  {
    why: "zones of DhcpDdns in the same file",
    text: `{ "Dhcp4": { ${subnet4} }, "DhcpDdns": {
      "tsig-keys": [ { "name": "k", "algorithm": "HMAC-SHA256", "secret": "aGk=" } ],
      "forward-ddns": { "ddns-domains": [
        { "name": "x.example.", "key-name": "k", "dns-servers": [ { "ip-address": "192.0.2.1" } ] },
        { "name": "y.example.", "key-name": "no", "dns-servers": [ { "ip-address": "192.0.2.1" } ] } ] },
      "reverse-ddns": { "ddns-domains": [
        { "name": "0.0.10.in-addr.arpa.", "dns-servers": [ { "ip-address": "192.0.2.2", "port": 5353 } ] } ] } },
      "Control-agent": {} }`,
    want: {
      names: {
        remote: [
          { zone: "x.example", server: "192.0.2.1", key: { name: "k", secretFile: "keys/k.key" } },
          { zone: "0.0.10.in-addr.arpa", server: "192.0.2.2 port 5353" },
        ],
      },
    },
    says: [/ddns-domain y\.example: there is no key no/, /Control-agent: another of Kea's programs/],
  },
  {
    why: "what is of Kea alone, and what is not known",
    text: config(
      '"hooks-libraries": [ { "library": "x.so" } ], "loggers": [], "multi-threading": {}, "wibble": 3',
      subnet4,
    ),
    says: [/hooks-libraries: Homeport has no hook libraries/, /wibble: it is not known here/],
  },
];

for (const one of cases) test(`Kea: ${one.why}`, () => check("kea", "kea-dhcp4.conf", one));
