import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { WireError, type WireErrorCode } from "../dns/wire.ts";
import { messageTypeName, OptionCode } from "./codes.ts";
import { datagramOf, hex } from "./message.testing.ts";
import { type Dhcp4Message, readDhcp4 } from "./message.ts";

function optionsOf({ options }: Dhcp4Message): Record<number, string> {
  return Object.fromEntries(Array.from(options, ([code, data]) => [code, data.toHex()]));
}

const latin1 = (octets: Uint8Array): string => Buffer.from(octets).toString("latin1");

describe("messages as clients and relays send them", () => {
  test("a header is read field by field", () => {
    const octets = datagramOf("350101 ff", {
      0: "02 06 08 03",
      4: "fffefdfc",
      8: "ff00 8001",
      12: "c0a80901 c0a80902 c0a80903 c0a80904",
      28: "0102030405060708 0910",
      44: "626f6f7400",
      108: "612e62696e00ff",
    });
    assert.deepEqual(readDhcp4(octets), {
      operation: 2,
      hardwareType: 6,
      hops: 3,
      transactionId: 0xfffefdfc,
      seconds: 0xff00,
      flags: 0x8001,
      clientAddress: 0xc0a80901,
      yourAddress: 0xc0a80902,
      serverAddress: 0xc0a80903,
      relayAddress: 0xc0a80904,
      hardwareAddress: hex("0102030405060708"),
      serverName: Uint8Array.from(Buffer.from("boot")),
      file: Uint8Array.from(Buffer.from("a.bin")),
      options: new Map([[53, hex("01")]]),
    });
  });

  test("nothing is copied", () => {
    const octets = datagramOf("0c0161 ff");
    const message = readDhcp4(octets);
    assert.equal(message.options.get(OptionCode.hostName)!.buffer, octets.buffer);
    assert.equal(message.hardwareAddress.buffer, octets.buffer);
  });

  test("a datagram in the middle of a buffer is read from there", () => {
    const octets = datagramOf("0c0161 ff");
    const buffer = new Uint8Array(octets.length + 20).fill(0xee);
    buffer.set(octets, 7);
    assert.deepEqual(readDhcp4(buffer.subarray(7, 7 + octets.length)), readDhcp4(octets));
  });

  test("hardware without an address has none", () => {
    assert.equal(readDhcp4(datagramOf("ff", { 2: "00" })).hardwareAddress.length, 0);
  });

  test("a name that fills its field needs no zero behind it", () => {
    const octets = datagramOf("ff", { 44: "61".repeat(64), 108: "62".repeat(128) });
    const { serverName, file } = readDhcp4(octets);
    assert.deepEqual([latin1(serverName), latin1(file)], ["a".repeat(64), "b".repeat(128)]);
  });

  const taken: readonly (readonly [why: string, octets: Uint8Array, want: Record<number, string>])[] = [
    ["no options at all", datagramOf(""), {}],
    ["an end and nothing else", datagramOf("ff"), {}],
    ["padding between and behind", datagramOf("00 350101 0000 0c0161 ff 000000"), { 53: "01", 12: "61" }],
    ["nothing is read behind the end", datagramOf("350101 ff 0c0161 3c"), { 53: "01" }],
    ["the end may be missing", datagramOf("350101 0c0161"), { 53: "01", 12: "61" }],
    ["an option without octets", datagramOf("5000 0c00 ff"), { 80: "", 12: "" }],
    ["an option of 255 octets", datagramOf(`3dff${"ab".repeat(255)} ff`), { 61: "ab".repeat(255) }],
    ["codes that nobody knows", datagramOf("fe02abcd e00101 ff"), { 254: "abcd", 224: "01" }],
    [
      "pieces of one option are joined in their order, wherever others stand between (RFC 3396 §5)",
      datagramOf("77026162 350101 770163 7700 77026465 ff"),
      { 119: "6162636465", 53: "01" },
    ],
    [
      "an option of one length may come in pieces too",
      datagramOf("3202c0a8 32020901 ff"),
      { 50: "c0a80901" },
    ],
    ["a useless overload of 0", datagramOf("340100 ff", { 108: "0c0161ff" }), { 52: "00" }],
  ];
  for (const [why, octets, want] of taken) {
    test(why, () => assert.deepEqual(optionsOf(readDhcp4(octets)), want));
  }
});

