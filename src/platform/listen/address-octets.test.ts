import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import test from "node:test";
import { addressOctets, addressText, isLinkLocal, scopeOf } from "./address-octets.ts";

for (const [text, octets, linkLocal] of [
  ["192.0.2.1", "c0000201", false],
  ["254.128.0.1", "fe800001", false],
  ["2001:db8::53", "20010db8000000000000000000000053", false],
  ["fe80::1", "fe800000000000000000000000000001", true],
  ["febf::1", "febf0000000000000000000000000001", true],
  ["fec0::1", "fec00000000000000000000000000001", false],
] as const) {
  test(`${text} is ${octets}, and ${linkLocal ? "a" : "no"} link-local address`, () => {
    assert.equal(Buffer.from(addressOctets(text)).toString("hex"), octets);
    assert.equal(addressText(Uint8Array.fromHex(octets)), text);
    assert.equal(isLinkLocal(addressOctets(text)), linkLocal);
  });
}

test("the octets are found wherever they lie", () => {
  const memory = Uint8Array.of(9, 9, 192, 0, 2, 1, 9);
  assert.equal(addressText(memory.subarray(2, 6)), "192.0.2.1");
});

test("what is no address is an error that names it", () =>
  assert.throws(() => addressOctets("eth0"), { name: "TypeError", message: "eth0 is no address" }));

test("an interface without a name is its number, and one that is not there is none", () => {
  assert.equal(addressText(addressOctets("fe80::1%65000"), 65_000), "fe80::1%65000");
  assert.equal(scopeOf("fe80::1%65000"), 65_000);
  assert.equal(scopeOf("fe80::1%no-such-interface"), 0);
  assert.equal(scopeOf("fe80::1"), 0);
});

test("only a link-local address has its interface in its text", () =>
  assert.equal(addressText(addressOctets("2001:db8::1"), 2), "2001:db8::1"));

test("an interface of this machine is known by name and number", () => {
  for (const [name, infos] of Object.entries(networkInterfaces())) {
    for (const info of infos ?? []) {
      if (info.family !== "IPv6" || !info.scopeid) continue;
      assert.equal(scopeOf(`fe80::1%${name}`), info.scopeid);
      assert.equal(addressText(addressOctets("fe80::1"), info.scopeid), `fe80::1%${name}`);
    }
  }
});
