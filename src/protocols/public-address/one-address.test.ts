import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { oneAddress } from "./one-address.ts";

const trace =
  "fl=1f1\nh=api.cloudflare.com\nip=9.9.9.9\nts=1.2\nvisit_scheme=https\nuag=Homeport\ncolo=FRA\nwarp=off\n";
const dynPage =
  "<html><head><title>Current IP Check</title></head><body>Current IP Address: 9.9.9.9</body></html>\r\n";

suite("a text that is exactly one address", () => {
  for (const [why, text, family, want] of [
    ["alone", "9.9.9.9", "ipv4", "9.9.9.9"],
    ["with a line's end", "9.9.9.9\r\n", "ipv4", "9.9.9.9"],
    ["with a byte order mark", "\uFEFF9.9.9.9\n", "ipv4", "9.9.9.9"],
    ["said twice", "9.9.9.9, 9.9.9.9\n", "ipv4", "9.9.9.9"],
    ["in JSON", '{"ip":"9.9.9.9"}', "ipv4", "9.9.9.9"],
    [
      "in JSON with much else",
      '{"country":"DE","ip":"2606:4700::1111","asn":[1]}',
      "ipv6",
      "2606:4700::1111",
    ],
    ["in a trace", trace, "ipv4", "9.9.9.9"],
    ["in a page of dyn.com's kind", dynPage, "ipv4", "9.9.9.9"],
    ["as checkip pages say it", "Current IP Address: 9.9.9.9", "ipv4", "9.9.9.9"],
    ["of IPv6, to its canonical form", "2606:4700:0:0:0:0:0:1111\n", "ipv6", "2606:4700::1111"],
    ["of IPv4 in its IPv6 form", "::ffff:9.9.9.9", "ipv4", "9.9.9.9"],
  ] as const) {
    test(why, () => assert.deepEqual(oneAddress(text, family), { kind: "address", address: want }));
  }
});

suite("a text that is not", () => {
  for (const [why, text, family, want] of [
    ["empty", "", "ipv4", /^says nothing$/],
    ["blank", " \r\n\t", "ipv4", /^says nothing$/],
    ["two addresses", "9.9.9.9\n8.8.8.8", "ipv4", /^says two addresses, 9\.9\.9\.9 and 8\.8\.8\.8$/],
    ["one of each family", "9.9.9.9 2606::1", "ipv4", /^says two addresses/],
    ["two in JSON", '{"ip":"9.9.9.9","query":"8.8.8.8"}', "ipv4", /^says two addresses/],
    ["two lines of a trace", "ip=9.9.9.9\nip=8.8.8.8", "ipv4", /^says two addresses/],
    ["a trace without its line", "fl=1f1\nh=x", "ipv4", /not one address$/],
    ["the other family only", "2606:4700::1111", "ipv4", /^says 2606:4700::1111, which is not an IPv4/],
    ["IPv4 where IPv6 is asked for", "9.9.9.9", "ipv6", /^says 9\.9\.9\.9, which is not an IPv6 address$/],
    [
      "a login page",
      "<!DOCTYPE html><html><body>Welcome 9.9.9.9</body></html>",
      "ipv4",
      /^answers with a web page/,
    ],
    ["a page of checkip's kind with two", dynPage.replace("9.9.9.9", "9.9.9.9, 8.8.8.8"), "ipv4", /web page/],
    ["an error text", "Service unavailable from 9.9.9.9", "ipv4", /^says "Service unavailable from 9/],
    ["an address with a port", "9.9.9.9:443", "ipv4", /not one address$/],
    ["a network", "9.9.9.0/24", "ipv4", /not one address$/],
    ["an address with an interface", "fe80::1%eth0", "ipv6", /not one address$/],
    ["a number", "134744072", "ipv4", /not one address$/],
    ["octal quads", "011.9.9.9", "ipv4", /not one address$/],
    ["cut JSON", '{"ip":"9.9.9.9"', "ipv4", /not one address$/],
    ["JSON without it", '{"error":"9.9.9.9"}', "ipv4", /not one address$/],
    ["JSON with a number", '{"ip":9}', "ipv4", /not one address$/],
    ["JSON with an empty member", '{"ip":""}', "ipv4", /not one address$/],
    ["a JSON list", '["9.9.9.9"]', "ipv4", /not one address$/],
    ["what moves a cursor", "\u001b[2J9.9.9.9", "ipv4", /^says " \[2J9\.9\.9\.9", which/],
    ["very much", `9.9.9.9${" ".repeat(10_000)}`, "ipv4", /^says too much to be an address$/],
  ] as const) {
    test(why, () => {
      const got = oneAddress(text, family);
      assert.equal(got.kind, "unknown");
      assert.match(got.kind === "unknown" ? got.why : "", want);
    });
  }

  test("is never shown at length", () => {
    const got = oneAddress("x".repeat(5_000), "ipv4");
    assert.ok(got.kind === "unknown" && got.why.length < 120);
  });

  test("whatever is said, it is one address of the family or a reason", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'09.:af{}"ip=,\n '.split("")) }), (text) => {
        const got = oneAddress(text, "ipv4");
        if (got.kind === "address") assert.match(got.address, /^\d+\.\d+\.\d+\.\d+$/);
        else assert.match(got.why, /^(says|answers) /);
      }),
    );
  });
});