describe("options in file and sname (option 52, RFC 2132 §9.3)", () => {
  const file = "0c0166 770166 ff";
  const serverName = "0c0173 770173 ff";
  const cases: readonly (readonly [why: string, options: string, want: Record<number, string>])[] = [
    ["1 is file", "340101", { 52: "01", 12: "66", 119: "66" }],
    ["2 is sname", "340102", { 52: "02", 12: "73", 119: "73" }],
    [
      "3 is both, and pieces are joined from the options field, from file, from sname in this order",
      "77016f 340103",
      { 119: "6f6673", 52: "03", 12: "6673" },
    ],
  ];
  for (const [why, options, want] of cases) {
    test(why, () => {
      const message = readDhcp4(datagramOf(`${options} ff`, { 44: serverName, 108: file }));
      assert.deepEqual(optionsOf(message), want);
      assert.equal(message.file.length, want[52] === "02" ? 7 : 0);
      assert.equal(message.serverName.length, want[52] === "01" ? 7 : 0);
    });
  }

  test("an option 52 in there changes nothing", () => {
    const message = readDhcp4(datagramOf("340101 ff", { 44: serverName, 108: "340103 ff" }));
    assert.deepEqual(optionsOf(message), { 52: "01" });
    assert.equal(message.serverName.length, 7);
  });

  test("an end in the options field does not end the others", () => {
    assert.deepEqual(optionsOf(readDhcp4(datagramOf("340101 ff", { 108: "350101" }))), {
      52: "01",
      53: "01",
    });
  });

  test("options do not run out of one field into the next", () => {
    const octets = datagramOf("340102 ff", { 44: `0c3f${"61".repeat(62)}` });
    assert.throws(() => readDhcp4(octets), faultIn("option 12", 45, "short-input"));
  });
});

function faultIn(field: string, at: number, code: WireErrorCode) {
  return (error: unknown) => {
    assert.ok(error instanceof WireError, String(error));
    assert.deepEqual([error.field, error.at, error.code], [field, at, code]);
    return true;
  };
}

