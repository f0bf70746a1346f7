import assert from "node:assert/strict";
import { test } from "node:test";
import { hostIn, nameOfHost, zoneCandidates, zoneOf } from "./find-zone.ts";

for (const [name, zone, candidates] of [
  ["home.example.net", undefined, ["home.example.net", "example.net"]],
  ["*.home.example.net", undefined, ["home.example.net", "example.net"]],
  ["example.net", undefined, ["example.net"]],
  ["home.example.co.uk", undefined, ["home.example.co.uk", "example.co.uk", "co.uk"]],
  ["home.example.net", "example.net", ["example.net"]],
  ["localhost", undefined, ["localhost"]],
] as const)
  test(`the zone of ${name}, said to be ${zone}, may be ${candidates.join(", ")}`, () =>
    assert.deepEqual(zoneCandidates({ name, zone }), candidates));

test("of two zones that a name is in the longer one is its zone", () => {
  const zones = new Map(["example.net", "sub.example.net"].map((name) => [name, name]));
  assert.equal(zoneOf({ name: "a.sub.example.net", zone: undefined }, zones), "sub.example.net");
  assert.equal(zoneOf({ name: "notsub.example.net", zone: undefined }, zones), "example.net");
  assert.equal(zoneOf({ name: "example.org", zone: undefined }, zones), undefined);
});

for (const [name, host] of [
  ["example.net", "@"],
  ["home.example.net", "home"],
  ["*.example.net", "*"],
  ["a.b.example.net", "a.b"],
] as const)
  test(`${name} is ${host} in example.net, and back`, () => {
    assert.equal(hostIn(name, "example.net"), host);
    assert.equal(nameOfHost(host, "example.net"), name);
  });

for (const [host, name] of [
  ["", "example.net"],
  ["HOME", "home.example.net"],
] as const)
  test(`a provider's "${host}" in example.net is ${name}`, () =>
    assert.equal(nameOfHost(host, "example.net"), name));
