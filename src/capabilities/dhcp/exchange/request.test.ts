import assert from "node:assert/strict";
import test from "node:test";
import { readDhcp4 } from "#protocols/dhcp4/message.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { limits } from "../limits.ts";
import { ServerLab } from "./exchange.testing.ts";
import { type Arrival, type Request, readRequest } from "./request.ts";
import { arrivalOf, octetsOf, type Said } from "./said.testing.ts";

const section = {
  subnets: [
    { subnet: "192.0.2.0/24", interface: "eth1", pools: ["192.0.2.100-192.0.2.109"] },
    { subnet: "198.51.100.0/24", interface: "eth1", identifyBy: "mac" },
    { subnet: "203.0.113.0/24", relays: ["10.0.0.7"], serverAddress: "192.0.2.5" },
    { subnet: "10.1.0.0/24", interface: "eth2" },
  ],
  classes: [
    { name: "toys", match: [{ mac: "52:54:00:00:00:66" }], ignore: true },
    { name: "pxe", match: [{ option: 60, prefix: "PXEClient" }] },
  ],
  hosts: [
    { name: "by-mac", macs: ["52:54:00:00:00:91"] },
    { name: "by-id", clientIds: ["0x0077"] },
    { name: "by-text", clientIds: ["fern"] },
    { name: "by-duid", duids: ["00:01:00:02"] },
    { name: "by-port", circuitIds: ["port-7"] },
  ],
};
const lab = new ServerLab({ section });
const port7 = { 82: "0106706f72742d37" };

function read(said: Said, arrival: Partial<Arrival> = {}): Request | string {
  return readRequest(readDhcp4(octetsOf(said)), { ...arrivalOf(said), ...arrival }, lab.table);
}

function request(said: Said, arrival: Partial<Arrival> = {}): Request {
  const found = read(said, arrival);
  assert.ok(typeof found !== "string", String(found));
  return found;
}

const here = { interface: "eth1", to: "192.0.2.1" };
const subnets: readonly (readonly [why: string, said: Said, want: string])[] = [
  [
    "a broadcast is of the network that this machine has an address in",
    { type: "DISCOVER", mac: "01" },
    "192.0.2.0/24",
  ],
  [
    "at another interface of the one there",
    { type: "DISCOVER", mac: "01", interface: "eth2" },
    "10.1.0.0/24",
  ],
  [
    "a client that has an address is of its network, among those of the link",
    { type: "REQUEST", mac: "01", ciaddr: "198.51.100.9" },
    "198.51.100.0/24",
  ],
  [
    "a relay speaks for the network of its address",
    { type: "DISCOVER", mac: "01", giaddr: "203.0.113.1" },
    "203.0.113.0/24",
  ],
  [
    "a relay outside of the network may speak for it",
    { type: "DISCOVER", mac: "01", giaddr: "10.0.0.7" },
    "203.0.113.0/24",
  ],
  [
    "the link that the relay selects counts before its address (RFC 3527)",
    { type: "DISCOVER", mac: "01", giaddr: "10.1.0.9", options: { 82: "0504cb007100" } },
    "203.0.113.0/24",
  ],
  [
    "and so does the one that the client selects (RFC 3011)",
    { type: "DISCOVER", mac: "01", giaddr: "10.1.0.9", options: { 118: "cb007100" } },
    "203.0.113.0/24",
  ],
  [
    "the relay's before the client's",
    { type: "DISCOVER", mac: "01", giaddr: "10.1.0.9", options: { 118: "0a010000", 82: "0504cb007100" } },
    "203.0.113.0/24",
  ],
  [
    "who renews by unicast is of its address's network, wherever that came in",
    { type: "REQUEST", mac: "01", ciaddr: "203.0.113.9", ...here },
    "203.0.113.0/24",
  ],
  [
    "who renews by unicast what is of no network is told so at the interface's",
    { type: "REQUEST", mac: "01", ciaddr: "172.16.0.9", ...here },
    "192.0.2.0/24",
  ],
  [
    "who rebinds is of the link that it asks at",
    { type: "REQUEST", mac: "01", ciaddr: "203.0.113.9" },
    "192.0.2.0/24",
  ],
];

