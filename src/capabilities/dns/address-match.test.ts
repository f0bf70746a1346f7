import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAddressMatch } from "./address-match.ts";
import { addressOctets } from "./address-octets.ts";

const lists = { office: ["192.168.9.0/24", "2001:db8:9::/48"], guests: ["!192.168.9.66", "acl office"] };

for (const [why, entries, address, allowed] of [
  ["an empty list lets nobody in", [], "192.0.2.1", false],
  ["any lets everybody in", ["any"], "2001:db8::1", true],
  ["none lets nobody in", ["none"], "127.0.0.1", false],
  ["an address lets itself in", ["192.0.2.1"], "192.0.2.1", true],
  ["an address lets no other in", ["192.0.2.1"], "192.0.2.2", false],
  ["a prefix lets its addresses in", ["192.168.9.0/24"], "192.168.9.255", true],
  ["a prefix lets no others in", ["192.168.9.0/24"], "192.168.10.0", false],
  ["an IPv6 prefix lets its addresses in", ["2001:db8::/32"], "2001:db8:ffff::1", true],
  ["the first entry that fits decides", ["!192.168.9.5", "192.168.9.0/24"], "192.168.9.5", false],
  ["what the first does not fit, the next may", ["!192.168.9.5", "192.168.9.0/24"], "192.168.9.6", true],
  ["a named list lets in what it lets in", ["acl office"], "2001:db8:9::7", true],
  [
    "what a named list refuses is left to the entries after it",
    ["acl guests", "192.168.9.66"],
    "192.168.9.66",
    true,
  ],
  ["a negated list refuses what it lets in", ["!acl guests", "any"], "192.168.9.7", false],
  ["localhost is the machine itself", ["localhost"], "127.0.0.1", true],
  ["localhost is not its network", ["localhost"], "127.0.0.2", false],
  ["localnets is its networks", ["localnets"], "127.0.0.2", true],
  ["no query has a key yet", ["key rndc-key"], "127.0.0.1", false],
  ["a link-local address with its interface is matched", ["fe80::/10"], "fe80::1%lo", true],
] as const) {
  test(why, () => {
    const match = parseAddressMatch(entries, lists);
    assert.equal(match.allows(addressOctets(address)), allowed);
  });
}

test("a list that an address decides is looked up, and only any says so for all", () => {
  assert.equal(parseAddressMatch(["any"]).any, true);
  assert.equal(parseAddressMatch(["!192.0.2.1", "any"]).any, false);
});
