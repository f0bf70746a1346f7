import assert from "node:assert/strict";
import test from "node:test";
import { DhcpConfig } from "./config.ts";

/** `path: message` of each thing that is wrong. */
function problemsOf(section: object): string[] {
  const { error } = DhcpConfig.safeParse(section);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

const subnet = { subnet: "192.168.9.0/24", interface: "eth1" };
const withSubnet = (more: object) => ({ subnets: [{ ...subnet, ...more }] });
const withHost = (more: object) => ({ subnets: [subnet], hosts: [{ macs: ["52:54:00:12:34:56"], ...more }] });
const withOption = (option: object) => ({ subnets: [subnet], options: [option] });
const withMatch = (match: object) => ({ subnets: [subnet], classes: [{ name: "a", match: [match] }] });

const rows: readonly (readonly [section: object, problem: string])[] = [
  [
    withSubnet({ subnet: "192.168.9.1/24" }),
    "subnets.0.subnet: 192.168.9.1/24 is an address in a network; write the network, 192.168.9.0/24",
  ],
  [
    { subnets: [subnet, { ...subnet, subnet: "192.168.8.0/23" }] },
    "subnets.1.subnet: 192.168.8.0/23 overlaps 192.168.9.0/24; make one of them smaller",
  ],
  [
    { subnets: [{ subnet: "192.168.9.0/24" }] },
    "interfaces: no subnet has an interface; write at which interfaces relays reach this server",
  ],
  [
    withSubnet({ pools: ["192.168.9.250-192.168.9.100"] }),
    'subnets.0.pools.0: "192.168.9.250-192.168.9.100" is no range; write one such as 192.168.9.100-192.168.9.250',
  ],
  [
    withSubnet({ pools: ["192.168.8.250-192.168.9.9"] }),
    "subnets.0.pools.0: 192.168.8.250-192.168.9.9 is not inside 192.168.9.0/24; shrink the range or widen the subnet",
  ],
  [
    withSubnet({ pools: ["192.168.9.0/25"] }),
    "subnets.0.pools.0: 192.168.9.0 is the address of the network itself or its broadcast; stay within 192.168.9.1-192.168.9.254",
  ],
  [
    withSubnet({ pools: ["192.168.9.250-192.168.9.255"] }),
    "subnets.0.pools.0: 192.168.9.255 is the address of the network itself or its broadcast; stay within 192.168.9.1-192.168.9.254",
  ],
  [
    withSubnet({ pools: ["192.168.9.10-192.168.9.20", "192.168.9.20-192.168.9.30"] }),
    "subnets.0.pools.1: 192.168.9.20-192.168.9.30 overlaps the pool 192.168.9.10-192.168.9.20",
  ],
  [
    withSubnet({ pools: [{ range: "192.168.9.10", classes: ["b"] }] }),
    "subnets.0.pools.0.classes.0: there is no class b; add it to dhcp.classes",
  ],
  [
    withSubnet({ exclude: ["192.168.9"] }),
    'subnets.0.exclude.0: "192.168.9" is no address and no range; write one such as 192.168.9.110-192.168.9.119',
  ],
  [
    withSubnet({ gateway: "192.168.8.1" }),
    "subnets.0.gateway: 192.168.8.1 is not in 192.168.9.0/24; clients would not reach it",
  ],
  [
    withSubnet({ gateway: "router" }),
    'subnets.0.gateway: "router" is no IPv4 address; write one such as 192.168.9.1, or self for this server\'s own',
  ],
  [
    withSubnet({ serverAddress: "192.168.8.1" }),
    "subnets.0.serverAddress: 192.168.8.1 is not in 192.168.9.0/24; clients would not reach it",
  ],
  [
    withSubnet({ leaseTime: "soon" }),
    'subnets.0.leaseTime: "soon" is no time span; write one such as 90s, 30m, 12h or 7d',
  ],
  [
    withSubnet({ leaseTime: "1s" }),
    "subnets.0.leaseTime: 1s is out of range; write a time from 10s to 31536000s",
  ],
  [withSubnet({ options: [{ name: "routers", value: ["x"] }] }), "subnets.0.options.0: routers: "],
  [
    { subnets: [subnet], minLeaseTime: "2h", maxLeaseTime: "1h" },
    "minLeaseTime: 2h is longer than maxLeaseTime, 1h",
  ],
  [
    withOption({ name: "clock", value: [] }),
    "options.0: there is no option called clock; write its code and type",
  ],
  [
    withOption({ code: 226, value: "x" }),
    "options.0: option 226 has no type that is known; write type: text, addresses, uint16, octets, …",
  ],
  [
    withOption({ code: 252, type: "words", value: "x" }),
    'options.0: there is no type "words"; write one of ',
  ],
  [withOption({ value: "x" }), "options.0: needs either `name` or `code`"],
  [
    withOption({ name: "dhcp-lease-time", value: 60 }),
    "options.0: option 51 cannot be set here: write `leaseTime`",
  ],
  [withOption({ code: 58, value: 60 }), "options.0: option 58 cannot be set here: it is half of `leaseTime`"],
  [withOption({ name: "end", value: "" }), "options.0: option 255 cannot be set here: it says nothing"],
  [
    withOption({ code: 90, value: "00" }),
    "options.0: option 90 cannot be set here: there are no keys for it",
  ],
  [withOption({ code: 80, value: true }), "options.0: option 80 cannot be set here: write `rapidCommit`"],
  [
    withMatch({ option: "vendor", prefix: "x" }),
    "classes.0.match.0.option: there is no option called vendor; write its code",
  ],
  [
    withMatch({ option: 60, prefix: "x", equals: "y" }),
    "classes.0.match.0: has more than one of equals, prefix and contains; write one entry for each",
  ],
  [withMatch({ prefix: "x", mac: "52:54:00" }), "classes.0.match.0: needs `option`: what is compared"],
  [withMatch({}), "classes.0.match.0: matches everything; write option, mac, interface or arch"],
  [
    withMatch({ option: 60, equals: "0xabc" }),
    'classes.0.match.0.equals: "0xabc" begins with 0x and is not hexadecimal; write an even number of hexadecimal digits',
  ],
  [
    { subnets: [subnet], classes: [1, 2].map(() => ({ name: "a", match: [{ arch: [7] }] })) },
    "classes.1.name: a is there twice; rename one",
  ],
  [withHost({ macs: [] }), "hosts.0: cannot be recognised; write macs, clientIds, duids or circuitIds"],
  [
    withHost({ macs: ["52:54:00:12:34"] }),
    'hosts.0.macs.0: "52:54:00:12:34" is no hardware address; write one such as 52:54:00:12:34:56',
  ],
  [
    withHost({ name: "a printer" }),
    'hosts.0.name: "a printer" is no host name; use letters, digits and hyphens',
  ],
  [
    withHost({ duids: ["0:1"] }),
    'hosts.0.duids.0: "0:1" is not hexadecimal; write octets such as 01:52:54:00',
  ],
  [
    withHost({ address: "192.168.9" }),
    'hosts.0.address: "192.168.9" is no IPv4 address; write one such as 192.168.9.1',
  ],
  [
    withHost({ options: [{ code: 53, value: 1 }] }),
    "hosts.0.options.0: option 53 cannot be set here: the server sees to it",
  ],
  [
    { names: { generate: "pc" } },
    'names.generate: "pc" would be one name for all; write {address} or {mac} in it',
  ],
  [{ hooks: [{ events: ["granted"] }] }, "hooks.0: needs either `url` or `command`"],
];

for (const [section, problem] of rows)
  test(problem, () => {
    const problems = problemsOf(section);
    assert.equal(problems.length, 1, problems.join("\n"));
    assert.ok(problems[0]!.startsWith(problem), problems.join());
  });

const fine: readonly (readonly [why: string, section: object])[] = [
  ["nothing at all is no DHCP", {}],
  ["a whole network of a pool", withSubnet({ pools: ["192.168.9.1-192.168.9.254"] })],
  ["networks side by side", { subnets: [subnet, { ...subnet, subnet: "192.168.8.0/24" }] }],
  [
    "a network behind relays, with another's address of this server",
    { subnets: [{ subnet: "192.168.9.0/24", serverAddress: "10.0.0.1" }], interfaces: ["eth0"] },
  ],
  ["a gateway that is this server", withSubnet({ gateway: "self" })],
  [
    "hosts of one address: that is told while it runs",
    {
      subnets: [subnet],
      hosts: [1, 2].map((last) => ({ macs: [`52:54:00:00:00:0${last}`], address: "192.168.9.9" })),
    },
  ],
  ["a hardware address with single digits", withHost({ macs: ["0:1:2:a:b:c"] })],
  [
    "a lease time beyond the bounds of what clients may ask",
    { ...withSubnet({ leaseTime: "7d" }), maxLeaseTime: "1d" },
  ],
];

for (const [why, section] of fine) test(`${why} is fine`, () => assert.deepEqual(problemsOf(section), []));
