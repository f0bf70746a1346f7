import assert from "node:assert/strict";
import test from "node:test";
import {
  clientOf,
  hardwareAddressOf,
  messageType,
  readServerMessage,
  writeClientMessage,
} from "./client-message.ts";

const [relay, server, address] = [0x0a400002, 0x0a400001, 0x0a410007];

/** The answer of a server to a message: its octets with another operation, type and address. */
function answer(question: Buffer, { type, yours }: { type: number; yours: number }): Buffer {
  const octets = Buffer.from(question);
  octets[0] = 2;
  octets[242] = type;
  octets.writeUInt32BE(yours, 16);
  return octets;
}

test("a REQUEST has the header of RFC 2131 and its options", () => {
  const octets = writeClientMessage({
    type: messageType.request,
    transaction: 0x01020304,
    client: 7,
    relay,
    requested: address,
    server,
  });
  assert.equal(octets.toString("hex", 0, 8), "0101060101020304");
  assert.equal(octets.toString("hex", 24, 34), "0a400002024800000007");
  assert.equal(
    octets.toString("hex", 236, 274),
    "63825363" +
      "350103" +
      "3d0701024800000007" +
      "32040a410007" +
      "36040a400001" +
      "37050103060f33" +
      "ff" +
      "0000",
  );
  assert.equal(octets.length, 300);
});

test("an answer is read: what it is, to whom, and the address", () => {
  const type = messageType.acknowledgement;
  const question = writeClientMessage({ type: 3, transaction: 9, client: 60_000, relay, server });
  assert.deepEqual(readServerMessage(answer(question, { type, yours: address })), {
    type,
    server,
    transaction: 9,
    client: 60_000,
    address,
  });
});

test("an answer to another one's client has no client", () => {
  const question = answer(writeClientMessage({ type: 1, transaction: 9, client: 1, relay }), {
    type: 2,
    yours: 0,
  });
  question[28] = 0xff;
  assert.equal(readServerMessage(question)?.client, undefined);
});

const others = [
  ["a question", writeClientMessage({ type: 1, transaction: 1, client: 1, relay })],
  ["what is too short", Buffer.from("02010600", "hex")],
] as const;
for (const [what, octets] of others) {
  test(`${what} is no answer`, () => assert.equal(readServerMessage(octets), undefined));
}

test("each client has a hardware address of its own, and is known by it", () => {
  assert.equal(hardwareAddressOf(0xf1020304), "02:48:f1:02:03:04");
  assert.equal(clientOf("02:48:f1:02:03:04"), 0xf1020304);
});

for (const address of ["00:0c:01:02:03:04", "02:48:f1:02:03", "02:48:xy:02:03:04", ""]) {
  test(`"${address}" is none of our clients`, () => assert.equal(clientOf(address), undefined));
}
