import assert from "node:assert/strict";
import test from "node:test";
import { MessageType } from "#protocols/dhcp4/codes.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { destinationOf } from "./destination.ts";
import { ServerLab } from "./exchange.testing.ts";
import type { Said } from "./said.testing.ts";

const lab = new ServerLab();
const given = parseIpv4("192.0.2.100");
const { OFFER, ACK, NAK } = MessageType;

/** RFC 2131 §4.1: rows of the paragraph on where a server sends. */
const rows: readonly (readonly [
  why: string,
  said: Said,
  type: typeof OFFER | typeof ACK | typeof NAK,
  yourAddress: number,
  want: string,
])[] = [
  [
    "through a relay all goes to the relay's server port",
    { type: "DISCOVER", mac: "01", giaddr: "192.0.2.2" },
    OFFER,
    given,
    "192.0.2.2:67",
  ],
  [
    "also when the client wants a broadcast",
    { type: "DISCOVER", mac: "01", giaddr: "192.0.2.2", isBroadcast: true },
    OFFER,
    given,
    "192.0.2.2:67",
  ],
  ["also a NAK", { type: "REQUEST", mac: "01", giaddr: "192.0.2.2" }, NAK, 0, "192.0.2.2:67"],
  [
    "also for a client that has an address",
    { type: "REQUEST", mac: "01", giaddr: "192.0.2.2", ciaddr: "192.0.2.100" },
    ACK,
    given,
    "192.0.2.2:67",
  ],
  [
    "a relay that asks from another port gets it there (RFC 8357)",
    { type: "DISCOVER", mac: "01", giaddr: "192.0.2.2", fromPort: 1067, options: { 82: "13020000" } },
    OFFER,
    given,
    "192.0.2.2:1067",
  ],
  [
    "a NAK is broadcast, whatever address the client believes to have",
    { type: "REQUEST", mac: "01", ciaddr: "192.0.2.100" },
    NAK,
    0,
    "255.255.255.255:68",
  ],
  [
    "a client that has its address gets it there",
    { type: "REQUEST", mac: "01", ciaddr: "192.0.2.100" },
    ACK,
    given,
    "192.0.2.100:68",
  ],
  [
    "also when it wants a broadcast",
    { type: "REQUEST", mac: "01", ciaddr: "192.0.2.100", isBroadcast: true },
    ACK,
    given,
    "192.0.2.100:68",
  ],
  [
    "one that cannot be reached by unicast yet gets a broadcast",
    { type: "DISCOVER", mac: "01", isBroadcast: true },
    OFFER,
    given,
    "255.255.255.255:68",
  ],
  [
    "any other gets it at its hardware address",
    { type: "DISCOVER", mac: "01" },
    OFFER,
    given,
    "525400000001 192.0.2.100:68",
  ],
  [
    "the ACK as well",
    { type: "REQUEST", mac: "01", requested: "192.0.2.100" },
    ACK,
    given,
    "525400000001 192.0.2.100:68",
  ],
  [
    "one whose hardware address is none of Ethernet's gets a broadcast",
    { type: "DISCOVER", mac: "0102030405060708" },
    OFFER,
    given,
    "255.255.255.255:68",
  ],
  [
    "settings alone go to the address that the client says",
    { type: "INFORM", mac: "01", ciaddr: "192.0.2.50" },
    ACK,
    0,
    "192.0.2.50:68",
  ],
  [
    "or to the one that it asks from",
    { type: "INFORM", mac: "01", from: "192.0.2.51" },
    ACK,
    0,
    "192.0.2.51:68",
  ],
  ["or to all", { type: "INFORM", mac: "01" }, ACK, 0, "255.255.255.255:68"],
];

for (const [why, said, type, yourAddress, want] of rows)
  test(why, () => {
    const to = destinationOf(lab.request(said), type, yourAddress);
    const hardware = to.to === "hardware" ? `${to.hardwareAddress.toHex()} ` : "";
    assert.equal(`${hardware}${ipv4ToText(to.address)}:${to.port}`, want);
  });
