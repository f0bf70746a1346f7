import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { type RouteMessage, readRouteMessages } from "./route-message.ts";

const hex = (...parts: readonly string[]) => Uint8Array.fromHex(parts.join("").replaceAll(" ", ""));
const v4 = (...octets: readonly number[]) => new Uint8Array(octets);

// Heard on x86-64 from Linux 6.1 while `ip` changed a network namespace
const newIpv4 = hex(
  "4c000000140000007a44066b073f0000 0218800003000000",
  "08000100cb007109 08000200cb007109 0700030064300000 0800080080000000",
  "14000600ffffffffffffffff46c8250046c82500",
);
const newPeer = hex(
  "4c000000140000007a44066b083f0000 0220800003000000",
  "08000100c0000202 08000200c0000201 0700030064300000 0800080080000000",
  "14000600ffffffffffffffff46c8250046c82500",
);
const tentativeIpv6 = hex(
  "48000000140000000000000000000000 0a40c00003000000",
  "1400010020010db8000000000000000000000009",
  "14000600ffffffffffffffff46c8250046c82500 08000800c0000000",
);
const goneIpv6 = hex(
  "48000000150000000000000000000000 0a40200003000000",
  "1400010020010db8000000000000000000000009",
  "14000600000000006400000046c825000fc92500 0800080020000000",
);
const newDefaultIpv4 = hex(
  "34000000180000067a44066b0a3f0000 02000000fe03000100000000",
  "08000f00fe000000 08000500cb007101 0800040003000000",
);
const goneDefaultIpv6 = hex(
  "74000000190000000000000000000000 0a000000fe03000100000000",
  "08000f00fe000000 0800060000040000 1400050020010db8000000000000000000000001 0800040003000000",
  "24000c0000000000000000000000000000000000000000000000000000000000000000000500140000000000",
);
const kernelRoute = hex(
  "3c000000180000060000000000000000 02180000fe02fd0100000000",
  "08000f00fe000000 08000100cb007100 08000700cb007109 0800040003000000",
);
// The front of one of 1,492 octets: its length is that of the front
const newLink = hex("28000000100000000000000000000000 0000010002000000 43100100 ffffffff 0700030064300000");

const newIpv4Read: RouteMessage = {
  kind: "address",
  isGone: false,
  family: 2,
  index: 3,
  prefixLength: 24,
  flags: 0x80,
  address: v4(203, 0, 113, 9),
};
const read: readonly (readonly [why: string, octets: Uint8Array, want: readonly Partial<RouteMessage>[]])[] =
  [
    ["an IPv4 address that has come", newIpv4, [newIpv4Read]],
    [
      "this machine's end of a point-to-point link",
      newPeer,
      [{ kind: "address", address: v4(192, 0, 2, 1), prefixLength: 32 }],
    ],
    [
      "an IPv6 address that is being tried, its flags from the attribute",
      tentativeIpv6,
      [{ kind: "address", isGone: false, family: 10, prefixLength: 64, flags: 0xc0 }],
    ],
    ["an IPv6 address that has gone", goneIpv6, [{ kind: "address", isGone: true, family: 10, flags: 0x20 }]],
    [
      "a default route by a gateway",
      newDefaultIpv4,
      [
        {
          kind: "route",
          isGone: false,
          family: 2,
          prefixLength: 0,
          table: 254,
          protocol: 3,
          type: 1,
          flags: 0,
          destination: undefined,
          gateway: v4(203, 0, 113, 1),
          index: 3,
          priority: 0,
        },
      ],
    ],
    [
      "a default route of IPv6 that has gone",
      goneDefaultIpv6,
      [{ kind: "route", isGone: true, family: 10, prefixLength: 0, priority: 1024, index: 3 }],
    ],
    [
      "a route of the kernel",
      kernelRoute,
      [{ kind: "route", prefixLength: 24, protocol: 2, destination: v4(203, 0, 113, 0), gateway: undefined }],
    ],
    ["a link", newLink, [{ kind: "link", isGone: false, family: 0, index: 2, flags: 0x11043 }]],
    [
      "several in one datagram",
      hex(newIpv4.toHex(), newDefaultIpv4.toHex()),
      [newIpv4Read, { kind: "route" }],
    ],
    ["the end of a list", hex("14000000 0300 0200 00000000 00000000 00000000"), [{ kind: "other", type: 3 }]],
    ["nothing", new Uint8Array(0), []],
  ];
