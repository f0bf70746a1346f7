import assert from "node:assert/strict";
import { test } from "node:test";
import { type ClientIdentifier, parseClientIdentifier } from "./client-identifier.ts";
import { hex } from "./message.testing.ts";

const opaque: ClientIdentifier = { kind: "opaque" };
const cases: readonly (readonly [why: string, octets: string, want: ClientIdentifier])[] = [
  [
    "01 and six octets are a MAC",
    "01 525400123456",
    { kind: "hardware", hardwareType: 1, hardwareAddress: hex("525400123456") },
  ],
  [
    "06 and six octets are a MAC of IEEE 802",
    "06 525400123456",
    { kind: "hardware", hardwareType: 6, hardwareAddress: hex("525400123456") },
  ],
  [
    "ff, an IAID and a DUID are those of DHCPv6 (RFC 4361 §6.1)",
    "ff 00123456 000100012b2b2b2b525400123456",
    { kind: "duid", iaid: 0x123456, duid: hex("000100012b2b2b2b525400123456") },
  ],
  [
    "an IAID of 32 bits is a number too",
    "ff fffffffe 000401",
    { kind: "duid", iaid: 0xfffffffe, duid: hex("000401") },
  ],
  ["ff without a DUID is of the client's own making", "ff 00123456 00", opaque],
  ["ff alone is one too", "ff", opaque],
  ["01 and five octets are one", "01 5254001234", opaque],
  ["01 and seven octets are one", "01 52540012345678", opaque],
  ["a name behind a zero is one", "00 7063", opaque],
  ["nothing is one", "", opaque],
];
for (const [why, octets, want] of cases) {
  test(why, () => assert.deepEqual(parseClientIdentifier(hex(octets)), want));
}