const refused: readonly (readonly [
  why: string,
  octets: Uint8Array,
  field: string,
  at: number,
  code: WireErrorCode,
])[] = [
  ["nothing", new Uint8Array(0), "message", 0, "short-input"],
  ["a header that is cut", datagramOf("").subarray(0, 239), "message", 239, "short-input"],
  ["BOOTP without a cookie", datagramOf("ff", { 236: "00000000" }), "magic cookie", 236, "bad-value"],
  ["an operation of 0", datagramOf("ff", { 0: "00" }), "operation", 0, "bad-value"],
  ["an operation of 3", datagramOf("ff", { 0: "03" }), "operation", 0, "bad-value"],
  ["a hardware address of 17 octets", datagramOf("ff", { 2: "11" }), "hlen", 2, "too-long"],
  ["an option that is cut behind its code", datagramOf("350101 0c"), "option 12", 243, "short-input"],
  ["an option that says more than there is", datagramOf("0c0561626364"), "option 12", 241, "short-input"],
  ["an option that says 255 of nothing", datagramOf("350101 3dff"), "option 61", 244, "short-input"],
  ["a message type without octets", datagramOf("3500 ff"), "option 53", 241, "bad-value"],
  ["a message type of two octets", datagramOf("35020101 ff"), "option 53", 241, "bad-value"],
  [
    "two message types, which make one of two octets",
    datagramOf("00 350101 350103 ff"),
    "option 53",
    242,
    "bad-value",
  ],
  ["a requested address of three octets", datagramOf("3203c0a809 ff"), "option 50", 241, "bad-value"],
  ["a lease time of five octets", datagramOf("33050000000000 ff"), "option 51", 241, "bad-value"],
  [
    "a server identifier of eight octets",
    datagramOf("3608c0a80901c0a80902 ff"),
    "option 54",
    241,
    "bad-value",
  ],
  ["a maximum size of four octets", datagramOf("390400000240 ff"), "option 57", 241, "bad-value"],
  ["a subnet of three octets", datagramOf("7603c0a809 ff"), "option 118", 241, "bad-value"],
  ["an overload without octets", datagramOf("3400 ff"), "option 52", 241, "bad-value"],
  ["an overload of two octets", datagramOf("34020101 ff"), "option 52", 241, "bad-value"],
  ["an overload of 4", datagramOf("340104 ff"), "option 52", 241, "bad-value"],
  ["two overloads", datagramOf("340101 340102 ff"), "option 52", 241, "bad-value"],
  ["a cut option in file", datagramOf("340101 ff", { 108: "00 0cff" }), "option 12", 110, "short-input"],
  [
    "a cut option in sname",
    datagramOf("340102 ff", { 44: `0c3d${"61".repeat(61)}0c` }),
    "option 12",
    107,
    "short-input",
  ],
];
describe("messages that are none", () => {
  for (const [why, octets, field, at, code] of refused) {
    test(why, () => assert.throws(() => readDhcp4(octets), faultIn(field, at, code)));
  }

  test("every cut of a message is read or refused by name and octet", () => {
    const whole = datagramOf(
      "350103 3204c0a80901 0c03616263 3d0701525400123456 37050103061c79 5203010161 ff",
    );
    for (let length = 0; length <= whole.length; length++) {
      try {
        readDhcp4(whole.subarray(0, length));
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
        assert.ok(error.at <= length && error.field !== "", error.message);
      }
    }
  });
});

describe("messages of many options", () => {
  test("300 options of all codes are read", () => {
    const codes = Array.from({ length: 300 }, (_, index) => 1 + (index % 254)).filter(
      (code) => ![50, 51, 52, 53, 54, 57, 118].includes(code),
    );
    const octets = datagramOf(
      `${codes.map((code) => `${code.toString(16).padStart(2, "0")}01aa`).join("")}ff`,
    );
    const { options } = readDhcp4(octets);
    assert.equal(options.size, 247);
    assert.equal(options.get(1)!.toHex(), "aaaa");
    assert.equal(options.get(254)!.toHex(), "aa");
  });

  test("20,000 pieces of one option take no longer than 20,000 pieces", () => {
    const octets = datagramOf("0c0161".repeat(20_000));
    const before = performance.now();
    assert.equal(readDhcp4(octets).options.get(12)!.length, 20_000);
    assert.ok(performance.now() - before < 500); // joined one by one it is 200 MB of copies
  });
});

test("any octets are read, or refused with a WireError", () => {
  const seed = datagramOf("350101 340103 3d0701525400123456 0c03616263 3204c0a80901 ff", {
    44: "0c0161 ff",
    108: "420161 ff",
  });
  const mutated = fc
    .array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const octets = seed.slice();
      for (const [at, octet] of changes) octets[at] = octet;
      return octets;
    });
  const options = fc.uint8Array({ maxLength: 300 }).map((tail) => datagramOf(tail.toHex()));
  const cut = fc.nat(seed.length).map((length) => seed.subarray(0, length));
  fc.assert(
    fc.property(fc.oneof(mutated, options, cut, fc.uint8Array({ maxLength: 400 })), (octets) => {
      try {
        readDhcp4(octets);
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
      }
    }),
    { numRuns: 3_000 },
  );
});

test("message types have names, and those without one show their number", () => {
  assert.deepEqual([1, 8, 18, 0, 99].map(messageTypeName), [
    "DISCOVER",
    "INFORM",
    "TLS",
    "type 0",
    "type 99",
  ]);
});
