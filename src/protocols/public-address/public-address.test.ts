import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseNetwork } from "./network.ts";
import { canonicalAddress, type Family, publicAddressProblem } from "./public-address.ts";
import { specialRanges } from "./special-ranges.ts";

suite("what is a public address", () => {
  for (const [address, family, want] of [
    ["9.9.9.9", "ipv4", undefined],
    ["1.0.0.1", "ipv4", undefined],
    ["11.0.0.0", "ipv4", undefined],
    ["9.255.255.255", "ipv4", undefined],
    ["100.63.255.255", "ipv4", undefined],
    ["100.64.0.0", "ipv4", "shared by a carrier-grade NAT"],
    ["100.127.255.255", "ipv4", "shared by a carrier-grade NAT"],
    ["100.128.0.0", "ipv4", undefined],
    ["172.15.255.255", "ipv4", undefined],
    ["172.16.0.1", "ipv4", "private"],
    ["172.31.255.255", "ipv4", "private"],
    ["172.32.0.0", "ipv4", undefined],
    ["10.1.2.3", "ipv4", "private"],
    ["192.168.1.2", "ipv4", "private"],
    ["0.0.0.0", "ipv4", "no address"],
    ["0.1.2.3", "ipv4", "of this network only"],
    ["127.0.0.53", "ipv4", "of this machine only"],
    ["169.254.1.1", "ipv4", "link-local"],
    ["192.0.0.2", "ipv4", "of a transition to IPv6 (DS-Lite)"],
    ["192.0.0.170", "ipv4", "kept for protocols"],
    ["192.0.1.1", "ipv4", undefined],
    ["192.0.2.1", "ipv4", "for documentation"],
    ["198.51.100.7", "ipv4", "for documentation"],
    ["203.0.113.9", "ipv4", "for documentation"],
    ["192.88.99.1", "ipv4", "of 6to4 relays"],
    ["198.19.0.1", "ipv4", "for benchmarks"],
    ["198.20.0.1", "ipv4", undefined],
    ["224.0.0.1", "ipv4", "for multicast"],
    ["239.255.255.250", "ipv4", "for multicast"],
    ["240.0.0.1", "ipv4", "reserved"],
    ["255.255.255.255", "ipv4", "for broadcast"],
    ["223.255.255.255", "ipv4", undefined],
    ["2606:4700::1111", "ipv6", undefined],
    ["2a00:1450:4001::1", "ipv6", undefined],
    ["2001:200::1", "ipv6", undefined],
    ["3ffe::1", "ipv6", undefined],
    ["::", "ipv6", "no address"],
    ["::1", "ipv6", "of this machine only"],
    ["::ffff:9.9.9.9", "ipv6", "an IPv4 address in IPv6 form"],
    ["::9.9.9.9", "ipv6", "assigned to nobody"],
    ["64:ff9b::9.9.9.9", "ipv6", "of a NAT64"],
    ["64:ff9b:1:2::1", "ipv6", "of a NAT64"],
    ["100::1", "ipv6", "for discarding"],
    ["2001:0:4136:e378::1", "ipv6", "of a Teredo tunnel"],
    ["2001:1::1", "ipv6", "kept for protocols"],
    ["2001:2::1", "ipv6", "for benchmarks"],
    ["2001:2f::1", "ipv6", "a hash, not an address (ORCHID)"],
    ["2001:3f::1", "ipv6", "a tag of an aircraft"],
    ["2001:40::1", "ipv6", "kept for protocols"],
    ["2001:db8:1::1", "ipv6", "for documentation"],
    ["2001:db9::1", "ipv6", undefined],
    ["2002:c000:204::1", "ipv6", "of a 6to4 tunnel"],
    ["3fff:fff::1", "ipv6", "for documentation"],
    ["3fff:1000::1", "ipv6", undefined],
    ["4000::1", "ipv6", "assigned to nobody"],
    ["5f00::1", "ipv6", "for segment routing"],
    ["fd12:3456::1", "ipv6", "private (ULA)"],
    ["fe80::1", "ipv6", "link-local"],
    ["febf::1", "ipv6", "link-local"],
    ["fec0::1", "ipv6", "private (site-local)"],
    ["ff02::1", "ipv6", "for multicast"],
    ["9.9.9.9", "ipv6", "not an IPv6 address"],
    ["2606:4700::1111", "ipv4", "not an IPv4 address"],
    ["fe80::1%eth0", "ipv6", "no address"],
    ["9.9.9", "ipv4", "no address"],
    ["09.9.9.9", "ipv4", "no address"],
    ["", "ipv4", "no address"],
  ] as const) {
    test(`${address} is ${want ?? "public"}`, () => {
      assert.equal(publicAddressProblem(address, family), want);
    });
  }

  test("networks of a lab count as public when that is said, and no others with them", () => {
    const alsoPublic = ["203.0.113.0/24", "2001:db8::/32", "nonsense", "10.0.0.1"];
    const problems = (["203.0.113.9", "10.0.0.1", "198.51.100.7"] as const).map((address) =>
      publicAddressProblem(address, "ipv4", alsoPublic),
    );
    assert.deepEqual(problems, [undefined, undefined, "for documentation"]);
    assert.equal(publicAddressProblem("2001:db8::1", "ipv6", alsoPublic), undefined);
    assert.equal(publicAddressProblem("203.0.113.9", "ipv6", alsoPublic), "not an IPv6 address");
  });

  test("the table has networks only, each without bits behind its prefix", () => {
    for (const [text] of specialRanges) {
      const { octets, length } = parseNetwork(text)!;
      const bits = [...octets].map((octet) => octet.toString(2).padStart(8, "0")).join("");
      assert.match(bits.slice(length), /^0*$/, text);
    }
  });
});

for (const [text, family, want] of [
  ["2001:DB8:0:0:1:0:0:1", "ipv6", "2001:db8::1:0:0:1"], // RFC 5952 §4.2.3
  ["2001:0db8::0001", "ipv6", "2001:db8::1"], // RFC 5952 §4.1
  ["192.0.2.1", "ipv4", "192.0.2.1"],
  ["192.0.2.1", "ipv6", undefined],
  ["::1", "ipv4", undefined],
] as const satisfies readonly (readonly [string, Family, string | undefined])[]) {
  test(`the canonical ${family} form of ${text} is ${want ?? "none"}`, () => {
    assert.equal(canonicalAddress(text, family), want);
  });
}

for (const text of [
  "",
  "/8",
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "::/129",
  "::/x",
  "a::b::/8",
  "10.0.0.0/-1",
])
  test(`"${text}" is no network`, () => assert.equal(parseNetwork(text), undefined));