for (const [why, said, want] of subnets) test(why, () => assert.equal(request(said).subnet.text, want));

const ignored: readonly (readonly [why: string, said: Said, want: string])[] = [
  ["an interface that serves nobody", { type: "DISCOVER", mac: "01", interface: "eth9" }, "unknownNetwork"],
  ["a relay of no network", { type: "DISCOVER", mac: "01", giaddr: "172.16.0.1" }, "unknownNetwork"],
  [
    "a link that is selected and not ours",
    { type: "DISCOVER", mac: "01", giaddr: "10.1.0.9", options: { 82: "0504ac100001" } },
    "unknownNetwork",
  ],
  [
    "an INFORM by unicast from elsewhere",
    { type: "INFORM", mac: "01", ciaddr: "172.16.0.9", ...here },
    "unknownNetwork",
  ],
  [
    "a circle of relays",
    { type: "DISCOVER", mac: "01", giaddr: "10.1.0.9", hops: limits.hopsMax + 1 },
    "outOfBounds",
  ],
  [
    "an identifier that no client has",
    { type: "DISCOVER", mac: "01", clientId: "00".repeat(256) },
    "outOfBounds",
  ],
  ["a client without any identity", { type: "DISCOVER", mac: "" }, "malformed"],
  ["a client whose identity is empty", { type: "DISCOVER", mac: "", clientId: "" }, "malformed"],
  ["what a server says", { type: "OFFER", mac: "01" }, "notForServers"],
  ["what is asked of servers for leases", { type: "LEASEQUERY", mac: "01" }, "notForServers"],
  ["a class that the site file ignores", { type: "DISCOVER", mac: "66" }, "ignoredClass"],
];

for (const [what, said, want] of ignored)
  test(`${what} is not answered: ${want}`, () => assert.equal(read(said), want));

test("as many hops as a relay may let pass are heard", () => {
  request({ type: "DISCOVER", mac: "01", giaddr: "10.1.0.9", hops: limits.hopsMax });
});

const keys: readonly (readonly [why: string, said: Said, want: string])[] = [
  ["without an identifier by its hardware address", { type: "DISCOVER", mac: "01" }, "0001525400000001"],
  ["by its identifier when it sends one", { type: "DISCOVER", mac: "01", clientId: "0011" }, "3d0011"],
  [
    "by a DUID with its IAID (RFC 4361)",
    { type: "DISCOVER", mac: "01", clientId: "ff0000000100010002" },
    "3dff0000000100010002",
  ],
  ["an empty identifier is none", { type: "DISCOVER", mac: "01", clientId: "" }, "0001525400000001"],
  [
    "by its hardware address where the site file says so",
    { type: "REQUEST", mac: "01", clientId: "0011", ciaddr: "198.51.100.9" },
    "0001525400000001",
  ],
  [
    "by its identifier there too when it has nothing else",
    { type: "REQUEST", mac: "", clientId: "0011", ciaddr: "198.51.100.9" },
    "3d0011",
  ],
  [
    "the longest identifier whole",
    { type: "DISCOVER", mac: "01", clientId: `${"00".repeat(254)}07` },
    `3d${"00".repeat(254)}07`,
  ],
];

for (const [why, said, want] of keys)
  test(`a client is known ${why}`, () => assert.equal(request(said).client, want));

test("an identifier and a hardware address of the same octets are two clients", () => {
  const one = request({ type: "DISCOVER", mac: "01" });
  const other = request({ type: "DISCOVER", mac: "01", clientId: "01525400000001" });
  assert.notEqual(one.client, other.client);
});

