/** A table of cases: lines of a dnsmasq.conf, one by one: what each becomes, or why it does not. */
import { test } from "node:test";
import { check, type StatementCase } from "./import-of.ts";

const range = "dhcp-range=10.0.0.10,10.0.0.20,255.255.255.0\n";
const subnet = { subnet: "10.0.0.0/24", gateway: "self", pools: ["10.0.0.10-10.0.0.20"] };

const cases: readonly StatementCase[] = [
  {
    why: "what dnsmasq does untold",
    text: range,
    want: {
      authoritative: false,
      leaseTime: "1h",
      maxLeaseTime: "1h",
      dnsServers: ["self"],
      subnets: [subnet],
    },
    says: [/this server is the gateway, as dnsmasq says untold/, /this server as their name server/],
  },
  {
    why: "one that is no name server tells clients of none",
    text: `port=0\n${range}`,
    want: { dnsServers: undefined },
  },
  {
    why: "an option without a value is not sent",
    text: `dhcp-option=3\ndhcp-option=option:dns-server\n${range}`,
    want: { dnsServers: undefined, subnets: [{ subnet: "10.0.0.0/24", pools: ["10.0.0.10-10.0.0.20"] }] },
    says: [/dhcp-option=3: no gateway/],
  },
  {
    why: "switches",
    text: `dhcp-authoritative\ndhcp-rapid-commit\nno-ping\ndhcp-ignore-clid\ndhcp-ttl=60\n${range}`,
    want: { authoritative: true, rapidCommit: true, probe: "off", identifyBy: "mac", names: { ttl: "1m" } },
  },
  {
    why: "a range without a netmask is of 24 bits, and that is said",
    text: "dhcp-range=10.0.0.10,10.0.0.20,12h",
    want: { subnets: [{ ...subnet, leaseTime: "12h" }] },
    says: [/10\.0\.0\.0\/24 is a network of 24 bits: its range has no netmask/],
  },
  {
    why: "several ranges of one network, and an endless lease",
    text: "dhcp-range=10.0.0.10,10.0.0.20,255.255.255.0,infinite\ndhcp-range=10.0.0.30,10.0.0.40,255.255.255.0,1h",
    want: {
      subnets: [
        {
          subnet: "10.0.0.0/24",
          gateway: "self",
          leaseTime: "365d",
          pools: ["10.0.0.10-10.0.0.20", "10.0.0.30-10.0.0.40"],
        },
      ],
    },
    says: [/the lease time is that of the first range/, /no endless leases/],
  },
  {
    why: "a static range, one for PXE alone, one of IPv6, and one that is none",
    text: "dhcp-range=10.0.0.0,static,255.255.255.0\ndhcp-range=10.1.0.0,proxy\ndhcp-range=fd00::1,fd00::9\ndhcp-range=x",
    want: { subnets: [{ subnet: "10.0.0.0/24", gateway: "self" }] },
    says: [
      /10\.0\.0\.0,static,255\.255\.255\.0: dhcp\.subnets, for its hosts alone/,
      /10\.1\.0\.0,proxy: Homeport offers no boot files beside/,
      /fd00::1,fd00::9: of IPv6/,
      /dhcp-range=x: it begins with no address/,
    ],
  },
  {
    why: "routers and name servers of a network by its tag, and 0.0.0.0 for this server",
    text: `dhcp-range=set:a,10.0.0.10,10.0.0.20,255.255.255.0\ndhcp-option=tag:a,3,0.0.0.0\ndhcp-option=tag:a,6,10.0.0.2,0.0.0.0`,
    want: { subnets: [{ ...subnet, dnsServers: ["10.0.0.2", "self"] }] },
  },
  {
    why: "a router that is no neighbour is an option",
    text: `dhcp-option=3,10.9.9.9\n${range}`,
    want: {
      subnets: [
        {
          subnet: "10.0.0.0/24",
          pools: ["10.0.0.10-10.0.0.20"],
          options: [{ name: "routers", value: ["10.9.9.9"] }],
        },
      ],
    },
  },
  {
    why: "options of every kind",
    text: `dhcp-option=option:mtu,1400\ndhcp-option=15,lan.example\ndhcp-option=19,0\ndhcp-option=44,10.0.0.8
dhcp-option=33,10.2.0.0,10.0.0.3\ndhcp-option=option:domain-search,a.example,b.example\ndhcp-option=46,8
dhcp-option=224,01:02:ff\ndhcp-option=225,10.0.0.1,10.0.0.2\ndhcp-option=226,3\ndhcp-option=227,300
dhcp-option=228,7i\ndhcp-option=229,some text\ndhcp-option=230\ndhcp-option=vi-encap:2,3,"x"\n${range}`,
    want: {
      options: [
        { name: "interface-mtu", value: 1400 },
        { name: "ip-forwarding", value: false },
        { name: "netbios-name-servers", value: ["10.0.0.8"] },
        { name: "static-routes", value: ["10.2.0.0 10.0.0.3"] },
        { name: "domain-search", value: ["a.example", "b.example"] },
        { name: "netbios-node-type", value: 8 },
        { code: 224, type: "octets", value: "01:02:ff" },
        { code: 225, type: "addresses", value: ["10.0.0.1", "10.0.0.2"] },
        { code: 226, type: "uint8", value: 3 },
        { code: 227, type: "uint16", value: 300 },
        { code: 228, type: "uint32", value: 7 },
        { code: 229, type: "text", value: "some text" },
        { name: "vivso-suboptions", value: [{ enterprise: 2, options: [{ code: 3, value: "78" }] }] },
      ],
    },
  },
  {
    why: "options that the server decides, and those of IPv6",
    text: `dhcp-option=1,255.255.0.0\ndhcp-option=28,10.0.0.255\ndhcp-option=option:T2,9\ndhcp-option=option6:23,[::]\n${range}`,
    want: { options: undefined },
    says: [/dhcp-option=1,.*: dhcp\.subnets subnet says the mask/, /option6:23,\[::\]: of IPv6/],
  },
  {
    why: "options of classes by what clients send",
    text: `dhcp-vendorclass=set:v,Cisco\ndhcp-userclass=set:u,acc\ndhcp-mac=set:m,00:11:22:*:*:*
dhcp-circuitid=set:c,p7\ndhcp-remoteid=set:r,01:02\ndhcp-name-match=set:n,pc*\ndhcp-match=set:x,option:client-arch,7,9
dhcp-match=set:h,60,50:58:*\ndhcp-match=set:e,175
dhcp-option=tag:v,42,10.0.0.1\ndhcp-option=tag:u,42,10.0.0.2\ndhcp-option=tag:m,42,10.0.0.3
dhcp-option=tag:c,42,10.0.0.4\ndhcp-option=tag:r,42,10.0.0.5\ndhcp-option=tag:n,42,10.0.0.6
dhcp-option=tag:x,42,10.0.0.7\ndhcp-option=tag:h,tag:e,42,10.0.0.8\n${range}`,
    want: {
      classes: [
        ["h-e", 8, { option: "vendor-class-identifier", prefix: "0x5058" }, { option: "option-175" }],
        ["x", 7, { arch: [7, 9] }],
        ["n", 6, { option: "host-name", prefix: "pc" }],
        ["r", 5, { option: "dhcp-agent-options", contains: "0x02020102" }],
        ["c", 4, { option: "dhcp-agent-options", contains: "0x01027037" }],
        ["m", 3, { mac: "00:11:22" }],
        ["u", 2, { option: "user-class", contains: "acc" }],
        ["v", 1, { option: "vendor-class-identifier", contains: "Cisco" }],
      ].map(([name, last, ...match]) => ({
        name,
        match,
        options: [{ name: "ntp-servers", value: [`10.0.0.${String(last)}`] }],
      })),
    },
  },
  {
    why: "tags that nothing sets, that are negated, or that are of a network and a class at once",
    text: `dhcp-range=set:a,10.0.0.10,10.0.0.20,255.255.255.0\ndhcp-mac=set:m,00:11:*:*:*:*
dhcp-option=tag:nobody,42,10.0.0.1\ndhcp-option=tag:!m,42,10.0.0.2\ndhcp-option=tag:a,tag:m,42,10.0.0.3`,
    want: { classes: undefined },
    says: [
      /tag:nobody,.*: nothing that came over sets the tag nobody/,
      /tag:!m,.*: classes match what clients have/,
      /tag:a,tag:m,.*: site\.yaml has no options for a class in one network alone/,
    ],
  },
  {
    why: "boot files: of all, of a class, and of those that are not of it",
    text: `dhcp-match=set:ipxe,175\ndhcp-boot=tag:!ipxe,a.kpxe,,10.0.0.5\ndhcp-boot=tag:ipxe,b.ipxe\n${range}`,
    want: {
      boot: { file: "a.kpxe", nextServer: "10.0.0.5" },
      classes: [{ name: "ipxe", match: [{ option: "option-175" }], boot: { file: "b.ipxe" } }],
    },
  },
  {
    why: "boot files of which the last line counts, as with dnsmasq",
    text: `dhcp-match=set:ipxe,175\ndhcp-match=set:efi,93,7\ndhcp-boot=tag:!ipxe,a\ndhcp-boot=tag:ipxe,b
dhcp-boot=tag:efi,tag:!ipxe,c\n${range}`,
    want: {
      boot: { file: "a" },
      classes: [
        { name: "ipxe", match: [{ option: "option-175" }], boot: { file: "b" } },
        { name: "efi", match: [{ arch: [7] }], boot: { file: "c" } },
      ],
    },
  },
  {
    why: "boot files that no client gets any more",
    text: `dhcp-match=set:ipxe,175\ndhcp-match=set:efi,93,7\ndhcp-boot=tag:efi,a\ndhcp-boot=old\ndhcp-boot=tag:!ipxe,b
dhcp-boot=tag:ipxe,d\ndhcp-boot=tag:ipxe,c\n${range}`,
    want: {
      boot: { file: "b" },
      classes: [{ name: "ipxe", match: [{ option: "option-175" }], boot: { file: "c" } }],
    },
    says: [
      /tag:efi,a: later lines are for all clients, with the tag and without/,
      /dhcp-boot=old: lines with a tag and without it are for all clients/,
      /tag:ipxe,d: a later line says another file for the same clients/,
    ],
  },
  {
    why: "a boot server by name is left out",
    text: `dhcp-boot=a,b,tftp.example\n${range}`,
    want: { boot: undefined },
    says: [/tftp\.example is a name; write the address that it has/],
  },
  {
    why: "pools of a class, and of one that is not known",
    text: `dhcp-mac=set:m,00:11:*:*:*:*\ndhcp-range=tag:m,10.0.0.10,10.0.0.20,255.255.255.0\ndhcp-range=tag:!known,10.0.0.30,10.0.0.40,255.255.255.0`,
    want: {
      classes: [{ name: "m", match: [{ mac: "00:11" }] }],
      subnets: [
        { subnet: "10.0.0.0/24", gateway: "self", pools: [{ range: "10.0.0.10-10.0.0.20", classes: ["m"] }] },
      ],
    },
    says: [/tag:!known,.*: classes match what clients have/],
  },
  {
    why: "hosts of every kind",
    text: `dhcp-host=00:11:22:33:44:55,a,10.0.0.1,45m\ndhcp-host=0:11:22:33:44:56,00-11-22-33-44-57,10.0.0.2
dhcp-host=id:ff:00,b.lan,infinite\ndhcp-host=id:text,10.0.0.3\ndhcp-host=00:11:22:33:44:58,id:*,c_d,[fd00::1]
dhcp-host=06-00:11:22:33:44:59,10.0.0.4\ndhcp-host=name,10.0.0.5\ndhcp-host=00:11:22:*:*:*,10.0.0.6
dhcp-host=00:11:22:33:44:60,ignore\ndhcp-host=tag:x,00:11:22:33:44:61,10.0.0.7\n${range}`,
    want: {
      hosts: [
        { name: "a", macs: ["00:11:22:33:44:55"], address: "10.0.0.1", leaseTime: "45m" },
        { macs: ["00:11:22:33:44:56", "00:11:22:33:44:57"], address: "10.0.0.2" },
        { name: "b", clientIds: ["0xff00"], leaseTime: "365d" },
        { clientIds: ["text"], address: "10.0.0.3" },
        { name: "c-d", macs: ["00:11:22:33:44:58"] },
      ],
      classes: [{ name: "ignore-host", match: [{ mac: "00:11:22:33:44:60" }], ignore: true }],
    },
    says: [
      /its IPv6 address is not part of this import; its name is c-d/,
      /06-00:11:22:33:44:59,10\.0\.0\.4: site\.yaml knows Ethernet addresses/,
      /dhcp-host=name,10\.0\.0\.5: site\.yaml recognises no machine by the name/,
      /00:11:22:\*:\*:\*,10\.0\.0\.6: a host has whole hardware addresses/,
      /tag:x,.*: site\.yaml has no hosts for clients of one tag alone/,
    ],
  },
  {
    why: "clients that are ignored by tag, and all that are not known",
    text: `dhcp-vendorclass=set:v,MSFT\ndhcp-ignore=tag:v\ndhcp-ignore=tag:!known\n${range}`,
    want: {
      classes: [
        { name: "ignore-v", match: [{ option: "vendor-class-identifier", contains: "MSFT" }], ignore: true },
      ],
    },
    says: [/dhcp-ignore=tag:!known: site\.yaml has no pools for hosts alone/],
  },
  {
    why: "names of clients",
    text: `dhcp-ignore-names\ndhcp-generate-names\n${range}`,
    want: { names: { publish: false, generate: "{mac}" } },
  },
  {
    why: "names that nobody may have need no line, others do",
    text: `dhcp-name-match=set:wpad-ignore,wpad\ndhcp-ignore-names=tag:wpad-ignore
dhcp-name-match=set:pc,pc*\ndhcp-ignore-names=tag:pc\n${range}`,
    want: { names: undefined },
    says: [
      /dhcp-ignore-names=tag:wpad-ignore: Homeport publishes these names for nobody/,
      /dhcp-ignore-names=tag:pc: site\.yaml publishes the names of all clients, or of none/,
    ],
  },
  {
    why: "domains, of all and of a part",
    text: `domain=Lan.Example.\ndomain=a.example,10.0.0.0/24\ndomain=b.example,10.7.0.0/24\n${range}`,
    want: { subnets: [{ subnet: "10.0.0.0/24", domain: "a.example", gateway: "self", pools: subnet.pools }] },
    says: [/domain=b\.example,10\.7\.0\.0\/24: no dhcp-range has these addresses/],
  },
  {
    why: "one interface and one network belong together",
    text: `interface=eth7\n${range}`,
    want: { subnets: [{ ...subnet, interface: "eth7" }], interfaces: undefined },
    says: [/10\.0\.0\.0\/24 is at eth7, the one interface that is left/],
  },
  {
    why: "networks that share a wire",
    text: `${range}dhcp-range=10.1.0.10,10.1.0.20,255.255.255.0\nshared-network=10.0.0.1,10.1.0.1`,
    want: {
      subnets: [
        { ...subnet, network: "network-10-0-0-1" },
        {
          subnet: "10.1.0.0/24",
          network: "network-10-0-0-1",
          gateway: "self",
          pools: ["10.1.0.10-10.1.0.20"],
        },
      ],
    },
  },
  {
    why: "what is of names, of TFTP, of IPv6, of menus, and what is not known",
    text: `server=9.9.9.9\nenable-tftp\nenable-ra\npxe-prompt="x",1\nread-ethers\nwibble\n${range}`,
    says: [
      /server: of dnsmasq's DNS/,
      /enable-tftp: Homeport serves no files/,
      /enable-ra: of IPv6/,
      /pxe-prompt=x,1: Homeport has no boot menus/,
      /read-ethers: write what/,
      /wibble: it is not known here/,
    ],
  },
];

for (const one of cases) test(`dnsmasq.conf: ${one.why}`, () => check("dnsmasq", "dnsmasq.conf", one));
