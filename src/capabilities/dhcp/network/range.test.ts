import assert from "node:assert/strict";
import test from "node:test";
import {
  excludeProblem,
  isInPrefix,
  parseRange,
  parseSubnet,
  prefixText,
  rangeOfPrefix,
  rangeProblem,
  rangeText,
  subnetProblem,
} from "./range.ts";

const subnets: readonly (readonly [text: string, problem: string | undefined])[] = [
  ["192.168.9.0/24", undefined],
  ["10.0.0.0/8", undefined],
  ["192.168.9.4/30", undefined],
  ["192.168.9.1/24", "192.168.9.1/24 is an address in a network; write the network, 192.168.9.0/24"],
  ["192.168.9.0/31", '"192.168.9.0/31" is no network; write one such as 192.168.9.0/24, of /8 to /30'],
  ["0.0.0.0/0", '"0.0.0.0/0" is no network; write one such as 192.168.9.0/24, of /8 to /30'],
  ["192.168.9.0", '"192.168.9.0" is no network; write one such as 192.168.9.0/24, of /8 to /30'],
  ["192.168.9.0/24/24", '"192.168.9.0/24/24" is no network; write one such as 192.168.9.0/24, of /8 to /30'],
  ["192.168.9/24", '"192.168.9/24" is no network; write one such as 192.168.9.0/24, of /8 to /30'],
  ["192.168.9.0/x", '"192.168.9.0/x" is no network; write one such as 192.168.9.0/24, of /8 to /30'],
];

for (const [text, problem] of subnets)
  test(`network ${text}: ${problem ?? "is one"}`, () => {
    assert.equal(subnetProblem(text), problem);
    const prefix = parseSubnet(text);
    assert.equal(prefix && prefixText(prefix), problem === undefined ? text : undefined);
  });

const ranges: readonly (readonly [text: string, want: string | undefined])[] = [
  ["192.168.9.100-192.168.9.250", "192.168.9.100-192.168.9.250"],
  ["192.168.9.100 - 192.168.9.250", "192.168.9.100-192.168.9.250"],
  ["192.168.9.100", "192.168.9.100"],
  ["192.168.9.128/25", "192.168.9.128-192.168.9.255"],
  ["192.168.9.7/32", "192.168.9.7"],
  ["192.168.9.250-192.168.9.100", undefined],
  ["192.168.9.100-200", undefined],
  ["192.168.9.129/25", undefined],
  ["192.168.9.0/33", undefined],
  ["1.2.3.4-1.2.3.5-1.2.3.6", undefined],
  ["", undefined],
];

for (const [text, want] of ranges)
  test(`range "${text}" is ${want ?? "none"}`, () => {
    const range = parseRange(text);
    assert.equal(range && rangeText(range), want);
    assert.equal(rangeProblem(text) === undefined, want !== undefined);
    assert.equal(excludeProblem(text) === undefined, want !== undefined);
  });

test("a pool that the tables have no room for is told with its size", () => {
  assert.equal(
    rangeProblem("10.0.0.0-11.255.255.255"),
    "10.0.0.0-11.255.255.255 has 33554432 addresses; a pool has 16777216 at most",
  );
});

test("the upper half of all addresses is no lower than the other", () => {
  const prefix = parseSubnet("255.255.255.0/24")!;
  const { first, last } = rangeOfPrefix(prefix);
  assert.deepEqual([first, last], [0xffff_ff00, 0xffff_ffff]);
  assert.ok(isInPrefix(0xffff_ff07, prefix));
  assert.ok(!isInPrefix(0xffff_fe07, prefix));
});
