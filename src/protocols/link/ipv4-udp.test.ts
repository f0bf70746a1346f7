import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { parseIpv4 } from "../dns/fields/addresses.ts";
import { WireError } from "../dns/wire.ts";
import { ipv4UdpHeaderOctets, readIpv4Udp, writeIpv4Udp } from "./ipv4-udp.ts";

function written(payload: Uint8Array, from: string, fromPort: number, to: string, toPort: number): string {
  const packet = new Uint8Array(ipv4UdpHeaderOctets + payload.length + 8).fill(0xee);
  packet.set(payload, ipv4UdpHeaderOctets);
  const addressing = { from: parseIpv4(from), fromPort, to: parseIpv4(to), toPort };
  return packet.subarray(0, writeIpv4Udp(packet, payload.length, addressing)).toHex();
}

suite("UDP in IPv4 is written", () => {
  test("as a client without an address is sent to", () => {
    const want = "45000020000040004011266e0a0900010a09004d00430044000c102a68617264";
    assert.equal(written(new TextEncoder().encode("hard"), "10.9.0.1", 67, "10.9.0.77", 68), want);
  });

  test("as a client without an address sends; its length is odd", () => {
    const want = "4500001f0000400040113acf00000000ffffffff00440043000b2bed6f6464";
    assert.equal(written(new TextEncoder().encode("odd"), "0.0.0.0", 68, "255.255.255.255", 67), want);
  });

  test("a checksum that comes out as zero is sent as ones. RFC 768", () => {
    const want = "4500001e0000400040113ad000000000ffffffff00440043000affffff53";
    assert.equal(written(Uint8Array.of(0xff, 0x53), "0.0.0.0", 68, "255.255.255.255", 67), want);
  });
});

const good = "45000020000040004011266e0a0900010a09004d00430044000c102a68617264";
const withOptions = `46000024000040004011000000000000ffffffff` + `01010100` + `00430044000c0000` + "68617264";

suite("UDP in IPv4 is read", () => {
  test("with its addresses, ports and payload, without the link's padding", () => {
    const { payload, ...addressing } = readIpv4Udp(Uint8Array.fromHex(`${good}000000000000`));
    assert.equal(new TextDecoder().decode(payload), "hard");
    assert.deepEqual(addressing, {
      from: parseIpv4("10.9.0.1"),
      fromPort: 67,
      to: parseIpv4("10.9.0.77"),
      toPort: 68,
    });
  });

  test("behind options", () => {
    const { payload, fromPort } = readIpv4Udp(Uint8Array.fromHex(withOptions));
    assert.equal(new TextDecoder().decode(payload), "hard");
    assert.equal(fromPort, 67);
  });

  test("though the checksum is left to a network card that never was", () => {
    const { payload } = readIpv4Udp(Uint8Array.fromHex(good.replace("102a", "0000")));
    assert.equal(payload.length, 4);
  });

  for (const [why, hex, field] of [
    ["nothing", "", "IPv4.header"],
    ["a header that is cut", good.slice(0, 38), "IPv4.header"],
    ["IPv6", `6${good.slice(1)}`, "IPv4.version"],
    ["a header of four words", `44${good.slice(2)}`, "IPv4.headerLength"],
    ["a header that is longer than the packet", "4f000020000040004011", "IPv4.header"],
    ["a length that is more than came", good.replace("0020", "0021"), "IPv4.length"],
    ["a length without room for the UDP header", good.replace("0020", "0018"), "IPv4.length"],
    ["a length that is less than its own header", good.replace("0020", "0013"), "IPv4.length"],
    ["TCP", good.replace("4011", "4006"), "IPv4.protocol"],
    ["a first fragment", good.replace("00004000", "00002000"), "IPv4.fragmentOffset"],
    ["a later fragment", good.replace("00004000", "00000001"), "IPv4.fragmentOffset"],
    ["a UDP length beyond the packet", good.replace("000c102a", "000d102a"), "UDP.length"],
    ["a UDP length without its own header", good.replace("000c102a", "0007102a"), "UDP.length"],
  ] as const) {
    test(`not: ${why}`, () => {
      assert.throws(() => readIpv4Udp(Uint8Array.fromHex(hex)), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.uint8Array({ maxLength: 80 }).map((rest) => Uint8Array.of(...Uint8Array.fromHex(good), ...rest)),
    );
    const changes = fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(octets, changes, (packet, changed) => {
        for (const [at, octet] of changed) if (at < packet.length) packet[at] = octet;
        try {
          assert.ok(readIpv4Udp(packet).payload.length <= packet.length - ipv4UdpHeaderOctets);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }),
    );
  });

  test("what has been written is read as it was", () => {
    const address = fc.nat(0xffff_ffff);
    const port = fc.nat(0xffff);
    const addressing = fc.record({ from: address, fromPort: port, to: address, toPort: port });
    fc.assert(
      fc.property(addressing, fc.uint8Array({ maxLength: 600 }), (wanted, payload) => {
        const packet = new Uint8Array(ipv4UdpHeaderOctets + payload.length);
        packet.set(payload, ipv4UdpHeaderOctets);
        writeIpv4Udp(packet, payload.length, wanted);
        assert.deepEqual(readIpv4Udp(packet), { ...wanted, payload });
      }),
    );
  });
});
