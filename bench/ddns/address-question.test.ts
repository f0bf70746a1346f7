import assert from "node:assert/strict";
import { test } from "node:test";
import { addressQuestion, readAddressAnswer } from "./address-question.ts";

const question = "00010000 00000000 0474657374 00 0001 0001".replaceAll(" ", "");
const record = (address: string): string => `c00c 0001 0001 0000003c 0004 ${address}`.replaceAll(" ", "");

test("a question is for the IPv4 address of the name", () => {
  assert.equal(Buffer.from(addressQuestion("test", 7)).toString("hex"), `00070000${question}`);
});

for (const [why, answers, address] of [
  ["one address", ["c6120001"], "198.18.0.1"],
  ["none", [], undefined],
  ["two, of which nobody can tell which one counts", ["c6120001", "c6120002"], undefined],
] as const) {
  test(`an answer with ${why}`, () => {
    const counts = `0001000${answers.length}00000000`;
    const octets = Buffer.from(
      `00078400${counts}${question.slice(16)}${answers.map(record).join("")}`,
      "hex",
    );
    assert.deepEqual(readAddressAnswer(octets), { id: 7, name: "test", address });
  });
}
