import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { parseIpv4 } from "../dns/fields/addresses.ts";
import { WireError } from "../dns/wire.ts";
import { ArpOperation, arpOctets, arpProbe, readArp, writeArp } from "./arp.ts";

const own = Uint8Array.fromHex("525400123456");
const probe = "0001080006040001" + "525400123456" + "00000000" + "000000000000" + "c0a80964";
const reply = "0001080006040002" + "0200000000aa" + "c0a80964" + "525400123456" + "00000000";

suite("ARP", () => {
  test("a probe names its sender's hardware and no address of it. RFC 5227 §2.1.1", () => {
    const octets = new Uint8Array(arpOctets).fill(0xee);
    assert.equal(writeArp(arpProbe(parseIpv4("192.168.9.100"), own), octets), arpOctets);
    assert.equal(octets.toHex(), probe);
  });

  test("an answer tells who has the address, also with padding behind it", () => {
    const packet = readArp(Uint8Array.fromHex(`${reply}${"00".repeat(18)}`));
    assert.equal(packet.operation, ArpOperation.reply);
    assert.equal(packet.senderAddress, parseIpv4("192.168.9.100"));
    assert.equal(packet.senderHardwareAddress.toHex(), "0200000000aa");
    assert.equal(packet.targetHardwareAddress.toHex(), own.toHex());
    assert.equal(packet.targetAddress, 0);
  });

  for (const [why, hex, field] of [
    ["one that is cut", reply.slice(2), "ARP"],
    ["another kind of link", `0006${reply.slice(4)}`, "ARP.hardwareType"],
    ["another protocol", reply.replace("0800", "86dd"), "ARP.protocolType"],
    ["longer hardware addresses", reply.replace("0604", "0804"), "ARP.hardwareOctets"],
    ["longer addresses", reply.replace("0604", "0610"), "ARP.protocolOctets"],
  ] as const) {
    test(`not read: ${why}`, () => {
      assert.throws(() => readArp(Uint8Array.fromHex(hex)), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        try {
          readArp(octets);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }),
    );
  });
});
