import assert from "node:assert/strict";
import test from "node:test";
import { encodeMessage, type MessageRecord, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { TransferEnd } from "./transfer-end.ts";

const zone = parseName("a.example.");

function soa(serial: number): MessageRecord {
  const rdata = new Uint8Array(22);
  new DataView(rdata.buffer).setUint32(2, serial);
  return { name: zone, type: RRType.SOA, class: 1, ttl: 60, rdata };
}

const address: MessageRecord = {
  name: parseName("www.a.example."),
  type: RRType.A,
  class: 1,
  ttl: 60,
  rdata: Uint8Array.of(192, 0, 2, 1),
};

function message(answers: readonly MessageRecord[], rcode = 0): Buffer {
  const question = { name: zone, type: RRType.IXFR, class: 1 };
  return Buffer.from(encodeMessage(queryMessage({ id: 1, question, isResponse: true, rcode, answers })));
}

const differences = [soa(3), soa(1), address, soa(2), soa(2), soa(3), address, soa(3)];
const cases = [
  ["a zone ends with its SOA record again", false, [[soa(3), address], [soa(3)]], [false, true]],
  ["a zone may be what an IXFR brings", true, [[soa(3), address, soa(3)]], [true]],
  ["differences end with the first serial for the third time", true, [differences], [true]],
  [
    "what the last difference adds is not the end, and messages may end anywhere",
    true,
    [differences.slice(0, 2), differences.slice(2, 7), differences.slice(7)],
    [false, false, true],
  ],
  ["one record is for who has the zone already", true, [[soa(3)]], [true]],
  ["one record is only the beginning of a zone", false, [[soa(3)]], [false]],
] as const;
for (const [why, isIncremental, messages, reached] of cases) {
  test(why, () => {
    const end = new TransferEnd();
    const seen = messages.map((answers) => {
      end.take(message(answers));
      return end.isReached(isIncremental);
    });
    assert.deepEqual(seen, reached);
    assert.equal(end.records, messages.flat().length);
    assert.equal(end.isDifferences, messages.flat().length > 3);
  });
}

test("a refusal is an end", () => {
  const end = new TransferEnd();
  end.take(message([], 5));
  assert.ok(end.isReached(false));
  assert.equal(end.rcode, 5);
});
