import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { suite, test } from "node:test";
import { interfaceWitness } from "./interface.ts";
import { routeWitness } from "./route.ts";
import { facts, fakeUdp, portsWith, wordsOf } from "./witness-ports.testing.ts";

const alsoPublic = ["203.0.113.0/24", "2001:db8::/32"];

function info(family: "IPv4" | "IPv6", address: string): NetworkInterfaceInfo {
  const rest = { netmask: "", mac: "", internal: false, cidr: null };
  return family === "IPv4" ? { address, family, ...rest } : { address, family, scopeid: 0, ...rest };
}

const interfaces = () => ({
  lo: [info("IPv4", "127.0.0.1")],
  eth0: [info("IPv4", "192.168.1.2"), info("IPv6", "2001:db8::e")],
  "eth0:1": [info("IPv4", "203.0.113.7")],
  ppp0: [info("IPv4", "203.0.113.9")],
  wan0: [info("IPv4", "100.64.0.9")],
});

/** proc_net(5): flags are the fifth. */
const kernelFile = [
  "00000000000000000000000000000001 01 80 10 80       lo",
  "fe8000000000000000fc00fffe000001 02 40 20 80     eth0",
  "20010db8000100000000000000000bad 02 40 00 48     eth0", // has failed
  "20010db80001000000000000000000d0 02 40 00 20     eth0", // deprecated
  "20010db80001000000000000000000a1 02 40 00 01     eth0", // temporary
  "20010db80001000000000000000000b2 02 40 00 00     eth0",
  "20010db80002000000000000000000a3 03 40 00 01     ppp0",
  "fd0000000000000000000000000000c4 04 40 00 80     lan0",
  "20010db8000500000000000000000bad 05 40 00 40     new0", // tentative
  "",
].join("\n");

function readText(path: string): string {
  if (path === "/proc/net/if_inet6") return kernelFile;
  throw new Error(`${path} is not there`);
}

suite("an interface of this machine", () => {
  const withFlags = portsWith({ interfaces, readText });
  for (const [why, name, family, machine, want] of [
    ["its public address", "ppp0", "ipv4", withFlags, "203.0.113.9"],
    ["the public one of a label", "eth0", "ipv4", withFlags, "203.0.113.7"],
    [
      "a carrier's address",
      "wan0",
      "ipv4",
      withFlags,
      "has 100.64.0.9, which is shared by a carrier-grade NAT",
    ],
    ["that it is not there", "ppp1", "ipv4", withFlags, "has no IPv4 address, or is not there"],
    ["the lasting IPv6 address", "eth0", "ipv6", withFlags, "2001:db8:1::b2"],
    ["a temporary one where there is no other", "ppp0", "ipv6", withFlags, "2001:db8:2::a3"],
    ["a local one", "lan0", "ipv6", withFlags, "has fd00::c4, which is private (ULA)"],
    ["nothing of one that is not ready", "new0", "ipv6", withFlags, "has no IPv6 address, or is not there"],
    ["what there is without the kernel's file", "eth0", "ipv6", portsWith({ interfaces }), "2001:db8::e"],
  ] as const) {
    test(`tells ${why}`, async () => {
      const witness = interfaceWitness(facts, { interface: name, facts: machine, alsoPublic });
      assert.equal(await wordsOf(witness, family), want);
    });
  }
});

suite("the route to the Internet", () => {
  const machine = portsWith({ interfaces, readText });
  for (const [why, local, family, want] of [
    ["the address that the kernel picks", "203.0.113.9", "ipv4", "203.0.113.9"],
    [
      "that a router is in front",
      "192.168.1.2",
      "ipv4",
      "says 192.168.1.2, which is private: a router is in front of this machine",
    ],
    ["the lasting address beside the temporary one", "2001:db8:1::a1", "ipv6", "2001:db8:1::b2"],
    ["a temporary one that is alone in its network", "2001:db8:2::a3", "ipv6", "2001:db8:2::a3"],
    ["the deprecated one that was picked", "2001:db8:1::d0", "ipv6", "2001:db8:1::d0"],
    ["one that the kernel's file does not have", "2001:db8:9::1", "ipv6", "2001:db8:9::1"],
    ["a local one", "fd00::c4", "ipv6", "says fd00::c4, which is private (ULA)"],
  ] as const) {
    test(`tells ${why}, and nothing is sent`, async () => {
      const { openUdp, sent, open } = fakeUdp({ address: local, port: 40_000 });
      const witness = routeWitness(facts, { openUdp, facts: machine, alsoPublic });
      assert.equal(await wordsOf(witness, family), want);
      assert.deepEqual([sent.length, open.size], [0, 0]);
    });
  }
});
