import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { sectionOf } from "../exchange/exchange.testing.ts";
import { type Plan, planOf, poolOf, subnetOf, subnetOfRelay } from "./plan.ts";
import { isInPrefix } from "./range.ts";

function plan(section: Readonly<Record<string, unknown>>, siteDomain?: string): Plan {
  return planOf(sectionOf(section), siteDomain);
}

/** Networks that share a link, each list in order. */
function links({ subnets }: Plan): string[][] {
  const found = new Set(subnets.map(({ link }) => link));
  const lists = [...found].map((link) => link.subnets.map(({ text }) => text).sort());
  return lists.sort(([one = ""], [other = ""]) => one.localeCompare(other));
}

const linked: readonly (readonly [why: string, subnets: readonly object[], want: string[][]])[] = [
  [
    "networks at one interface are at one link",
    [
      { subnet: "10.0.0.0/24", interface: "eth1" },
      { subnet: "10.0.1.0/24", interface: "eth1" },
    ],
    [["10.0.0.0/24", "10.0.1.0/24"]],
  ],
  [
    "at two interfaces at two",
    [
      { subnet: "10.0.0.0/24", interface: "eth1" },
      { subnet: "10.0.1.0/24", interface: "eth2" },
    ],
    [["10.0.0.0/24"], ["10.0.1.0/24"]],
  ],
  [
    "behind relays each alone",
    [{ subnet: "10.0.0.0/24", interface: "eth1" }, { subnet: "10.0.1.0/24" }, { subnet: "10.0.2.0/24" }],
    [["10.0.0.0/24"], ["10.0.1.0/24"], ["10.0.2.0/24"]],
  ],
  [
    "unless they are called the same",
    [
      { subnet: "10.0.0.0/24", interface: "eth1" },
      { subnet: "10.0.1.0/24", network: "far" },
      { subnet: "10.0.2.0/24", network: "far" },
    ],
    [["10.0.0.0/24"], ["10.0.1.0/24", "10.0.2.0/24"]],
  ],
  [
    "a name ties what two interfaces have",
    [
      { subnet: "10.0.0.0/24", interface: "eth1", network: "a" },
      { subnet: "10.0.1.0/24", interface: "eth2" },
      { subnet: "10.0.2.0/24", interface: "eth2", network: "a" },
    ],
    [["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]],
  ],
];

for (const [why, subnets, want] of linked)
  test(why, () => {
    const made = plan({ subnets });
    assert.deepEqual(links(made), want);
    for (const subnet of made.subnets) assert.ok(subnet.link.subnets.includes(subnet));
    for (const [name, link] of made.linkAt) assert.ok(link.subnets.some((one) => one.interface === name));
  });

test("the network of an address is found among all as by looking at each", () => {
  const thirds = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(thirds, fc.integer({ min: 0, max: 0xffff }), (numbers, low) => {
      const subnets = numbers.map((third, at) => ({
        subnet: `10.9.${third}.0/${24 + (at % 3)}`,
        interface: "eth1",
      }));
      const made = plan({ subnets });
      const address = (0x0a09_0000 | low) >>> 0;
      const want = made.subnets.find(({ prefix }) => isInPrefix(address, prefix));
      assert.equal(subnetOf(made, address), want);
    }),
  );
});

test("networks around the middle and at the end of all addresses are found", () => {
  const subnets = ["127.255.255.0/24", "128.0.0.0/24", "223.255.255.0/24", "0.1.0.0/16"].map((subnet) => ({
    subnet,
    interface: "eth1",
  }));
  const made = plan({ subnets });
  for (const [address, want] of [
    ["127.255.255.255", "127.255.255.0/24"],
    ["128.0.0.0", "128.0.0.0/24"],
    ["223.255.255.9", "223.255.255.0/24"],
    ["0.1.255.255", "0.1.0.0/16"],
    ["128.0.1.0", undefined],
    ["255.255.255.255", undefined],
    ["0.0.0.0", undefined],
  ] as const)
    assert.equal(subnetOf(made, parseIpv4(address))?.text, want, address);
});

test("a relay speaks for the network of its address, or the one that names it", () => {
  const made = plan({
    subnets: [
      { subnet: "10.0.0.0/24", interface: "eth1" },
      { subnet: "10.0.1.0/24", relays: ["172.16.0.1", "10.0.0.9"] },
    ],
  });
  const of = (relay: string) => subnetOfRelay(made, parseIpv4(relay))?.text;
  assert.deepEqual(["10.0.1.1", "172.16.0.1", "10.0.0.9", "172.16.0.2"].map(of), [
    "10.0.1.0/24",
    "10.0.1.0/24",
    "10.0.0.0/24",
    undefined,
  ]);
});

test("a pool is found by an address, its ends included", () => {
  const made = plan({
    subnets: [{ subnet: "10.0.0.0/24", interface: "eth1", pools: ["10.0.0.5-10.0.0.6", "10.0.0.9"] }],
  });
  const of = (address: string) => poolOf(made.subnets[0]!, parseIpv4(address))?.range.first;
  assert.deepEqual(
    ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.9"].map(
      (one) => of(one) && ipv4ToText(of(one)!),
    ),
    [undefined, "10.0.0.5", "10.0.0.5", undefined, "10.0.0.9"],
  );
});