for (const [why, octets, want] of read) {
  test(`netlink: ${why}`, () => {
    const messages = readRouteMessages(octets, true);
    assert.equal(messages.length, want.length);
    assert.partialDeepStrictEqual(messages, want);
  });
}

test("netlink: a machine of the other order says the same the other way round", () => {
  const octets = hex(
    "00000020 0014 0000 00000000 00000000", // nlmsghdr
    "02 18 80 00 00000003", // ifaddrmsg
    "0008 0002 cb007109",
  );
  assert.deepEqual(readRouteMessages(octets, false), [newIpv4Read]);
});

test("netlink: what stands in a larger memory is read from its place", () => {
  const memory = new Uint8Array(200).fill(0xff);
  memory.set(newIpv4, 100);
  assert.deepEqual(readRouteMessages(memory.subarray(100, 100 + newIpv4.length), true), [newIpv4Read]);
});

const broken: readonly (readonly [why: string, octets: Uint8Array, field: string, code: string])[] = [
  ["a header that is cut", newIpv4.slice(0, 15), "nlmsghdr", "short-input"],
  ["a length beyond the end", newIpv4.slice(0, 75), "nlmsghdr.length", "short-input"],
  ["a length of less than a header", hex("0f000000", "00".repeat(12)), "nlmsghdr.length", "bad-value"],
  [
    "an address message that ends before its fields do",
    hex("14000000 1400 0000 00000000 00000000 02188000"),
    "ifaddrmsg.index",
    "short-input",
  ],
  [
    "an attribute of no length",
    hex("1c000000 1400 0000 00000000 00000000 0218800003000000 00000200"),
    "ifaddrmsg.attribute.length",
    "bad-value",
  ],
  [
    "an attribute beyond the end",
    hex("1c000000 1400 0000 00000000 00000000 0218800003000000 08000200"),
    "ifaddrmsg.attribute.length",
    "short-input",
  ],
  [
    "an IPv6 address of four octets",
    hex("20000000 1400 0000 00000000 00000000 0a40800003000000 08000100cb007109"),
    "ifaddrmsg.address",
    "bad-value",
  ],
  [
    "an address message without an address",
    hex("18000000 1400 0000 00000000 00000000 0218800003000000"),
    "ifaddrmsg.address",
    "bad-value",
  ],
  [
    "a table of two octets",
    hex("24000000 1800 0006 00000000 00000000 02000000fe03000100000000 06000f00fe000000"),
    "rtmsg.table",
    "short-input",
  ],
];
for (const [why, octets, field, code] of broken) {
  test(`netlink: ${why} is a fault of ${field}`, () => {
    assert.throws(
      () => readRouteMessages(octets, true),
      (error) => error instanceof WireError && error.field === field && error.code === code,
    );
  });
}

test("netlink: whatever is cut or changed is read, or is a WireError", () => {
  const captured = [newIpv4, newPeer, tentativeIpv6, goneIpv6, newDefaultIpv4, goneDefaultIpv6, newLink];
  const changed = fc
    .tuple(
      fc.constantFrom(...captured),
      fc.nat(120),
      fc.array(fc.tuple(fc.nat(119), fc.nat(255)), { maxLength: 4 }),
    )
    .map(([octets, length, changes]) => {
      const copy = octets.slice(0, length);
      for (const [at, octet] of changes) if (at < copy.length) copy[at] = octet;
      return copy;
    });
  let readable = 0;
  const check = (octets: Uint8Array) => {
    try {
      readRouteMessages(octets, true);
      readable++;
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
    }
  };
  fc.assert(fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 100 })), check), { numRuns: 2_000 });
  assert.ok(readable > 20, `only ${readable} could be read`);
});