const hosts: readonly (readonly [said: Omit<Said, "type">, want: string | undefined])[] = [
  [{ mac: "91" }, "by-mac"],
  [{ mac: "01", clientId: "0077" }, "by-id"],
  [{ mac: "01", clientId: "6665726e" }, "by-text"],
  [{ mac: "01", clientId: "ff0000000700010002" }, "by-duid"],
  [{ mac: "01", giaddr: "203.0.113.1", options: port7 }, "by-port"],
  [{ mac: "91", clientId: "0077" }, "by-id"],
  [{ mac: "91", giaddr: "203.0.113.1", options: port7 }, "by-mac"],
  [{ mac: "01", clientId: "00010002" }, undefined],
  [{ mac: "01" }, undefined],
];

for (const [said, want] of hosts)
  test(`${JSON.stringify(said)} is ${want ?? "no host of the site file"}`, () =>
    assert.equal(request({ type: "DISCOVER", ...said }).host?.name, want));

test("a client that renews past its relay is where it was plugged in when it came through it, others are not", async () => {
  const giaddr = "192.0.2.2";
  const address = await lab.join({ mac: "31", giaddr, options: port7 });
  const renewal = { type: "REQUEST", mac: "31", ciaddr: address, ...here } as const;
  assert.equal(request(renewal).host?.name, "by-port");
  assert.equal(request({ type: "DISCOVER", mac: "31" }).host, undefined);
  assert.equal(request({ type: "REQUEST", mac: "31", ciaddr: address, giaddr }).host, undefined);
});

const names: readonly (readonly [why: string, said: Said, want: string])[] = [
  ["its address in the client's network", { type: "DISCOVER", mac: "01" }, "192.0.2.1"],
  ["what the site file says", { type: "DISCOVER", mac: "01", giaddr: "203.0.113.1" }, "192.0.2.5"],
  [
    "the address that was asked, where it has none in the client's network",
    { type: "DISCOVER", mac: "01", giaddr: "10.1.0.9" },
    "192.0.2.1",
  ],
  [
    "the relay, when that wants it so (RFC 5107)",
    { type: "DISCOVER", mac: "01", giaddr: "203.0.113.1", options: { 82: "0b04cb007101" } },
    "203.0.113.1",
  ],
];

for (const [why, said, want] of names)
  test(`the server calls itself ${why}`, () => assert.equal(ipv4ToText(request(said).server), want));

test("of several addresses at an interface the server calls itself by that of the client's network", () => {
  const local = ["198.51.100.1", "192.0.2.1"].map((one) => ({ address: parseIpv4(one), prefixLength: 24 }));
  const said = { type: "REQUEST", mac: "01", ciaddr: "192.0.2.100" } as const;
  assert.equal(ipv4ToText(request(said, { local }).server), "192.0.2.1");
});

test("classes are those that match", () => {
  const pxe = {
    type: "DISCOVER",
    mac: "01",
    options: { 60: Buffer.from("PXEClient:Arch").toString("hex") },
  } as const;
  assert.deepEqual([...request(pxe).classNames], ["pxe"]);
  assert.deepEqual([...request({ type: "DISCOVER", mac: "01" }).classNames], []);
});

test("the port of new clients is the interface, or the circuit of a relay", () => {
  assert.equal(request({ type: "DISCOVER", mac: "01" }).port, "eth1");
  const relayed = { type: "DISCOVER", mac: "01", giaddr: "203.0.113.1" } as const;
  assert.equal(request(relayed).port, `${parseIpv4("203.0.113.1")}/`);
  assert.equal(request({ ...relayed, options: port7 }).port, `${parseIpv4("203.0.113.1")}/706f72742d37`);
});

test("option 82 that lies about its length is a fault of the message", () => {
  const said = { type: "DISCOVER", mac: "01", giaddr: "203.0.113.1", options: { 82: "01ff00" } } as const;
  assert.throws(() => read(said), WireError);
});
