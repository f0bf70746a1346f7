import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { hex } from "./message.testing.ts";
import { options } from "./option-table.ts";
import {
  decodeOption,
  encodeOption,
  formatOption,
  type OptionType,
  optionForm,
  optionTypes,
} from "./option-value.ts";
import { refusedValues, refusedWire, vectors } from "./option-values/values.cases.ts";

function encoded(type: OptionType, value: unknown): string {
  const result = encodeOption(type, value);
  return "octets" in result ? result.octets.toHex() : `problem: ${result.problem}`;
}

describe("values of options", () => {
  for (const [type, wire, value, ...alsoWritten] of vectors) {
    test(`${type}: ${JSON.stringify(value)?.slice(0, 70)}`, () => {
      const octets = hex(wire).toHex();
      assert.equal(encoded(type, value), octets);
      assert.deepEqual(decodeOption(type, hex(wire)), value);
      for (const written of alsoWritten)
        assert.equal(encoded(type, written), octets, JSON.stringify(written));
    });
  }

  test("every type but that of padding has a vector", () => {
    const seen = new Set(vectors.map(([type]) => type));
    assert.deepEqual(
      optionTypes.filter((type) => !seen.has(type)),
      ["none"],
    );
  });
});

describe("values that are refused say what to write", () => {
  for (const [type, value, problem] of refusedValues) {
    test(`${type}: ${JSON.stringify(value)?.slice(0, 70)}`, () =>
      assert.equal(encoded(type, value), `problem: ${problem}`));
  }

  test("values of any other kind are refused by each type, without an exception", () => {
    const odd = [
      undefined,
      null,
      Number.NaN,
      1.5,
      -1,
      2 ** 40,
      {},
      { odd: 1 },
      [[]],
      [null],
      [{}],
      "\0",
      "\ud800",
      () => 1,
    ];
    for (const type of optionTypes) {
      assert.ok(optionForm(type).length > 0);
      for (const value of odd) {
        const result = encodeOption(type, value);
        if ("problem" in result) assert.match(result.problem, /\w{3}/);
      }
    }
  });

  test("what no message has room for is refused", () => {
    const many = (length: number) => Array.from({ length }, (_, i) => `n${i}.example`);
    const tooMuch: readonly (readonly [type: OptionType, value: unknown])[] = [
      ["text", "a".repeat(70_000)],
      ["status", { code: 0, text: "a".repeat(1_000_000) }],
      ["names", many(20_000)],
      ["plain-names", many(60_000)],
      ["sip-servers", many(70_000)],
    ];
    for (const [type, value] of tooMuch) assert.match(encoded(type, value), /problem: .*room/);
  });
});

