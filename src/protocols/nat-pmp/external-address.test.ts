import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { externalAddressRequest, readExternalAddressAnswer } from "./external-address.ts";

const answer = "00800000" + "00001234" + "cb007109";

suite("NAT-PMP's external address", () => {
  test("a request is version and opcode", () => {
    assert.equal(externalAddressRequest().toHex(), "0000");
  });

  for (const [why, hex, want] of [
    ["the address", answer, { kind: "address", address: "203.0.113.9", epochSeconds: 0x1234 }],
    ["another version", "008000010000123400000000", { kind: "refused", code: 1, words: /does not speak/ }],
    ["switched off", "008000020000123400000000", { kind: "refused", code: 2, words: /switched off/ }],
    ["no address yet", "008000030000123400000000", { kind: "refused", code: 3, words: /no address itself/ }],
    ["no room", "008000040000123400000000", { kind: "refused", code: 4, words: /no room/ }],
    ["an unknown question, cut short", "0080000500001234", { kind: "refused", code: 5, words: /not know/ }],
    ["a code of later days", "00800009", { kind: "refused", code: 9, words: /code 9$/ }],
    [
      "PCP's answer",
      `028000010000000000001234${"00".repeat(12)}`,
      { kind: "refused", code: 1, words: /PCP/ },
    ],
  ] as const) {
    test(`an answer: ${why}`, () => {
      const got = readExternalAddressAnswer(Uint8Array.fromHex(hex));
      if (want.kind === "address") return assert.deepEqual(got, want);
      assert.ok(got.kind === "refused");
      assert.equal(got.code, want.code);
      assert.match(got.words, want.words);
    });
  }

  for (const [why, hex, field] of [
    ["nothing", "", "NAT-PMP.version"],
    ["a request come back", "0000", "NAT-PMP.opcode"],
    ["the answer to a mapping", answer.replace("0080", "0081"), "NAT-PMP.opcode"],
    ["one that is cut", answer.slice(0, -2), "NAT-PMP.address"],
    ["one with more behind it", `${answer}00`, "NAT-PMP"],
    ["a request of PCP", "0200000100", "PCP.opcode"],
    ["PCP's answer to something else", "0281000000", "PCP.result"],
  ] as const) {
    test(`no answer: ${why}`, () => {
      assert.throws(() => readExternalAddressAnswer(Uint8Array.fromHex(hex)), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (octets) => {
        try {
          readExternalAddressAnswer(octets);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }),
    );
  });
});
