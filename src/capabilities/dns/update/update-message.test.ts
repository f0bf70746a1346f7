import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nameToText } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { readUpdate } from "./update-message.ts";
import { updateResponse } from "./update-response.ts";

/** For example., with one record www.example. 300 IN MX 10 mail.example., its names compressed. */
const plain =
  "0007 2800 0001 0000 0001 0000 07 6578616d706c65 00 0006 0001" +
  "03 777777 c00c 000f 0001 0000012c 0009 000a 04 6d61696c c00c";
const octetsOf = (hex: string): Uint8Array => Uint8Array.fromHex(hex.replaceAll(" ", ""));
const zone = "07 6578616d706c65 00 0006 0001";

test("an update is read as data, with whole names in RDATA", () => {
  const update = readUpdate(octetsOf(plain));
  assert.equal(nameToText(update.zone), "example.");
  assert.equal(update.zoneClass, RRClass.IN);
  assert.deepEqual(update.prerequisites, []);
  assert.equal(update.edns, undefined);
  const [record] = update.updates;
  assert.equal(nameToText(record!.owner), "www.example.");
  assert.deepEqual([record!.type, record!.class, record!.ttl], [RRType.MX, RRClass.IN, 300]);
  assert.equal(rdataToText(RRType.MX, record!.rdata), "10 mail.example.");
});

test("EDNS is what the response depends on", () => {
  const { edns } = readUpdate(octetsOf(`0007 2800 0001 0000 0000 0001 ${zone} 00 0029 04d0 00018000 0000`));
  assert.deepEqual(edns, { version: 1, dnssecOk: true });
});

for (const [why, hex, field] of [
  ["a header that is cut off", "0007 2800 0001", "header.PRCOUNT"],
  ["no zone", "0007 2800 0000 0000 0000 0000", "header.ZOCOUNT"],
  ["two zones", `0007 2800 0002 0000 0000 0000 ${zone} ${zone}`, "header.ZOCOUNT"],
  ["a zone that is not asked for by SOA", "0007 2800 0001 0000 0000 0000 00 0001 0001", "zone.type"],
  ["a record that is not there", `0007 2800 0001 0001 0000 0000 ${zone}`, "update.name"],
  [
    "RDATA behind the end",
    `0007 2800 0001 0000 0001 0000 ${zone} c00c 0001 0001 00000000 0004 c000`,
    "update.rdata",
  ],
  [
    "an address of three octets",
    `0007 2800 0001 0000 0001 0000 ${zone} c00c 0001 0001 00000000 0003 c00002`,
    "A.address",
  ],
  [
    "RDATA of class ANY",
    `0007 2800 0001 0000 0001 0000 ${zone} c00c 0001 00ff 00000000 0001 00`,
    "update.rdlength",
  ],
  [
    "RDATA in a prerequisite of class NONE",
    `0007 2800 0001 0001 0000 0000 ${zone} c00c 0001 00fe 00000000 0001 00`,
    "update.rdlength",
  ],
  [
    "OPT among the updates",
    `0007 2800 0001 0000 0001 0000 ${zone} 00 0029 04d0 00000000 0000`,
    "update.type",
  ],
  [
    "two OPT records",
    `0007 2800 0001 0000 0000 0002 ${zone} 00 0029 04d0 00000000 0000 00 0029 04d0 00000000 0000`,
    "OPT",
  ],
] as const) {
  test(`${why} is a fault of ${field}`, () => {
    assert.throws(
      () => readUpdate(octetsOf(hex)),
      (error) => error instanceof WireError && error.field === field,
    );
  });
}

test("any octets are read or refused with a WireError, and can be answered", () => {
  const valid = octetsOf(plain);
  const nearMiss = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 })
    .map((changes) => {
      const octets = valid.slice();
      for (const [at, octet] of changes) octets[at] = octet;
      return octets;
    });
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(nearMiss, fc.uint8Array({ minLength: 12, maxLength: 80 })), (octets) => {
      const response = updateResponse(octets, 1, { edns: undefined, udpPayloadOctets: 1232 });
      assert.equal(response[2], 0xa8);
      assert.deepEqual(response.subarray(0, 2), octets.subarray(0, 2));
      try {
        readUpdate(octets);
        read++;
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(read > 50, `${read} were read`);
});

test("a response has the zone section, the rcode and an OPT record only when asked", () => {
  const octets = octetsOf(plain);
  const options = { edns: undefined, udpPayloadOctets: 1232 };
  assert.equal(
    updateResponse(octets, 5, options).toHex(),
    octetsOf(`0007 a805 0001 0000 0000 0000 ${zone}`).toHex(),
  );
  assert.equal(
    updateResponse(octets, 16, { ...options, edns: { version: 1, dnssecOk: true } }).toHex(),
    octetsOf(`0007 a800 0001 0000 0000 0001 ${zone} 00 0029 04d0 01008000 0000`).toHex(),
  );
});