describe("octets that are not of their type", () => {
  for (const [type, wire, field] of refusedWire) {
    test(`${type}: ${wire === "" ? "nothing" : wire}`, () =>
      assert.throws(
        () => decodeOption(type, hex(wire)),
        (error) => error instanceof WireError && error.field === field,
      ));
  }

  test("any octets are read by each type, or refused with a WireError; what can be written comes back", () => {
    const anyOctets = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(...vectors.map(([, wire]) => hex(wire))),
    );
    const anyType = fc.constantFrom(...optionTypes.filter((type) => type !== "none"));
    fc.assert(
      fc.property(anyType, anyOctets, (type, octets) => {
        let value: unknown;
        try {
          value = decodeOption(type, octets);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
          return;
        }
        JSON.stringify(value);
        const again = encodeOption(type, value);
        if ("octets" in again) assert.deepEqual(decodeOption(type, again.octets), value);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("what an operator writes comes back", () => {
  const byte = fc.nat(255);
  const address = fc.tuple(byte, byte, byte, byte).map((parts) => parts.join("."));
  const many = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { minLength: 1, maxLength: 6 });
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join("."));
  const text = fc.stringMatching(/^[ -~äöü木]{1,40}$/);
  const octets = fc.uint8Array({ maxLength: 20 }).map((data) => data.toHex().replace(/..(?!$)/g, "$&:"));
  const subOptions = many(fc.record({ code: fc.integer({ min: 1, max: 254 }), value: octets }));
  const route = fc.record({ length: fc.nat(32), address: fc.nat(0xffffffff), router: address }).map((one) => {
    const mask = one.length === 0 ? 0 : (0xffffffff << (32 - one.length)) >>> 0;
    const network = (one.address & mask) >>> 0;
    const dotted = [24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join(".");
    return { destination: `${dotted}/${one.length}`, router: one.router };
  });
  const enterprise = fc.nat(0xffffffff);
  const values: Readonly<Partial<Record<OptionType, fc.Arbitrary<unknown>>>> = {
    address,
    addresses: many(address),
    "addresses-or-none": fc.array(address),
    "address-pairs": many(fc.tuple(address, address).map((pair) => pair.join(" "))),
    "address-lists": many(many(address)),
    "ipv6-address": fc.constantFrom("::", "2001:db8::1", "fe80::5054:ff:fe12:3456", "::ffff:192.0.2.1"),
    routes: many(route),
    uint8: byte,
    uint16: fc.nat(0xffff),
    uint32: fc.nat(0xffffffff),
    int32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
    uint8s: many(byte),
    uint16s: many(fc.nat(0xffff)),
    boolean: fc.boolean(),
    flag: fc.constant(true),
    text,
    uri: fc.webUrl().filter((uri) => /^[\x21-\x7e]+$/.test(uri)),
    uris: many(fc.constantFrom("https://a.example/", "http://[2001:db8::1]:8080/x?y=z")),
    octets,
    "user-classes": many(text.filter((one) => one.length < 80)),
    name,
    names: many(name),
    "plain-names": many(name),
    "sub-options": subOptions,
    "vendor-classes": many(fc.record({ enterprise, classes: many(octets) })),
    "vendor-options": many(fc.record({ enterprise, options: subOptions })),
    "sip-servers": fc.oneof(many(address), many(name.filter((one) => !/^[\d.]+$/.test(one)))),
    "directory-agents": fc.record({ mandatory: fc.boolean(), addresses: many(address) }),
    "service-scope": fc.record({ mandatory: fc.boolean(), scopes: text }),
    status: fc.record({ code: byte, text }),
    "port-parameters": fc
      .record({ offset: fc.nat(8), psidLength: fc.nat(8), psid: byte })
      .map((one) => ({ ...one, psid: one.psid & (2 ** one.psidLength - 1) })),
    "six-rd": fc.record({
      ipv4MaskLength: fc.nat(32),
      prefix: fc.constantFrom("2001:db8::/32", "::/0"),
      relays: many(address),
    }),
    "rdnss-selection": fc.record({
      preference: fc.constantFrom("high", "medium", "low"),
      primary: address,
      secondary: address,
      names: many(name),
    }),
    resolvers: many(
      fc.oneof(
        fc.record({ priority: fc.nat(0xffff), name }),
        fc.record({ priority: fc.nat(0xffff), name, addresses: many(address), parameters: octets }),
      ),
    ),
  };

  for (const type of optionTypes.filter((one) => one !== "none" && one !== "client-fqdn")) {
    test(type, () => {
      const arbitrary = values[type];
      assert.ok(arbitrary !== undefined, `no values of ${type} are made up here`);
      fc.assert(
        fc.property(arbitrary, (made) => {
          const value: unknown = structuredClone(made); // objects with a prototype, as JSON has them
          const result = encodeOption(type, value);
          assert.ok("octets" in result, JSON.stringify(result));
          assert.deepEqual(decodeOption(type, result.octets), value);
        }),
      );
    });
  }
});

describe("options as people read them", () => {
  const cases: readonly (readonly [code: number, wire: string, want: string])[] = [
    [3, "c0a80901 c0a80902", "192.168.9.1, 192.168.9.2"],
    [12, "7063", "pc"],
    [12, "70630000", "pc"],
    [43, "060108 ff00", "06:01:08:ff:00"],
    [43, "00 060108", "00:06:01:08"],
    [12, "70631b5b33316d", "pc\\x1b[31m"],
    [12, "fc", "fc"],
    [19, "01", "true"],
    [51, "00000e10", "3600"],
    [55, "01030f", "1, 3, 15"],
    [61, "01525400123456", "01:52:54:00:12:34:56"],
    [77, "69505845", "iPXE"],
    [80, "", "true"],
    [82, "010161", "code 1 value 61"],
    [121, "00c0a80901", "destination 0.0.0.0/0 router 192.168.9.1"],
    [125, "00000de90401026162", "enterprise 3561 options (code 1 value 61:62)"],
    [1, "ffffff", "ff:ff:ff"],
    [84, "0102", "01:02"],
    [255, "", ""],
  ];
  for (const [code, wire, want] of cases) {
    test(`${code}: ${want}`, () => assert.equal(formatOption(code, hex(wire)), want));
  }

  test("any octets of any option have a line, without control characters", () => {
    fc.assert(
      fc.property(fc.constantFrom(...options), fc.uint8Array({ maxLength: 60 }), ({ code }, octets) => {
        assert.doesNotMatch(formatOption(code, octets), /\p{Cc}|\u202e/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
