import assert from "node:assert/strict";
import { test } from "node:test";
import { portsWith } from "./methods/witness-ports.testing.ts";
import { sitePrefix } from "./site-prefix.ts";

const kernelFile = [
  "fe8000000000000000fc00fffe000001 02 40 20 80     lan0",
  "fd0000000000000000000000000000c4 02 40 00 80     lan0",
  "20010db80001ab0200000000000000b2 02 40 00 00     lan0",
  "fd0000000000000000000000000000c5 03 40 00 80     lan1",
].join("\n");
const machine = portsWith({ readText: () => kernelFile });

for (const [why, prefix, siteAddress, want] of [
  ["of the site's address", { length: 64 }, "2001:db8:7:8::9", "2001:db8:7:8::/64"],
  ["a short one of the site's address", { length: 56 }, "2001:db8:7:8ff::9", "2001:db8:7:800::/56"],
  [
    "of an interface, whatever the site's is",
    { interface: "lan0", length: 64 },
    "2001:db8:7:8::9",
    "2001:db8:1:ab02::/64",
  ],
  ["a short one of an interface", { interface: "lan0", length: 48 }, undefined, "2001:db8:1::/48"],
  ["none without an address", { length: 64 }, undefined, undefined],
  ["none of an IPv4 address", { length: 64 }, "203.0.113.9", undefined],
  [
    "none of an interface without a public one",
    { interface: "lan1", length: 64 },
    "2001:db8:7:8::9",
    undefined,
  ],
  ["none of an interface that is not there", { interface: "lan9", length: 64 }, "2001:db8:7:8::9", undefined],
] as const) {
  test(`the prefix of the site: ${why}`, () => {
    assert.equal(sitePrefix({ prefix, alsoPublic: ["2001:db8::/32"] }, siteAddress, machine), want);
  });
}
