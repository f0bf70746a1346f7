import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { parseIpv4 } from "../dns/fields/addresses.ts";
import { WireError } from "../dns/wire.ts";
import { icmpEchoOctets, readIcmpEchoReply, writeIcmpEcho } from "./icmp-echo.ts";

/** With an option in its IPv4 header. */
const reply = "4600002300004000400100000a0900020a090001" + "01010100" + "00002962" + "12340007" + "616263";

suite("the echo of ICMP", () => {
  test("a request has its identifier, sequence number and checksum", () => {
    const octets = new Uint8Array(icmpEchoOctets).fill(0xee);
    assert.equal(writeIcmpEcho({ identifier: 0x1234, sequence: 7 }, octets), icmpEchoOctets);
    assert.equal(octets.toHex(), `0800e5c412340007${"00".repeat(56)}`);
  });

  test("a reply tells who answers what", () => {
    const want = { from: parseIpv4("10.9.0.2"), identifier: 0x1234, sequence: 7 };
    assert.deepEqual(readIcmpEchoReply(Uint8Array.fromHex(`${reply}0000`)), want);
  });

  for (const [why, hex, field] of [
    ["one that is cut", reply.slice(0, -2), "IPv4.length"],
    ["one too short for its header", reply.replace("46000023", "4600001f").slice(0, -8), "ICMP"],
    ["a request", reply.replace("00002962", "08002162"), "ICMP.type"],
    ["one that was damaged on its way", reply.replace("616263", "616264"), "ICMP.checksum"],
    ["UDP", reply.replace("40004001", "40004011"), "IPv4.protocol"],
  ] as const) {
    test(`no reply: ${why}`, () => {
      assert.throws(() => readIcmpEchoReply(Uint8Array.fromHex(hex)), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(34), fc.nat(255), (noise, at, octet) => {
        const changed = Uint8Array.fromHex(reply);
        changed[at] = octet;
        for (const octets of [noise, changed]) {
          try {
            readIcmpEchoReply(octets);
          } catch (error) {
            assert.ok(error instanceof WireError, String(error));
          }
        }
      }),
    );
  });
});
