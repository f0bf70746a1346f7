/** Messages of a real rndc and named 9.18, read and written; and what is none. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { WireError, WireReader, WireWriter } from "../dns/wire.ts";
import { authTable, type MacAlgorithm, macOf } from "./authentication.ts";
import { capturedExchanges } from "./captured.cases.ts";
import { limits } from "./limits.ts";
import { type ControlResponse, openMessage, readRequest, sealMessage, sealResponse } from "./message.ts";
import { readTable, type Table, type TableValue, writeTable } from "./table.ts";

function hmac(algorithm: MacAlgorithm, secret: string) {
  const key = Buffer.from(secret, "base64");
  return (octets: Uint8Array) => createHmac(algorithm.slice(5), key).update(octets).digest();
}

/** Without the four octets of length. */
function captured(hex: string): Uint8Array {
  const octets = Uint8Array.fromHex(hex);
  assert.equal(new DataView(octets.buffer).getUint32(0), octets.length - 4);
  return octets.subarray(4);
}

describe("messages of rndc and named", () => {
  for (const { algorithm, secret, messages } of capturedExchanges) {
    const mac = hmac(algorithm, secret);
    test(`${algorithm}: both sides' signatures are what we compute`, () => {
      for (const hex of messages) {
        const sealed = openMessage(captured(hex));
        assert.equal(sealed.mac.algorithm, algorithm);
        assert.deepEqual(sealed.mac.octets, new Uint8Array(mac(sealed.signed)));
      }
    });

    test(`${algorithm}: rndc asks for a nonce first and shows it with the command`, () => {
      const [hello, answered, command] = messages.map((hex) => openMessage(captured(hex)).signed);
      const first = readRequest(hello!);
      assert.deepEqual([first.command, first.nonce], ["null", undefined]);
      assert.equal(first.expiresSeconds, first.timeSeconds + 60);
      const nonce = (readTable(new WireReader(answered!)).get("_ctrl") as Table).get("_nonce") as Uint8Array;
      const second = readRequest(command!);
      assert.equal(second.command, "zonestatus nosuch.net");
      assert.equal(String(second.nonce), Buffer.from(nonce).toString());
      assert.equal(second.serial, first.serial + 1);
    });

    test(`${algorithm}: we write named's answer octet for octet`, () => {
      const answer = captured(messages[3]!);
      const request = readRequest(openMessage(captured(messages[2]!)).signed);
      const control = readTable(new WireReader(openMessage(answer).signed)).get("_ctrl") as Table;
      const timeSeconds = Number(Buffer.from(control.get("_tim") as Uint8Array).toString());
      const response: ControlResponse = {
        serial: request.serial,
        timeSeconds,
        expiresSeconds: timeSeconds + 60,
        nonce: request.nonce!,
        command: request.command,
        result: 23,
        error: "not found",
        text: "no matching zone 'nosuch.net' in any view",
      };
      assert.deepEqual(sealResponse(response, algorithm, mac), answer);
      assert.throws(() => readRequest(openMessage(answer).signed), faultIn("_rpl"));
    });
  }
});

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const entries = (...list: [string, TableValue][]): Table => new Map(list);

function octetsOf(table: Table): Uint8Array {
  const writer = new WireWriter({ limit: limits.responseOctetsMax });
  writeTable(table, writer);
  return writer.finish();
}

function faultIn(field: string, code = "bad-value") {
  return (error: unknown) => {
    assert.ok(error instanceof WireError, String(error));
    assert.deepEqual([error.field, error.code], [field, code]);
    return true;
  };
}

const goodControl: readonly [string, TableValue][] = [
  ["_ser", text("7")],
  ["_tim", text("1795549261")],
  ["_exp", text("1795549321")],
];
const goodData = entries(["type", text("null")]);

function controlWith(key: string, value: TableValue | undefined): Table {
  const others = goodControl.filter(([one]) => one !== key);
  return entries(
    ["_ctrl", entries(...others, ...(value === undefined ? [] : [[key, value] as [string, TableValue]]))],
    ["_data", goodData],
  );
}

