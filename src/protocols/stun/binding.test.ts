import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { bindingRequest, readBindingAnswer } from "./binding.ts";

const id = Uint8Array.fromHex("b7e7a701bc34d686fa87dfae");

/** RFC 5769 §2.2: SOFTWARE, XOR-MAPPED-ADDRESS, MESSAGE-INTEGRITY, FINGERPRINT. */
const ipv4Response =
  "0101003c2112a442b7e7a701bc34d686fa87dfae" +
  "8022000b7465737420766563746f7220" +
  "002000080001a147e112a643" +
  "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7" +
  "80280004c07d4c96";

/** RFC 5769 §2.3. */
const ipv6Response =
  "010100482112a442b7e7a701bc34d686fa87dfae" +
  "8022000b7465737420766563746f7220" +
  "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9" +
  "00080014a382954e4be67bf11784c97c8292c275bfe3ed41" +
  "80280004c8fb0b4c";

/** A message of the type with attributes in hex. */
function message(type: string, attributes: string): string {
  return `${type}${(attributes.length / 2).toString(16).padStart(4, "0")}2112a442${id.toHex()}${attributes}`;
}

const mapped = "0001000800018055c0000201";
const xorMapped = "002000080001a147e112a643";

suite("STUN's binding", () => {
  test("a request is a header with its transaction id", () => {
    assert.equal(bindingRequest(id).toHex(), "000100002112a442b7e7a701bc34d686fa87dfae");
  });

  const v4 = { kind: "mapped", family: "ipv4", address: "192.0.2.1", port: 32_853 };
  for (const [why, hex, want] of [
    ["RFC 5769 §2.2", ipv4Response, v4],
    [
      "RFC 5769 §2.3",
      ipv6Response,
      { kind: "mapped", family: "ipv6", address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853 },
    ],
    ["an old server's plain address", message("0101", mapped), v4],
    ["an old server's other addresses beside it", message("0101", `000400080001000101010101${mapped}`), v4],
    [
      "the combined address before the plain one",
      message("0101", mapped.replace("c0", "c1") + xorMapped),
      v4,
    ],
    ["the first of two", message("0101", xorMapped + xorMapped.replace("e112", "e113")), v4],
    ["an unknown attribute that need not be understood", message("0101", `80ff000161000000${xorMapped}`), v4],
    [
      "an error with its reason",
      message("0111", "000900100000030054727920416c7465726e6174"),
      { kind: "error", code: 300, reason: "Try Alternat" },
    ],
    [
      "an error whose reason would move a cursor",
      message("0111", "0009000600000414071b0000"),
      { kind: "error", code: 420, reason: "??" },
    ],
  ] as const) {
    test(`an answer: ${why}`, () => {
      assert.deepEqual(readBindingAnswer(Uint8Array.fromHex(hex), id), want);
    });
  }

  for (const [why, hex, field] of [
    ["another transaction's", ipv4Response.replace("b7e7", "b7e8"), "STUN.transaction"],
    ["one of another protocol", ipv4Response.replace("2112a442", "2112a443"), "STUN.cookie"],
    ["a request", message("0001", ""), "STUN.type"],
    ["one that is cut", ipv4Response.slice(0, -2), "STUN.length"],
    ["one with octets behind its end", `${ipv4Response}00`, "STUN"],
    ["one without an address", message("0101", ""), "XOR-MAPPED-ADDRESS"],
    ["an odd length", message("0101", "8022"), "STUN.length"],
    ["an attribute longer than the message", message("0101", "00200010"), "STUN.attribute 32"],
    [
      "an unknown attribute that must be understood",
      message("0101", `00190000${xorMapped}`),
      "STUN.attribute 25",
    ],
    [
      "an unknown family",
      message("0101", xorMapped.replace("0001a147", "0003a147")),
      "XOR-MAPPED-ADDRESS.family",
    ],
    ["an address too short", message("0101", "002000040002a147"), "XOR-MAPPED-ADDRESS.address"],
    ["an address too long", message("0101", "0020000c0001a147e112a64300000000"), "XOR-MAPPED-ADDRESS"],
    ["an error without a code", message("0111", ""), "ERROR-CODE"],
    ["an error of no class", message("0111", "00090004000000ff"), "ERROR-CODE"],
    ["very many attributes", message("0101", "80220000".repeat(40)), "STUN.attribute"],
    ["more than a datagram holds", message("0101", "80220000".repeat(400)), "STUN"],
  ] as const) {
    test(`no answer: ${why}`, () => {
      assert.throws(() => readBindingAnswer(Uint8Array.fromHex(hex), id), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(91), fc.nat(255), (noise, at, octet) => {
        const changed = Uint8Array.fromHex(ipv6Response);
        changed[at] = octet;
        for (const octets of [noise, changed]) {
          try {
            readBindingAnswer(octets, id);
          } catch (error) {
            assert.ok(error instanceof WireError, String(error));
          }
        }
      }),
    );
  });
});
