import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { WireError } from "../dns/wire.ts";
import { hex } from "./message.testing.ts";
import {
  parseRelayAgentInformation,
  RelaySubOption,
  writeRelayAgentInformation,
} from "./relay-agent-information.ts";

describe("option 82", () => {
  test("its sub-options are found by their names", () => {
    const octets = hex(
      "0104 65746831 0206 525400123456 0504 c0a80900 0603 616263 0b04 c0a80901 0c02 0001 13020000 9703 00abcd",
    );
    const { subOptions, ...named } = parseRelayAgentInformation(octets);
    assert.deepEqual(named, {
      circuitId: hex("65746831"),
      remoteId: hex("525400123456"),
      subscriberId: hex("616263"),
      relayAgentId: hex("0001"),
      linkSelection: 0xc0a80900,
      serverIdentifierOverride: 0xc0a80901,
      hasSourcePort: true,
    });
    assert.equal(subOptions.get(RelaySubOption.virtualSubnetSelection)!.toHex(), "00abcd");
    assert.equal(subOptions.size, 8);
  });

  test("nothing in it is nothing said", () => {
    const information = parseRelayAgentInformation(new Uint8Array(0));
    assert.equal(information.subOptions.size, 0);
    assert.deepEqual(
      [information.circuitId, information.linkSelection, information.hasSourcePort],
      [undefined, undefined, false],
    );
  });

  test("0 and 255 are codes like others (RFC 3046 §2.0)", () => {
    assert.deepEqual(
      [...parseRelayAgentInformation(hex("0000 ff0161 010162")).subOptions.keys()],
      [0, 255, 1],
    );
  });

  test("of a sub-option that is there twice the first counts", () => {
    assert.equal(parseRelayAgentInformation(hex("010161 010162")).circuitId!.toHex(), "61");
  });

  const refused: readonly (readonly [why: string, octets: string, field: string, at: number])[] = [
    ["a code without a length", "010161 02", "relay sub-option 2", 3],
    ["a length without octets", "0104 616263", "relay sub-option 1", 1],
    ["a link of three octets", "0503 c0a809", "relay sub-option 5", 0],
    ["a server of five octets", "0b05 c0a8090100", "relay sub-option 11", 0],
  ];
  for (const [why, octets, field, at] of refused) {
    test(`${why} is refused`, () =>
      assert.throws(
        () => parseRelayAgentInformation(hex(octets)),
        (error) => error instanceof WireError && error.field === field && error.at === at,
      ));
  }

  test("what is written is read again", () => {
    const list = fc.uniqueArray(
      fc.tuple(
        fc.nat(255).filter((code) => code !== 5 && code !== 11),
        fc.uint8Array({ maxLength: 30 }),
      ),
      { selector: ([code]) => code, maxLength: 8 },
    );
    fc.assert(
      fc.property(list, (subOptions) => {
        const { subOptions: read } = parseRelayAgentInformation(writeRelayAgentInformation(subOptions));
        assert.deepEqual([...read], subOptions);
      }),
    );
  });

  test("a sub-option of 256 octets is not written", () => {
    assert.throws(() => writeRelayAgentInformation([[1, new Uint8Array(256)]]), WireError);
  });
});
