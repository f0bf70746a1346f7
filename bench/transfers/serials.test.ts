import assert from "node:assert/strict";
import test from "node:test";
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { serialIn } from "./serials.ts";

const name = parseName("a.example.");
const rdata = new Uint8Array(22);
new DataView(rdata.buffer).setUint32(2, 2026112401);
const soa = { name, type: RRType.SOA, class: 1, ttl: 60, rdata };
const query = queryMessage({ id: 1, question: { name, type: RRType.SOA, class: 1 }, isResponse: true });

const cases = [
  ["is in its SOA record", { answers: [soa] }, 2026112401],
  ["is found with other records behind", { answers: [soa], authorities: [soa] }, 2026112401],
  ["is not in an empty answer", { answers: [] }, undefined],
  ["is not in a failure", { rcode: 2, answers: [soa] }, undefined],
] as const;
for (const [why, more, want] of cases) {
  test(`the serial of a zone ${why}`, () => {
    assert.equal(serialIn(Buffer.from(encodeMessage({ ...query, ...more }))), want);
  });
}
