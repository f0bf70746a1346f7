import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { dhcp4Limits } from "./limits.ts";
import { hex, sampleHeader } from "./message.testing.ts";
import { type Dhcp4Option, type Dhcp4Reply, readDhcp4, writeDhcp4 } from "./message.ts";

const type: Dhcp4Option = { code: 53, data: hex("05") };
const server: Dhcp4Option = { code: 54, data: hex("c0a80901") };
const filler = (code: number, length: number): Dhcp4Option => ({
  code,
  data: new Uint8Array(length).fill(code),
});

function replyOf(options: readonly Dhcp4Option[], more: Partial<Dhcp4Reply> = {}): Dhcp4Reply {
  return { ...sampleHeader, operation: 2, octetsMax: dhcp4Limits.messageOctetsDefault, options, ...more };
}

/** Writes into a buffer in which something lay before. */
function written(reply: Dhcp4Reply, size = 1500) {
  const into = new Uint8Array(size).fill(0xee);
  const { octets, left } = writeDhcp4(reply, into);
  const datagram = into.slice(0, octets);
  return { datagram, left, message: readDhcp4(datagram), rest: into.subarray(octets) };
}

/** The codes as they stand in a field. */
function codesAt(octets: Uint8Array, start: number, end: number): number[] {
  const codes: number[] = [];
  for (let at = start; at < end && octets[at] !== 255; at += 2 + octets[at + 1]!) codes.push(octets[at]!);
  return codes;
}

describe("replies with room for all", () => {
  test("options stand in the order wanted, 82 last (RFC 3046 §2.1)", () => {
    const { datagram, left } = written(replyOf([filler(82, 4), type, server, filler(3, 4), filler(1, 4)]));
    assert.deepEqual(codesAt(datagram, 240, datagram.length), [53, 54, 3, 1, 82]);
    assert.deepEqual(left, []);
  });

  test("a short reply is padded to BOOTP's 300 octets, and nothing is written behind it", () => {
    const { datagram, rest } = written(replyOf([type]));
    assert.equal(datagram.length, 300);
    assert.equal(datagram.subarray(240, 244).toHex(), "350105ff");
    assert.ok(datagram.subarray(244).every((octet) => octet === 0));
    assert.ok(rest.every((octet) => octet === 0xee));
  });

  test("what lay in the buffer does not show through", () => {
    const { message } = written(replyOf([type], { hardwareAddress: hex("01") }));
    assert.deepEqual([message.serverName.length, message.file.length], [0, 0]);
    assert.equal(message.hardwareAddress.toHex(), "01");
  });

  test("an option of more than 255 octets is written in pieces (RFC 3396 §5)", () => {
    const long = { code: 119, data: Uint8Array.from({ length: 600 }, (_, at) => at % 251) };
    const { datagram, message } = written(replyOf([type, long, server], { octetsMax: 1400 }));
    assert.deepEqual(codesAt(datagram, 240, datagram.length), [53, 119, 119, 119, 54]);
    assert.deepEqual([datagram[244], datagram[501], datagram[758]], [255, 255, 90]);
    assert.deepEqual(message.options.get(119), long.data);
  });

  test("an option of 255 octets is one, of 510 two", () => {
    const { datagram } = written(replyOf([filler(61, 255), filler(62, 510)], { octetsMax: 1400 }));
    assert.deepEqual(codesAt(datagram, 240, datagram.length), [61, 62, 62]);
  });

  test("a reply that fits to the octet is not overloaded", () => {
    const { datagram, message } = written(replyOf([type, filler(12, 60)], { octetsMax: 306 }));
    assert.equal(datagram.length, 306);
    assert.equal(message.options.has(52), false);
  });
});

