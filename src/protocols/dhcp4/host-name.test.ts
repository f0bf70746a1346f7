import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { hostNameFrom, hostNameOf, isNobodysName } from "./host-name.ts";
import { hex } from "./message.testing.ts";

const cases: readonly (readonly [said: string, want: string | undefined])[] = [
  ["pc", "pc"],
  ["PC-Anna", "pc-anna"],
  ["pc.lan.example", "pc"],
  ["pc.", "pc"],
  ["Anna's iPad", "anna-s-ipad"],
  ["Anna’s iPad", "anna-s-ipad"],
  ["my_printer (2)", "my-printer-2"],
  ["xn--mller-kva", "xn--mller-kva"],
  ["Müller", "muller"],
  ["木", undefined],
  ["a\u0000b", "a-b"],
  ["--pc--", "pc"],
  ["-", undefined],
  ["", undefined],
  [".lan.example", undefined],
  [`${"a".repeat(62)}--b`, "a".repeat(62)],
  ["a".repeat(64), "a".repeat(63)],
  ["$(reboot)", "reboot"],
  ["../../etc", undefined],
  ["1", "1"],
];
describe("host names", () => {
  for (const [said, want] of cases) {
    test(`${JSON.stringify(said.slice(0, 20))} becomes ${want?.slice(0, 20) ?? "nothing"}`, () =>
      assert.equal(hostNameFrom(said), want));
  }

  test("option 12 is read up to a zero, whatever its character set", () => {
    assert.equal(hostNameOf(hex("7063 00 7a7a")), "pc");
    assert.equal(hostNameOf(hex("6d fc 6c6c6572")), "m-ller");
  });

  test("any text becomes a label or nothing, and a label stays what it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        const label = hostNameFrom(text);
        if (label === undefined) return;
        assert.match(label, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
        assert.equal(hostNameFrom(label), label);
      }),
    );
  });

  test("names that others look for are nobody's", () => {
    assert.deepEqual(["localhost", "WPAD", "isatap", "pc"].map(isNobodysName), [true, true, true, false]);
  });
});