const badRequests: readonly (readonly [why: string, message: Table, field: string])[] = [
  ["no _ctrl", entries(["_data", goodData]), "_ctrl"],
  ["a _ctrl of octets", entries(["_ctrl", text("x")], ["_data", goodData]), "_ctrl"],
  ["no _data", entries(["_ctrl", entries(...goodControl)]), "_data"],
  ["a list for _data", entries(["_ctrl", entries(...goodControl)], ["_data", [text("null")]]), "_data"],
  ["no type", entries(["_ctrl", entries(...goodControl)], ["_data", entries()]), "type"],
  [
    "a type that is a table",
    entries(["_ctrl", entries(...goodControl)], ["_data", entries(["type", entries()])]),
    "type",
  ],
  [
    "a type that is not UTF-8",
    entries(["_ctrl", entries(...goodControl)], ["_data", entries(["type", Uint8Array.of(0xff)])]),
    "type",
  ],
  ["no _ser", controlWith("_ser", undefined), "_ser"],
  ["a _ser in letters", controlWith("_ser", text("abc")), "_ser"],
  ["an empty _ser", controlWith("_ser", text("")), "_ser"],
  ["a _ser of 33 bits", controlWith("_ser", text("4294967296")), "_ser"],
  ["a _ser with a sign", controlWith("_ser", text("-5")), "_ser"],
  ["a _ser of many digits", controlWith("_ser", text("00000000001")), "_ser"],
  ["no _tim", controlWith("_tim", undefined), "_tim"],
  ["a _tim with more behind it", controlWith("_tim", text("1795549261x")), "_tim"],
  ["an _exp in hexadecimal", controlWith("_exp", text("0x6b05f2bd")), "_exp"],
  ["a _nonce that is a table", controlWith("_nonce", entries()), "_nonce"],
  ["a _rpl", controlWith("_rpl", text("0")), "_rpl"],
];
describe("requests that are none", () => {
  for (const [why, message, field] of badRequests) {
    test(why, () => assert.throws(() => readRequest(octetsOf(message)), faultIn(field)));
  }

  test("without _exp it is good as long as its time is", () => {
    const request = readRequest(octetsOf(controlWith("_exp", undefined)));
    assert.equal(request.expiresSeconds, undefined);
  });
});

const badTables: readonly (readonly [why: string, hex: string, field: string, code: string])[] = [
  ["a key that is cut", "05 5f64", "key", "short-input"],
  ["a key without octets", "00 01 00000000", "key", "bad-value"],
  ["a key with a blank", "02 6120 01 00000000", "key", "bad-value"],
  ["a key without a type", "01 61", "a.type", "short-input"],
  ["a length that is cut", "01 61 01 000000", "a.length", "short-input"],
  ["octets that are cut", "01 61 01 00000002 61", "a", "short-input"],
  ["a table that is cut", "01 61 02 00000009 01 62 01 00000000", "a", "short-input"],
  ["a length of 4 GB", "01 61 01 ffffffff 61", "a", "short-input"],
  ["a string of C, which named refuses too", "01 61 00 00000000", "a.type", "bad-value"],
  ["an unknown type", "01 61 09 00000000", "a.type", "bad-value"],
  [
    "a value that reaches out of its table",
    "01 61 02 00000007 01 62 01 00000005 61 6161616161",
    "b",
    "short-input",
  ],
  ["a key that is there twice", "01 61 01 00000000 01 61 01 00000000", "a", "bad-value"],
  ["a list with a cut value", "01 61 03 00000005 01 00000001", "a[0]", "short-input"],
];
describe("tables that are none", () => {
  for (const [why, hex, field, code] of badTables) {
    const octets = Uint8Array.fromHex(hex.replaceAll(" ", ""));
    test(why, () => assert.throws(() => readTable(new WireReader(octets)), faultIn(field, code)));
  }

  test("tables and lists deeper than real ones are refused", () => {
    const nested = (depth: number): TableValue => (depth === 0 ? [] : [nested(depth - 1)]);
    readTable(new WireReader(octetsOf(entries(["a", nested(limits.nestingMax - 1)]))));
    const octets = octetsOf(entries(["a", nested(limits.nestingMax)]));
    assert.throws(
      () => readTable(new WireReader(octets)),
      (error: WireError) => error.code === "too-many",
    );
  });

  test("more entries than real ones are refused, wherever they stand", () => {
    const list = (length: number) => octetsOf(entries(["a", Array.from({ length }, () => text(""))]));
    readTable(new WireReader(list(limits.entriesMax - 1)));
    assert.throws(() => readTable(new WireReader(list(limits.entriesMax))), /too-many/);
  });

  test("a response that would be too long is not written", () => {
    const long = entries(["a", new Uint8Array(limits.responseOctetsMax)]);
    assert.throws(() => octetsOf(long), /too-long/);
  });
});

function seal(auth: Table, version = 1): Uint8Array {
  const writer = new WireWriter();
  writer.u32(version);
  writeTable(auth, writer);
  writeTable(entries(["_ctrl", entries(...goodControl)], ["_data", goodData]), writer);
  return writer.finish();
}

