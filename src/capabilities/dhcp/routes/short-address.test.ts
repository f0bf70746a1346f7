import assert from "node:assert/strict";
import { test } from "node:test";
import { addressesNamed, looksLikeAddress } from "./short-address.ts";

const two = ["192.168.9.0/24", "192.168.10.0/24"];

for (const [why, text, subnets, want] of [
  ["a whole address is itself, wherever it is", "10.1.2.3", two, ["10.1.2.3"]],
  ["the last octet with a dot", ".12", ["192.168.9.0/24"], ["192.168.9.12"]],
  ["the last octet alone", "12", ["192.168.9.0/24"], ["192.168.9.12"]],
  ["in several networks it is several", ".12", two, ["192.168.9.12", "192.168.10.12"]],
  ["two octets tell networks apart", "9.12", two, ["192.168.9.12"]],
  ["only of networks that have it", ".200", ["192.168.9.0/25", "192.168.10.128/25"], ["192.168.10.200"]],
  ["a wide network begins with it", ".12", ["10.8.0.0/16"], ["10.8.0.12"]],
  ["three octets of a wide network", "8.4.12", ["10.8.0.0/16"], ["10.8.4.12"]],
  ["no octet is above 255", ".256", two, []],
  ["a name is none", "laptop", two, []],
] as const)
  test(`a short address: ${why}`, () => assert.deepEqual(addressesNamed(text, subnets), want));

test("what looks like an address is told from names and hardware addresses", () => {
  const yes = ["192.168.9.12", ".12", "12", "9.12"];
  const no = ["laptop", "52:54:00:12:34:56", "12a", "1.2.3.4.5", "", "."];
  assert.deepEqual([...yes, ...no].filter(looksLikeAddress), yes);
});