const subnet = { subnet: "10.0.0.0/24", interface: "eth1", gateway: "10.0.0.1", serverAddress: "10.0.0.2" };
const mac = (number: number) => `52:54:00:00:00:0${number}`;
type Problems = readonly (readonly [path: string, what: string])[];
const hosts: readonly (readonly [
  why: string,
  hosts: readonly object[],
  want: Problems,
  named: readonly (string | undefined)[],
])[] = [
  [
    "hosts that differ are all there",
    [
      { name: "a", macs: [mac(1), mac(2)] },
      { name: "b", macs: [mac(3)] },
    ],
    [],
    ["a", "a", "b"],
  ],
  [
    "a MAC of two hosts is an error of the second alone",
    [
      { name: "a", macs: [mac(1)] },
      { name: "b", macs: [mac(2), mac(1)] },
      { name: "c", macs: [mac(3)] },
    ],
    [
      [
        "dhcp.hosts[1].macs[1]",
        `${mac(1)} is that of a already (dhcp.hosts[0]), so that this host is left out`,
      ],
    ],
    ["a", undefined, "c"],
  ],
  [
    "so is an address of two hosts",
    [
      { name: "a", macs: [mac(1)], address: "10.0.0.7" },
      { name: "b", macs: [mac(2)], address: "10.0.0.7" },
    ],
    [
      [
        "dhcp.hosts[1].address",
        "10.0.0.7 is that of a already (dhcp.hosts[0]), so that this host is left out",
      ],
    ],
    ["a", undefined],
  ],
  [
    "an identifier written in two ways is one",
    [
      { macs: [mac(1)], clientIds: ["fern"] },
      { macs: [mac(2)], clientIds: ["0x6665726e"] },
    ],
    [
      [
        "dhcp.hosts[1].clientIds[0]",
        `0x6665726e is that of ${mac(1)} already (dhcp.hosts[0]), so that this host is left out`,
      ],
    ],
    [mac(1), undefined],
  ],
  [
    "an address of no network leads nowhere, and the host is there without it",
    [{ name: "a", macs: [mac(1)], address: "172.16.0.1" }],
    [["dhcp.hosts[0].address", "172.16.0.1 lies in none of the subnets, so that nobody gets it"]],
    ["a"],
  ],
  [
    "nor does the network's own",
    [{ name: "a", macs: [mac(1)], address: "10.0.0.0" }],
    [["dhcp.hosts[0].address", "10.0.0.0 is the address of the network 10.0.0.0/24 itself or its broadcast"]],
    ["a"],
  ],
  [
    "its broadcast",
    [{ name: "a", macs: [mac(1)], address: "10.0.0.255" }],
    [
      [
        "dhcp.hosts[0].address",
        "10.0.0.255 is the address of the network 10.0.0.0/24 itself or its broadcast",
      ],
    ],
    ["a"],
  ],
  [
    "its gateway",
    [{ name: "a", macs: [mac(1)], address: "10.0.0.1" }],
    [["dhcp.hosts[0].address", "10.0.0.1 is the gateway of 10.0.0.0/24"]],
    ["a"],
  ],
  [
    "this server",
    [{ name: "a", macs: [mac(1)], address: "10.0.0.2" }],
    [["dhcp.hosts[0].address", "10.0.0.2 is this server's own"]],
    ["a"],
  ],
];

for (const [why, list, want, named] of hosts)
  test(why, () => {
    const made = plan({ subnets: [subnet], hosts: list });
    assert.deepEqual(
      made.problems.map(({ path, what, severity, remedy }) => {
        assert.equal(severity, "warning");
        assert.ok(remedy !== undefined);
        return [path, what];
      }),
      want,
    );
    const titles = named.map((_, at) => {
      const question = { clientIdentifier: undefined, duid: undefined, circuitId: undefined };
      return made.hosts.find({ ...question, hardware: `0152540000000${at + 1}` })?.title;
    });
    assert.deepEqual(titles, named);
    for (const [path] of want) {
      const at = Number(/\[(\d+)\]/.exec(path)![1]);
      const { address } = list[at] as { address?: string };
      if (address !== undefined && !made.problems[0]!.what.includes("already"))
        assert.equal(made.hosts.at(parseIpv4(address)), undefined, "and nobody gets it");
    }
  });

const domains: readonly (readonly [
  why: string,
  section: object,
  site: string | undefined,
  want: string | undefined,
])[] = [
  [
    "the subnet's own",
    { subnets: [{ ...subnet, domain: "Lab.Example." }], names: { domain: "names.example" } },
    "site.example",
    "lab.example",
  ],
  [
    "that of all names",
    { subnets: [subnet], names: { domain: "names.example" } },
    "site.example",
    "names.example",
  ],
  ["the site's", { subnets: [subnet] }, "Site.Example", "site.example"],
  ["none", { subnets: [subnet] }, undefined, undefined],
];

for (const [why, section, site, want] of domains)
  test(`the domain of names is ${why}`, () => {
    assert.equal(plan(section as Record<string, unknown>, site).subnets[0]!.domain, want);
  });

test("a lease time beyond the bounds widens them: they are for what clients ask", () => {
  const bounds = { minLeaseTime: "10m", maxLeaseTime: "1h" };
  const times = (leaseTime: string) =>
    plan({ ...bounds, subnets: [{ ...subnet, leaseTime }] }).subnets[0]!.times;
  assert.deepEqual(times("30m"), { default: 1_800, min: 600, max: 3_600 });
  assert.deepEqual(times("1m"), { default: 60, min: 60, max: 3_600 });
  assert.deepEqual(times("1d"), { default: 86_400, min: 600, max: 86_400 });
});

test("interfaces to serve are those of the subnets, and those at which relays come in", () => {
  const subnets = [subnet, { subnet: "10.0.1.0/24", interface: "eth1" }, { subnet: "10.0.2.0/24" }];
  assert.deepEqual(plan({ subnets, interfaces: ["eth0", "eth1"] }).interfaces, ["eth1", "eth0"]);
});
