import assert from "node:assert/strict";
import { test } from "node:test";
import { addressBehindPrefix, interfaceIdProblem, prefixText } from "./prefix.ts";

for (const [why, address, length, interfaceId, want] of [
  ["a small identifier", "2001:db8:1:2:aaaa::9", 64, "::1", "2001:db8:1:2::1"],
  ["a whole identifier", "2001:db8:1:2::9", 64, "::5054:ff:fe12:3456", "2001:db8:1:2:5054:ff:fe12:3456"],
  ["a hardware address", "2001:db8:1:2::9", 64, "mac:52:54:00:12:34:56", "2001:db8:1:2:5054:ff:fe12:3456"],
  ["RFC 2464 §4", "2001:db8::", 64, "mac:34-56-78-9A-BC-DE", "2001:db8::3656:78ff:fe9a:bcde"],
  ["short octets", "2001:db8::", 64, "mac:2:0:0:0:0:1", "2001:db8::ff:fe00:1"],
  ["a network of the site's own prefix", "2001:db8:1:ff00::9", 56, "::5:0:0:0:1", "2001:db8:1:ff05::1"],
  ["a prefix within an octet", "2001:db8:1:fff0::9", 60, "::f:0:0:0:1", "2001:db8:1:ffff::1"],
  ["a short prefix", "2001:db8:1:2:3:4:5:6", 32, "::7:8:9:a", "2001:db8::7:8:9:a"],
] as const) {
  test(`${why} behind a prefix of ${length}`, () => {
    assert.equal(addressBehindPrefix(address, length, interfaceId), want);
  });
}

for (const [interfaceId, length, want] of [
  ["::1", 64, undefined],
  ["::5:0:0:0:1", 56, undefined],
  ["::5:0:0:0:1", 64, /has bits where the prefix/],
  ["::100:0:0:0:1", 56, /has bits where the prefix/],
  ["mac:52:54:00:12:34:56", 72, /needs 64 bits/],
  ["2001:db8::1", 64, /no interface identifier/],
  ["mac:52:54:00:12:34", 64, /no interface identifier/],
  ["mac:52:54:00:12:34:zz", 64, /no interface identifier/],
  ["", 64, /no interface identifier/],
] as const) {
  test(`"${interfaceId}" behind a prefix of ${length} is ${want === undefined ? "right" : "wrong"}`, () => {
    const problem = interfaceIdProblem(interfaceId, length);
    if (want === undefined) return assert.equal(problem, undefined);
    assert.match(problem ?? "", want);
    assert.throws(() => addressBehindPrefix("2001:db8::1", length, interfaceId), TypeError);
  });
}

test("a prefix is written with its length, and without what is behind it", () => {
  assert.deepEqual(
    [64, 56, 32].map((length) => prefixText("2001:db8:1:2ff:aaaa::9", length)),
    ["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8::/32"],
  );
  assert.throws(() => prefixText("192.0.2.1", 64), TypeError);
});
