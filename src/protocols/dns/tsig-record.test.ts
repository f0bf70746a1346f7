import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Name } from "./name.ts";
import { findTsig, type TsigRecord, tsigRecordOctets, withoutTsig, writeTsigRecord } from "./tsig-record.ts";
import { WireError, WireWriter } from "./wire.ts";

const octets = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const name = fc
  .array(fc.stringMatching(/^[a-z\d-]{1,20}$/), { maxLength: 4 })
  .map((labels) => `${labels.map((label) => String.fromCharCode(label.length) + label).join("")}\0` as Name);
const records: fc.Arbitrary<TsigRecord> = fc.record({
  keyName: name,
  algorithm: name,
  timeSignedSeconds: fc.nat({ max: 2 ** 48 - 1 }),
  fudgeSeconds: fc.nat({ max: 0xffff }),
  mac: octets(64),
  originalId: fc.nat({ max: 0xffff }),
  error: fc.nat({ max: 0xffff }),
  other: octets(16),
});

/** A query for the root with the record behind it. */
function messageWith(record: TsigRecord): Uint8Array {
  const writer = new WireWriter();
  writer.bytes(Uint8Array.fromHex("1234010000010000000000010000060001"));
  writeTsigRecord(record, writer);
  return writer.finish();
}

test("what is written is found again, in as many octets as were announced", () => {
  fc.assert(
    fc.property(records, (record) => {
      const message = messageWith(record);
      assert.equal(message.length, 17 + tsigRecordOctets(record, record.mac.length, record.other.length));
      assert.deepEqual({ ...findTsig(message) }, { ...record, at: 17, hasOpt: false });
    }),
  );
});

test("a message without its record has its counts and its original id", () => {
  fc.assert(
    fc.property(records, (record) => {
      const body = withoutTsig(messageWith(record), 17, record.originalId);
      const id = record.originalId.toString(16).padStart(4, "0");
      assert.equal(body.toHex(), `${id}010000010000000000000000060001`);
    }),
  );
});

test("any octets are a message with a record, one without, or a WireError", () => {
  fc.assert(
    fc.property(octets(200), (message) => {
      onlyWireError(() => findTsig(message));
    }),
  );
});

test("a record with any octet changed is found, not found, or a WireError", () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.nat({ max: 255 }), (record, place, value) => {
      const message = messageWith(record);
      message[place % message.length] = value;
      onlyWireError(() => findTsig(message));
    }),
  );
});

function onlyWireError(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}
