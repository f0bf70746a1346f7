import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { addressOctets } from "#platform/listen/address-octets.ts";
import { parseName } from "#protocols/dns/name.ts";
import { parseAddressMatch } from "./address-match.ts";

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
  ["none keeps out whoever gets that far", ["192.0.2.1", "none", "any"], "192.0.2.2", false],
  ["whoever was let in before none is in", ["192.0.2.1", "none", "any"], "192.0.2.1", true],
  ["not none lets everybody in", ["!none"], "2001:db8::1", true],
  ["the last address of all is an address", ["!any", "any"], "255.255.255.255", false],
  ["a prefix may reach to the last address", ["255.0.0.0/8"], "255.255.255.255", true],
  ["a prefix may begin at the first address", ["0.0.0.0/1"], "0.0.0.0", true],
  ["an IPv4 prefix lets no IPv6 address in", ["0.0.0.0/0"], "::", false],
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

test("localhost and localnets follow the machine's addresses", () => {
  const client = addressOctets("192.168.9.7");
  const match = parseAddressMatch(["!192.168.9.66", "acl near"], { near: ["localnets"] }, []);
  assert.equal(match.allows(client), false, "before the address came");
  match.refresh([{ address: "192.168.9.1", family: 4, prefixLength: 24 }]);
  assert.equal(match.allows(client), true, "with the address");
  assert.equal(match.allows(addressOctets("192.168.9.66")), false);
  match.refresh([{ address: "192.168.9.1", family: 4, prefixLength: 30 }]);
  assert.equal(match.allows(client), false, "with a smaller network");
});

test("lists that contain one another are refused, however many ways lead round", () => {
  const round = { a: ["acl b", "acl b"], b: ["acl a", "acl a"] };
  assert.throws(() => parseAddressMatch(["acl a"], round), /contains itself/);
});

test("a list that is named over and over is worked out once", () => {
  const levels = Array.from({ length: 15 }, (_, level) => [
    `l${level}`,
    level === 0 ? ["192.0.2.0/24"] : Array<string>(20).fill(`acl l${level - 1}`),
  ]);
  const match = parseAddressMatch(["acl l14"], Object.fromEntries(levels));
  assert.equal(match.allows(addressOctets("192.0.2.9")), true);
});

/** Few bits vary, so that prefixes hold and touch one another. */
const anyAddress = fc
  .tuple(fc.boolean(), fc.integer({ min: 0, max: 63 }))
  .map(([isIpv6, low]) =>
    isIpv6 ? `2001:db8::${(low >> 4).toString(16)}:${low & 15}` : `10.0.${low >> 4}.${low & 15}`,
  );
const anyPrefix = fc.tuple(anyAddress, fc.integer({ min: 0, max: 20 })).map(([address, hostBits]) => {
  const octets = addressOctets(address);
  const bits = octets.length * 8 - hostBits;
  octets.forEach((_, index) => {
    octets[index]! &= 0xff << Math.min(8, Math.max(0, index * 8 + 8 - bits));
  });
  const text = octets.length === 4 ? octets.join(".") : octets.toHex().replace(/(.{4})(?=.)/g, "$1:");
  return { text: `${text}/${bits}`, address: text, bits };
});
type Prefix = { text: string; address: string; bits: number };
type Node = { negated: boolean; element: Prefix | readonly Node[] };
const { anyList } = fc.letrec<{ anyList: readonly Node[] }>((tie) => ({
  anyList: fc.array(
    fc.record({
      negated: fc.boolean(),
      element: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        anyPrefix,
        tie("anyList") as fc.Arbitrary<never>,
      ),
    }),
    { maxLength: 5 },
  ),
}));

/** What the entries say, read one after the other. */
function saysYes(nodes: readonly Node[], address: string): boolean {
  for (const { negated, element } of nodes) {
    if (Array.isArray(element) ? saysYes(element, address) : holds(element as Prefix, address))
      return !negated;
  }
  return false;
}

function holds(prefix: Prefix, address: string): boolean {
  const family = address.includes(":") ? "ipv6" : "ipv4";
  if (prefix.address.includes(":") !== (family === "ipv6")) return false;
  const block = new BlockList();
  block.addSubnet(prefix.address, prefix.bits, family);
  return block.check(address, family);
}

test("a list says what its entries say one after the other", () => {
  fc.assert(
    fc.property(anyList, fc.array(anyAddress, { minLength: 1, maxLength: 10 }), (nodes, addresses) => {
      const named: Record<string, string[]> = {};
      const entriesOf = (list: readonly Node[]): string[] =>
        list.map(({ negated, element }) => {
          const sign = negated ? "!" : "";
          if (!Array.isArray(element)) return sign + (element as Prefix).text;
          const entries = entriesOf(element as readonly Node[]);
          const name = `l${Object.keys(named).length}`;
          named[name] = entries;
          return `${sign}acl ${name}`;
        });
      const entries = entriesOf(nodes);
      const match = parseAddressMatch(entries, named);
      for (const address of addresses) {
        const note = `${address} in ${JSON.stringify({ entries, named })}`;
        assert.equal(match.allows(addressOctets(address)), saysYes(nodes, address), note);
      }
    }),
    { numRuns: 2000 },
  );
});

for (const [why, entries, address, key, want] of [
  ["a key alone lets its messages in from anywhere", ["key alpha"], "192.0.2.1", "alpha", true],
  ["a key alone lets nothing else in", ["key alpha"], "192.0.2.1", undefined, false],
  ["another key is none", ["key alpha"], "192.0.2.1", "beta", false],
  ["a key in any case is the same", ["key ALPHA."], "192.0.2.1", "alpha", true],
  ["an address or a key", ["key alpha", "192.0.2.0/24"], "192.0.2.1", undefined, true],
  ["a key that is refused", ["!key alpha", "any"], "192.0.2.1", "alpha", false],
  ["others than the key that is refused", ["!key alpha", "any"], "192.0.2.1", "beta", true],
  ["an address before the key", ["!192.0.2.1", "key alpha"], "192.0.2.1", "alpha", false],
  ["a key in a named list", ["acl admins"], "192.0.2.1", "alpha", true],
  ["whoever is not in the list first", ["!acl outside", "key alpha"], "198.51.100.1", "alpha", false],
] as const) {
  test(`lists with keys: ${why}`, () => {
    const lists = { admins: ["key alpha"], outside: ["!192.0.2.0/24", "any"] };
    const match = parseAddressMatch(entries, lists);
    assert.equal(match.any, false);
    const name = key === undefined ? undefined : parseName(`${key}.`);
    assert.equal(match.allows(addressOctets(address), name), want);
  });
}
