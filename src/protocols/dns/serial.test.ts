import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isLaterSerial, laterSerial, nextSerial, type SerialStyle } from "./serial.ts";

const noon = Date.UTC(2026, 10, 24, 12);
const cases: readonly [
  why: string,
  SerialStyle,
  serial: number,
  atLeast: number | undefined,
  want: number,
][] = [
  ["one more", "increment", 7, undefined, 8],
  ["the circle closes at 1", "increment", 0xffff_ffff, undefined, 1],
  ["at least what the file says", "increment", 7, 100, 100],
  ["what the file says is in the past", "increment", 7, 3, 8],
  ["a file that is ahead over the end of the circle", "increment", 0xffff_fff0, 5, 5],
  ["0 is left out, also where it is asked for", "increment", 0xffff_fff0, 0, 1],
  ["the first of the day", "date", 2026_11_23_07, undefined, 2026_11_24_01],
  ["the second of the day", "date", 2026_11_24_01, undefined, 2026_11_24_02],
  ["the hundredth of the day goes on by one", "date", 2026_11_24_99, undefined, 2026_11_25_00],
  ["a day ahead already", "date", 2026_11_25_00, undefined, 2026_11_25_01],
  ["from other numbers to dates", "date", 7, undefined, 2026_11_24_01],
  ["dates are no way back from above", "date", 4_000_000_000, undefined, 4_000_000_001],
  ["the file's date is later", "date", 2026_11_24_01, 2026_11_24_17, 2026_11_24_17],
  ["the time", "unixtime", 7, undefined, noon / 1000],
  ["two in a second", "unixtime", noon / 1000, undefined, noon / 1000 + 1],
  ["a clock that went back", "unixtime", noon / 1000 + 500, undefined, noon / 1000 + 501],
];
for (const [why, style, serial, atLeast, want] of cases)
  test(`${style}: ${why}`, () => assert.equal(nextSerial(style, serial, noon, atLeast), want));

test("the date changes at midnight UTC", () => {
  assert.equal(nextSerial("date", 1, Date.UTC(2026, 11, 31, 23, 59, 59)), 2026_12_31_01);
  assert.equal(nextSerial("date", 1, Date.UTC(2027, 0, 1)), 2027_01_01_01);
});

const serial = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff));

test("the next serial is later in every style, and never 0", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<SerialStyle>("increment", "date", "unixtime"),
      serial,
      fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
      fc.option(serial, { nil: undefined }),
      (style, before, nowMs, atLeast) => {
        const next = nextSerial(style, before, nowMs, atLeast);
        assert.ok(next > 0 && next <= 0xffff_ffff);
        assert.ok(isLaterSerial(next, before));
        if (atLeast !== undefined && atLeast !== 0 && isLaterSerial(atLeast, before))
          assert.ok((next - before) >>> 0 >= (atLeast - before) >>> 0);
      },
    ),
  );
});

test("of two serials at most one is later, and a number added makes a later one", () => {
  fc.assert(
    fc.property(serial, serial, fc.integer({ min: 1, max: 0x7fff_ffff }), (one, other, ahead) => {
      assert.ok(!(isLaterSerial(one, other) && isLaterSerial(other, one)));
      assert.ok(isLaterSerial((one + ahead) >>> 0, one)); // RFC 1982 §3.2
      assert.equal(laterSerial(one, (one + ahead) >>> 0), (one + ahead) >>> 0);
      assert.equal(laterSerial((one + ahead) >>> 0, one), (one + ahead) >>> 0);
    }),
  );
});
