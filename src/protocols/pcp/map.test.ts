import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { type MapRequest, mapRequest, readMapAnswer } from "./map.ts";

const request: MapRequest = {
  clientAddress: "192.168.1.20",
  nonce: Uint8Array.fromHex("0102030405060708090a0b0c"),
  internalPort: 0x9c40,
  lifetimeSeconds: 60,
};

const mapped = "00000000000000000000ffff";
/** RFC 6887 §7.1, §11.1, octet by octet. */
const requestHex = `020100000000003c${mapped}c0a801140102030405060708090a0b0c110000009c400000${mapped}00000000`;
/** RFC 6887 §7.2, §11.1. */
const answerHead = `028100000000007800001234${"00".repeat(12)}`;
const answerBody = `0102030405060708090a0b0c110000009c40d431${mapped}cb007109`;
const answer = answerHead + answerBody;

suite("PCP's MAP", () => {
  test("a request has the client's address, the nonce, and no wish for the external side", () => {
    assert.equal(mapRequest(request).toHex(), requestHex);
  });

  test("a mapping ends with a request of lifetime 0", () => {
    const hex = mapRequest({ ...request, lifetimeSeconds: 0 }).toHex();
    assert.equal(hex, requestHex.replace("0000003c", "00000000"));
  });

  test("a request of an IPv6 client wants an IPv6 address", () => {
    const hex = mapRequest({ ...request, clientAddress: "2001:db8::1" }).toHex();
    assert.equal(hex.slice(16, 48), "20010db8000000000000000000000001");
    assert.equal(hex.slice(-32), "0".repeat(32));
  });

  const want = { kind: "mapped", externalAddress: "203.0.113.9", externalPort: 0xd431, lifetimeSeconds: 120 };
  for (const [why, hex, got] of [
    ["of IPv4", answer, want],
    ["with an option behind it", `${answer}8001000400000000`, want],
    [
      "of IPv6",
      answer.replace(`${mapped}cb007109`, "20010db8000000000000000000000009"),
      { ...want, externalAddress: "2001:db8::9" },
    ],
  ] as const) {
    test(`an answer ${why}`, () => {
      assert.deepEqual(readMapAnswer(Uint8Array.fromHex(hex), request), got);
    });
  }

  for (const [why, hex, code, words] of [
    ["not authorized", answer.replace("02810000", "02810002"), 2, /does not allow/],
    ["a failed network", answer.replace("02810000", "02810007"), 7, /no address itself/],
    ["another address seen", answer.replace("02810000", "0281000c"), 12, /another address/],
    ["a code of later days", answer.replace("02810000", "028100c8"), 200, /code 200$/],
    ["without its body", answerHead.replace("02810000", "02810008"), 8, /no room/],
    ["another version of PCP", answerHead.replace("02810000", "01810001"), 1, /version 1 of PCP only/],
    ["NAT-PMP's answer", "0081000100001234", 1, /NAT-PMP, not PCP/],
  ] as const) {
    test(`a refusal: ${why}`, () => {
      const got = readMapAnswer(Uint8Array.fromHex(hex), request);
      assert.ok(got.kind === "refused");
      assert.equal(got.code, code);
      assert.match(got.words, words);
    });
  }

  for (const [why, hex, field] of [
    ["nothing", "", "PCP.version"],
    ["a request come back", requestHex, "PCP.opcode"],
    ["the answer to ANNOUNCE", answer.replace("0281", "0280"), "PCP.opcode"],
    ["another's mapping", answer.replace("01020304", "01020305"), "MAP.nonce"],
    ["a mapping of TCP", answer.replace("0b0c11", "0b0c06"), "MAP.protocol"],
    ["a mapping of another port", answer.replace("9c40", "9c41"), "MAP.internalPort"],
    ["one that is cut", answer.slice(0, -2), "MAP.externalAddress"],
    ["success in a version of later days", answer.replace("0281", "0381"), "PCP.version"],
    ["NAT-PMP's success", "0080000000001234cb007109", "NAT-PMP.result"],
    ["more than a message holds", answer + "00".repeat(1_100), "PCP"],
  ] as const) {
    test(`no answer: ${why}`, () => {
      assert.throws(() => readMapAnswer(Uint8Array.fromHex(hex), request), { name: "WireError", field });
    });
  }

  test("whatever comes, it is read or refused as the peer's fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(59), fc.nat(255), (noise, at, octet) => {
        const changed = Uint8Array.fromHex(answer);
        changed[at] = octet;
        for (const octets of [noise, changed]) {
          try {
            readMapAnswer(octets, request);
          } catch (error) {
            assert.ok(error instanceof WireError, String(error));
          }
        }
      }),
    );
  });
});