const sha = (algorithm: number, value: string, length = 89): Uint8Array => {
  const octets = new Uint8Array(length);
  octets[0] = algorithm;
  octets.set(text(value), 1);
  return octets;
};
const mac256 = Buffer.alloc(32, 1).toString("base64");
const auth = (...list: [string, TableValue][]): Table => entries(["_auth", entries(...list)]);
const badSeals: readonly (readonly [why: string, octets: Uint8Array, field: string, code?: string])[] = [
  ["nothing", new Uint8Array(0), "version", "short-input"],
  ["another version", seal(auth(["hsha", sha(163, mac256)]), 2), "version", "unknown-form"],
  ["a version and nothing else", Uint8Array.of(0, 0, 0, 1), "key.length", "short-input"],
  ["no signature", seal(entries()), "_auth"],
  ["a signature that is no table", seal(entries(["_auth", text("x")])), "_auth"],
  ["an empty signature", seal(auth()), "_auth"],
  ["two signatures", seal(auth(["hmd5", text("x".repeat(22))], ["hsha", sha(163, mac256)])), "_auth"],
  [
    "a signature longer than the message",
    Uint8Array.fromHex("00000001055f6175746802ffffffff"),
    "_auth",
    "short-input",
  ],
  ["an MD5 with padding", seal(auth(["hmd5", text(`${"A".repeat(22)}==`)])), "hmd5"],
  ["an MD5 that is too short", seal(auth(["hmd5", text("A".repeat(18))])), "hmd5"],
  ["an MD5 with other characters", seal(auth(["hmd5", text("?".repeat(22))])), "hmd5"],
  ["an MD5 whose last bits are not zero", seal(auth(["hmd5", text(`${"A".repeat(21)}B`)])), "hmd5"],
  ["a table for an MD5", seal(auth(["hmd5", entries()])), "hmd5"],
  ["an unknown algorithm", seal(auth(["hsha", sha(166, mac256)])), "hsha"],
  ["another algorithm than the MAC has", seal(auth(["hsha", sha(164, mac256)])), "hsha"],
  ["a signature without its zeros", seal(auth(["hsha", sha(163, mac256, 45)])), "hsha"],
  ["a signature with other octets for its zeros", seal(auth(["hsha", sha(163, `${mac256}A`)])), "hsha"],
  ["a SHA that is empty", seal(auth(["hsha", new Uint8Array(0)])), "hsha"],
];
describe("signatures that are none", () => {
  for (const [why, octets, field, code] of badSeals) {
    test(why, () => assert.throws(() => openMessage(octets), faultIn(field, code)));
  }
});

describe("any octets", () => {
  const value: fc.Arbitrary<TableValue> = fc.letrec<{ value: TableValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.uint8Array({ maxLength: 20 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc
        .array(fc.tuple(fc.stringMatching(/^[!-~]{1,10}$/), tie("value")), { maxLength: 3 })
        .map((list) => new Map(list)),
    ),
  })).value;

  test("tables come back as they went", () => {
    const table = fc.array(fc.tuple(fc.stringMatching(/^[!-~]{1,10}$/), value), { maxLength: 4 });
    fc.assert(
      fc.property(table, (list) => {
        const written = new Map(list);
        assert.deepEqual(readTable(new WireReader(octetsOf(written))), written);
      }),
    );
  });

  test("signatures come back as they went", () => {
    const lengths: readonly (readonly [MacAlgorithm, number])[] = [
      ["hmac-md5", 16],
      ["hmac-sha1", 20],
      ["hmac-sha224", 28],
      ["hmac-sha256", 32],
      ["hmac-sha384", 48],
      ["hmac-sha512", 64],
    ];
    for (const [algorithm, length] of lengths) {
      const octets = new Uint8Array(length).map((_, index) => index * 37);
      assert.deepEqual(macOf(authTable({ algorithm, octets }), new WireReader(octets), 0), {
        algorithm,
        octets,
      });
    }
  });

  test("octets are read, or refused with a WireError", () => {
    const message = sealMessage(
      octetsOf(entries(["_ctrl", entries(...goodControl)], ["_data", goodData])),
      "hmac-sha256",
      () => new Uint8Array(32),
    );
    const mutated = fc
      .array(fc.tuple(fc.nat(message.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const octets = message.slice();
        for (const [at, octet] of changes) octets[at] = octet;
        return octets;
      });
    const cut = fc.nat(message.length).map((length) => message.subarray(0, length));
    fc.assert(
      fc.property(fc.oneof(mutated, cut, fc.uint8Array({ maxLength: 300 })), (octets) => {
        try {
          readRequest(openMessage(octets).signed);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