describe("replies that are crowded", () => {
  test("what has no room goes into file, then into sname", () => {
    const { datagram, message, left } = written(
      replyOf([type, filler(10, 50), filler(11, 100), filler(12, 50), server, filler(82, 3)], {
        octetsMax: 312,
      }),
    );
    assert.deepEqual(codesAt(datagram, 240, datagram.length), [53, 10, 54, 52, 82]);
    assert.deepEqual(codesAt(datagram, 108, 236), [11]);
    assert.deepEqual(codesAt(datagram, 44, 108), [12]);
    assert.deepEqual(left, []);
    assert.equal(message.options.get(52)!.toHex(), "03");
    assert.deepEqual(
      [10, 11, 12].map((code) => message.options.get(code)!.length),
      [50, 100, 50],
    );
  });

  test("a file that is in use is not written over", () => {
    const { message, left } = written(
      replyOf([type, filler(10, 60), filler(11, 100), filler(12, 20)], {
        octetsMax: 312,
        file: hex("616263"),
      }),
    );
    assert.equal(Buffer.from(message.file).toString(), "abc");
    assert.deepEqual(left, [11]);
    assert.equal(message.options.get(52)!.toHex(), "02");
    assert.equal(message.options.get(12)!.length, 20);
  });

  test("without a field that is free, what has no room is left out and told", () => {
    const reply = replyOf([type, filler(10, 200), filler(11, 10), server], {
      octetsMax: 312,
      file: hex("61"),
      serverName: hex("62"),
    });
    const { message, left } = written(reply);
    assert.deepEqual(left, [10]);
    assert.deepEqual([...message.options.keys()], [53, 11, 54]);
  });

  test("the message type and the server identifier are kept, wherever they stand", () => {
    const crowd = Array.from({ length: 60 }, (_, index) => filler(130 + index, 9));
    const { message, left, datagram } = written(replyOf([...crowd, type, server], { octetsMax: 400 }));
    assert.ok(datagram.length <= 400);
    assert.ok(left.length > 0);
    assert.deepEqual(
      [message.options.get(53)?.toHex(), message.options.get(54)?.toHex()],
      ["05", "c0a80901"],
    );
  });

  test("option 82 is not counted, as the relay agent takes it off", () => {
    const { datagram, left } = written(
      replyOf([type, server, filler(12, 30), filler(82, 200)], { octetsMax: 300 }),
    );
    assert.deepEqual(left, []);
    assert.deepEqual(codesAt(datagram, 240, datagram.length), [53, 54, 12, 82]);
    assert.equal(datagram.length, 240 + 3 + 6 + 32 + 202 + 1);
  });

  test("an option 82 that the buffer is too short for is left out", () => {
    const { left, message } = written(replyOf([type, server, filler(82, 400)]), 500);
    assert.deepEqual(left, [82]);
    assert.equal(message.options.get(53)!.toHex(), "05");
  });

  test("a client that says it takes less than BOOTP's message is not believed (RFC 2132 §9.10)", () => {
    const { message, left } = written(replyOf([type, filler(12, 40)], { octetsMax: 20 }));
    assert.deepEqual(left, []);
    assert.deepEqual([...message.options.keys()], [53, 12]);
  });

  test("what is kept for the message type and the server identifier is kept once", () => {
    const full = { octetsMax: 312, file: hex("61"), serverName: hex("62") };
    const { datagram, left } = written(replyOf([type, server, filler(12, 60), filler(13, 1)], full));
    assert.deepEqual([datagram.length, left], [312, [13]]);
  });

  test("the end of each field is marked", () => {
    const { datagram } = written(
      replyOf([type, filler(10, 60), filler(11, 125), filler(12, 61)], { octetsMax: 312 }),
    );
    assert.deepEqual([datagram[235], datagram[107]], [255, 255]);
  });

  test("an option that leaves no room for the end does not go into a field", () => {
    const { left, message } = written(replyOf([type, filler(10, 126), filler(11, 62)], { octetsMax: 300 }));
    assert.deepEqual(left, [10]);
    assert.equal(message.options.get(52)!.toHex(), "01");
  });
});

describe("what must not be written", () => {
  const cases: readonly (readonly [why: string, reply: Dhcp4Reply, size?: number])[] = [
    ["a hardware address of 17 octets", replyOf([], { hardwareAddress: new Uint8Array(17) })],
    ["a server name of 65 octets", replyOf([], { serverName: new Uint8Array(65) })],
    ["a file of 129 octets", replyOf([], { file: new Uint8Array(129) })],
    ["padding as an option", replyOf([filler(0, 1)])],
    ["the end as an option", replyOf([filler(255, 1)])],
    ["a buffer that BOOTP's message has no room in", replyOf([]), 299],
  ];
  for (const [why, reply, size] of cases) {
    test(why, () => assert.throws(() => written(reply, size), { name: "AssertionError" }));
  }
});

describe("whatever is written", () => {
  const field = (maxLength: number) =>
    fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ min: 1, maxLength, max: 255 }));
  const address = fc.nat(0xffffffff);
  const header = fc.record({
    operation: fc.constantFrom(1, 2),
    hardwareType: fc.nat(255),
    hops: fc.nat(255),
    transactionId: address,
    seconds: fc.nat(0xffff),
    flags: fc.nat(0xffff),
    clientAddress: address,
    yourAddress: address,
    serverAddress: address,
    relayAddress: address,
    hardwareAddress: fc.uint8Array({ maxLength: 16 }),
    serverName: field(64),
    file: field(128),
  });
  const fixed = new Set([50, 51, 52, 53, 54, 57, 118]);
  const someOption = fc
    .record({
      code: fc.integer({ min: 1, max: 254 }).filter((code) => !fixed.has(code)),
      data: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 700 })),
    })
    .map((option): Dhcp4Option => option);
  const options = fc
    .uniqueArray(someOption, { maxLength: 20, selector: ({ code }) => code })
    .map((list) => [type, ...list, server]);

  test("is read again as it was, with room for all", () => {
    fc.assert(
      fc.property(header, options, (head, list) => {
        const into = new Uint8Array(20_000);
        const { octets, left } = writeDhcp4({ ...head, options: list, octetsMax: 20_000 }, into);
        const wanted = new Map(list.map(({ code, data }) => [code, data]));
        assert.deepEqual(readDhcp4(into.subarray(0, octets)), { ...head, options: wanted });
        assert.deepEqual(left, []);
      }),
    );
  });

  test("is no longer than the client takes, and lacks no more than it says", () => {
    const limit = fc.integer({ min: 300, max: 1472 });
    fc.assert(
      fc.property(header, options, limit, (head, list, octetsMax) => {
        const into = new Uint8Array(1500);
        const { octets, left } = writeDhcp4({ ...head, options: list, octetsMax }, into);
        const { options: read } = readDhcp4(into.subarray(0, octets));
        const relayed = list.find(({ code }) => code === 82)?.data.length;
        const relayOctets = relayed === undefined ? 0 : relayed + 2 * Math.max(1, Math.ceil(relayed / 255));
        assert.ok(octets <= octetsMax + relayOctets && octets <= into.length);
        for (const { code, data } of list) {
          if (left.includes(code)) assert.equal(read.has(code), false);
          else assert.deepEqual(read.get(code), data);
        }
        assert.ok(!left.includes(53) && !left.includes(54));
      }),
    );
  });
});
