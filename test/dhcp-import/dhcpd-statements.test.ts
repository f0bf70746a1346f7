/** A table of cases: statements of a dhcpd.conf, one by one: what each becomes, or why it does not. */
import { test } from "node:test";
import { check, type StatementCase } from "./import-of.ts";

const subnet = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.10 10.0.0.20; }\n";
const pool = { subnet: "10.0.0.0/24", pools: ["10.0.0.10-10.0.0.20"] };

const cases: readonly StatementCase[] = [
  { why: "a config that is not authoritative is polite", text: subnet, want: { authoritative: false } },
  { why: "authoritative", text: `authoritative;${subnet}`, want: { authoritative: true } },
  { why: "not authoritative", text: `not authoritative;${subnet}`, want: { authoritative: false } },
  {
    why: "lease times",
    text: `default-lease-time 600; max-lease-time 7200; min-lease-time 300;${subnet}`,
    want: { leaseTime: "10m", maxLeaseTime: "2h", minLeaseTime: "5m" },
  },
  {
    why: "endless leases have an end",
    text: `default-lease-time -1; max-lease-time infinite;${subnet}`,
    want: { leaseTime: "365d", maxLeaseTime: "365d" },
    says: [/default-lease-time: .*no endless leases/],
  },
  {
    why: "a longest time below the shortest of Homeport's defaults brings that down too",
    text: `max-lease-time 60;${subnet}`,
    want: { maxLeaseTime: "1m", minLeaseTime: "1m" },
  },
  {
    why: "no lease is longer than the longest, which is a day untold",
    text: `default-lease-time 604800; subnet 10.0.0.0 netmask 255.255.255.0 { max-lease-time 172800; default-lease-time 604800; }
      class "a" { match if exists user-class; default-lease-time 604800; }
      host b { hardware ethernet 0:0:0:0:0:1; default-lease-time 3600; }`,
    want: {
      leaseTime: "1d",
      subnets: [{ subnet: "10.0.0.0/24", leaseTime: "2d" }],
      classes: [{ name: "a", match: [{ option: "user-class" }], leaseTime: "1d" }],
      hosts: [{ name: "b", macs: ["00:00:00:00:00:01"], leaseTime: "1h" }],
    },
    says: [/default-lease-time: leaseTime: 1d; the longest lease is no longer/],
  },
  {
    why: "lease times of a subnet; bounds are for all",
    text: "subnet 10.0.0.0 netmask 255.255.255.0 { default-lease-time 60; max-lease-time 60; }",
    want: { subnets: [{ subnet: "10.0.0.0/24", leaseTime: "1m" }], maxLeaseTime: undefined },
    says: [/Not carried over\n.*max-lease-time: site\.yaml has it for all networks alone/],
  },
  {
    why: "routers of all subnets are each subnet's gateway, where it can reach it",
    text: `option routers 10.0.0.1;${subnet}subnet 10.1.0.0 netmask 255.255.0.0 { }`,
    want: {
      options: undefined,
      subnets: [
        { ...pool, gateway: "10.0.0.1" },
        { subnet: "10.1.0.0/16", options: [{ name: "routers", value: ["10.0.0.1"] }] },
      ],
    },
  },
  {
    why: "several routers are an option",
    text: "subnet 10.0.0.0 netmask 255.255.255.0 { option routers 10.0.0.1, 10.0.0.2; }",
    want: {
      subnets: [{ subnet: "10.0.0.0/24", options: [{ name: "routers", value: ["10.0.0.1", "10.0.0.2"] }] }],
    },
  },
  {
    why: "options of every kind",
    text: `option time-offset -3600; option interface-mtu 1400; option ip-forwarding off;
      option domain-search "a.example", "b.example"; option static-routes 10.2.0.0 10.0.0.3;
      option wpad-url code 252 = text; option wpad-url "http://wpad/wpad.dat";
      option netbios-node-type 8; option log-servers 10.0.0.5, 10.0.0.6;
      option vendor-encapsulated-options 01:04:0a:00:00:01; option nds-servers 10.0.0.9;${subnet}`,
    want: {
      options: [
        { name: "time-offset", value: -3600 },
        { name: "interface-mtu", value: 1400 },
        { name: "ip-forwarding", value: false },
        { name: "domain-search", value: ["a.example", "b.example"] },
        { name: "static-routes", value: ["10.2.0.0 10.0.0.3"] },
        { name: "wpad-url", value: "http://wpad/wpad.dat" },
        { name: "netbios-node-type", value: 8 },
        { name: "log-servers", value: ["10.0.0.5", "10.0.0.6"] },
        { name: "vendor-encapsulated-options", value: [{ code: 1, value: "0a:00:00:01" }] },
        { name: "nds-servers", value: ["10.0.0.9"] },
      ],
    },
  },
  {
    why: "definitions of every kind",
    text: `option a code 224 = array of unsigned integer 16; option b code 225 = { ip-address, boolean };
      option c code 226 = string; option d code 227 = signed integer 32; option e code 228 = ip-address;
      option a 1, 500; option b 10.0.0.1 true; option c 01:02:ff; option d -1; option e 10.0.0.2;${subnet}`,
    want: {
      options: [
        { code: 224, type: "uint16s", value: [1, 500] },
        { code: 225, type: "octets", value: "0a:00:00:01:01" },
        { code: 226, type: "octets", value: "01:02:ff" },
        { code: 227, type: "uint32", value: 4294967295 },
        { code: 228, type: "address", value: "10.0.0.2" },
      ],
    },
  },
  {
    why: "an option with a name for an address is left out",
    text: `option ntp-servers time.example;${subnet}`,
    want: { options: undefined },
    says: [/option ntp-servers: time\.example is a name; write the address that it has/],
  },
  {
    why: "an option that is not known is left out",
    text: `option no-such-thing 1;${subnet}`,
    says: [/option no-such-thing: there is no option of that name/],
  },
  {
    why: "an option that the server sets itself is left out",
    text: `option dhcp-renewal-time 100;${subnet}`,
    says: [/Left out.*\n.*option dhcp-renewal-time: /],
  },
  {
    why: "a missing semicolon is met at the value",
    text: `option routers 10.0.0.1\noption ntp-servers 10.0.0.1;${subnet}`,
    says: [/option routers: something follows its value: is a ; missing\?/],
  },
  {
    why: "a value that is computed is left out",
    text: `option host-name = concat ("h", "x");${subnet}`,
    says: [/option host-name: its value is computed for each client/],
  },
  {
    why: "options of PXELINUX by site-option-space",
    text: `option space pxelinux; option pxelinux.magic code 208 = string;
      option pxelinux.configfile code 209 = text; site-option-space "pxelinux";
      option pxelinux.magic f1:00:74:7e; option pxelinux.configfile "conf";${subnet}`,
    want: {
      options: [
        { name: "pxelinux-magic", value: "f1:00:74:7e" },
        { name: "loader-configfile", value: "conf" },
      ],
    },
  },
  {
    why: "options of a space that nothing sends are left out",
    text: `option space X; option X.a code 1 = text; option X.a "b";${subnet}`,
    says: [/option x\.a: no vendor-option-space x goes with it/],
  },
  {
    why: "a pool without the address of the network and its broadcast",
    text: "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.0 10.0.0.255; }",
    want: { subnets: [{ subnet: "10.0.0.0/24", pools: ["10.0.0.1-10.0.0.254"] }] },
    says: [/range: dhcp\.subnets pools, 10\.0\.0\.1-10\.0\.0\.254/],
  },
  {
    why: "a range of one address, and of BOOTP clients",
    text: "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.9; range dynamic-bootp 10.0.0.20 10.0.0.10; }",
    want: { subnets: [{ subnet: "10.0.0.0/24", pools: ["10.0.0.9", "10.0.0.10-10.0.0.20"] }] },
  },
  {
    why: "a range outside of its subnet is left out",
    text: "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.1.1 10.0.1.9; }",
    want: { subnets: [{ subnet: "10.0.0.0/24" }] },
    says: [/range: no subnet has it/],
  },
  {
    why: "subnets that overlap are left out, with what is in them",
    text: `${subnet}subnet 10.0.0.0 netmask 255.255.0.0 { option ntp-servers 10.0.0.1; range 10.0.9.1 10.0.9.9; }`,
    want: { subnets: [pool] },
    says: [/subnet 10\.0\.0\.0\/16: 10\.0\.0\.0\/16 overlaps/, /range: what it stands in is left out/],
  },
  {
    why: "pools for known clients alone are left out rather than opened to all",
    text: `deny unknown-clients;${subnet}`,
    want: { subnets: [{ subnet: "10.0.0.0/24" }] },
    says: [/deny unknown-clients: .*its ranges are left out/, /range: only hosts of the config got/],
  },
  {
    why: "boot file, server and server name of all, of a subnet and of a group",
    text: `next-server 10.0.0.5; filename "a"; server-name "boot";
      subnet 10.0.0.0 netmask 255.255.255.0 { filename "b"; }
      group { filename "c"; next-server 10.0.0.6; host x { hardware ethernet 0:1:2:3:4:5; } }`,
    want: {
      boot: { file: "a", nextServer: "10.0.0.5", serverName: "boot" },
      subnets: [{ subnet: "10.0.0.0/24", boot: { file: "b", nextServer: "10.0.0.5", serverName: "boot" } }],
      hosts: [
        {
          name: "x",
          macs: ["00:01:02:03:04:05"],
          boot: { file: "c", nextServer: "10.0.0.6", serverName: "boot" },
        },
      ],
    },
  },
  {
    why: "a server without a file is left out",
    text: `next-server 10.0.0.5;${subnet}`,
    want: { boot: undefined },
    says: [/next-server: no filename goes with it/],
  },
  {
    why: "conditions of all become classes, and `else` what counts for all others",
    text: `if option client-system = 00:07 { filename "efi"; } else { filename "bios"; }${subnet}`,
    want: {
      boot: { file: "bios" },
      classes: [{ name: "arch-7", match: [{ arch: [7] }], boot: { file: "efi" } }],
    },
  },
  {
    why: "conditions in one another",
    text: `if exists user-class { if option user-class = "iPXE" { filename "a"; } else { filename "b"; } }${subnet}`,
    want: {
      classes: [
        {
          name: "iPXE",
          match: [{ option: "user-class" }, { option: "user-class", equals: "iPXE" }],
          boot: { file: "a" },
        },
        { name: "line-1", match: [{ option: "user-class" }], boot: { file: "b" } },
      ],
    },
  },
  {
    why: "a condition in one of several subnets is left out with all in it",
    text: `${subnet}subnet 10.1.0.0 netmask 255.255.255.0 { if exists user-class { filename "a"; } }`,
    want: { classes: undefined },
    says: [/if exists user-class: classes count in all networks/, /if filename "a": its condition did not/],
  },
  {
    why: "a condition with `not` is left out",
    text: `if not exists user-class { filename "a"; } else { filename "b"; }${subnet}`,
    says: [
      /classes match what clients have, not what they lack/,
      /else: a condition before it did not come over/,
    ],
  },
  {
    why: "classes of hardware addresses and of the relay's option",
    text: `class "a" { match if substring (hardware, 1, 3) = 00:11:22; }
      class "b" { match if binary-to-ascii (16, 8, ":", substring (hardware, 1, 2)) = "0:1a"; }
      class "c" { match if option agent.circuit-id = "p7"; }
      class "d" { match if substring (option vendor-class-identifier, 15, 5) = "00007"; }
      class "e" { match if suffix (option user-class, 2) = "XE"; }${subnet}`,
    want: {
      classes: [
        { name: "a", match: [{ mac: "00:11:22" }] },
        { name: "b", match: [{ mac: "00:1a" }] },
        { name: "c", match: [{ option: "dhcp-agent-options", contains: "0x01027037" }] },
        { name: "d", match: [{ arch: [7] }] },
      ],
    },
    says: [/class "e": no condition that came over/, /classes have no form for suffix/],
  },
  {
    why: "classes of clients by their identifier, or hardware address where they send none",
    text: `class "s_lan" { match pick-first-value (option dhcp-client-identifier, hardware); }
      subclass "s_lan" 1:00:11:22:33:44:55;${subnet}`,
    want: {
      classes: [
        { name: "s-lan", match: [{ option: "dhcp-client-identifier", equals: "0x01001122334455" }] },
        { name: "s-lan-2", match: [{ mac: "00:11:22:33:44:55" }] },
      ],
    },
  },
  {
    why: "several domains in the option of one",
    text: `option domain-name "a.example b.example";${subnet}`,
    want: { subnets: [{ ...pool, options: [{ name: "domain-name", value: "a.example b.example" }] }] },
  },
  {
    why: "classes that are ignored, bounded or made while it runs",
    text: `class "a" { match if exists user-class; deny booting; lease limit 4; }
      class "b" { spawn with option user-class; }${subnet}`,
    want: { classes: [{ name: "a", match: [{ option: "user-class" }], ignore: true }] },
    says: [/lease limit 4: site\.yaml bounds no leases/, /spawn with .*makes no classes while it runs/],
  },
  {
    why: "hosts with several addresses, names for addresses, and none at all",
    text: `host a { hardware ethernet 0:0:0:0:0:1; fixed-address 10.0.0.1, 10.1.0.1; }
      host b { hardware ethernet 0:0:0:0:0:2; fixed-address b.example; }
      host c { fixed-address 10.0.0.3; }
      host d.lab { uid 01:02; option host-name "Dora"; }${subnet}`,
    want: {
      hosts: [
        { name: "a", macs: ["00:00:00:00:00:01"], address: "10.0.0.1" },
        { name: "b", macs: ["00:00:00:00:00:02"] },
        { name: "dora", clientIds: ["0x0102"] },
      ],
    },
    says: [/10\.1\.0\.1 did not come over/, /b\.example is a name/, /host c: it has nothing/],
  },
  {
    why: "a host with the hardware address of another is left out",
    text: `host a { hardware ethernet 0:0:0:0:0:1; } host b { hardware ethernet 00:00:00:00:00:01; }${subnet}`,
    want: { hosts: [{ name: "a", macs: ["00:00:00:00:00:01"] }] },
    says: [/host b: 00:00:00:00:00:01 is that of a already/],
  },
  {
    why: "names that are not published",
    text: `ddns-update-style none;${subnet}`,
    want: { names: { publish: false } },
  },
  {
    why: "names that are published with the newer guard, and made for the nameless",
    text: `ddns-update-style standard; ddns-ttl 60; update-static-leases off;
      ddns-hostname = pick (option fqdn.hostname, option host-name,
        concat ("dhcp-", binary-to-ascii (10, 8, "-", leased-address)));${subnet}`,
    want: { names: { guard: "dhcid", ttl: "1m", reserved: false, generate: "dhcp-{address}" } },
  },
  {
    why: "a zone without its key is left out, a key that nobody uses is not written",
    text: `key a { algorithm hmac-sha256; secret "aGk="; }
      zone x.example { primary 192.0.2.1; key b; } zone y.example { primary ns.example; }${subnet}`,
    want: { names: undefined },
    says: [/zone "x\.example": there is no key b/, /ns\.example is a name/, /key "a": no zone uses it/],
  },
  {
    why: "what is of dhcpd alone is told why",
    text: `omapi-port 7911; ping-check false; abandon-lease-time 3600; ignore-client-uids true;
      lease-file-name "x"; boot-unknown-clients on; ddns-guard-id-must-match off;${subnet}`,
    want: { probe: "off", declineTime: "1h", identifyBy: "mac" },
    says: [/omapi-port: Homeport is steered by/, /lease-file-name: Homeport keeps leases/],
  },
  {
    why: "what nobody takes up is told",
    text: `group { option ntp-servers 10.0.0.1; }${subnet}`,
    says: [/Not carried over\n.*group option ntp-servers: nothing in the config takes it up/],
  },
  {
    why: "what is not known is left out",
    text: `frobnicate 3; wibble { x; }${subnet}`,
    says: [/frobnicate: it is not known here/, /wibble: it is not known here/],
  },
];

for (const one of cases) test(`dhcpd.conf: ${one.why}`, () => check("dhcpd", "dhcpd.conf", one));
