import assert from "node:assert/strict";
import test from "node:test";
import type { MessageRecord } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { ZoneCopy } from "./zone-copy.ts";

const zone = parseName("a.example.");

function soa(serial: number): MessageRecord {
  const rdata = new Uint8Array(22);
  new DataView(rdata.buffer).setUint32(2, serial);
  return { name: zone, type: RRType.SOA, class: 1, ttl: 60, rdata };
}

function host(label: string, last: number): MessageRecord {
  const name = parseName(`${label}.a.example.`);
  return { name, type: RRType.A, class: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, last) };
}

const old = ZoneCopy.ofWhole([soa(1), host("one", 1), host("two", 2), soa(1)]);

test("differences lead from a copy to the zone", () => {
  const answer = [soa(3), soa(1), host("ONE", 1), soa(2), soa(2), soa(3), host("three", 3), soa(3)];
  const zoneNow = ZoneCopy.ofWhole([soa(3), host("two", 2), host("three", 3), soa(3)]);
  const copy = old.after(answer);
  assert.deepEqual(copy.differencesFrom(zoneNow), []);
  assert.equal(copy.serial, 3);
  assert.deepEqual([...copy.owners()].sort(), ["a.example.", "three.a.example.", "two.a.example."]);
  assert.equal(old.after([soa(1)]), old);
});

test("a record too many and one too few are told", () => {
  const other = ZoneCopy.ofWhole([soa(1), host("one", 1), host("two", 3), soa(1)]);
  const differences = old.differencesFrom(other);
  assert.equal(differences.length, 2);
  assert.match(differences[0]!, /^- two\.a\.example\. 1 60 c0000203$/);
  assert.match(differences[1]!, /^\+ two\.a\.example\. 1 60 c0000202$/);
});

const wrong = [
  ["remove what is not there", [soa(2), soa(1), host("none", 1), soa(2), soa(2)], /removed wrongly/],
  ["add what is there", [soa(2), soa(1), soa(2), host("one", 1), soa(2)], /added wrongly/],
  ["begin with another serial", [soa(3), soa(2), soa(3), soa(3)], /from 2, not 1/],
  ["leave a gap", [soa(4), soa(1), soa(2), soa(3), soa(4), soa(4)], /from 3, not 2/],
  ["end too early", [soa(3), soa(1), soa(2), soa(3)], /end with 2, not 3/],
  ["are the whole zone", [soa(2), host("one", 1), soa(2)], /whole zone/],
] as const;
for (const [why, answer, message] of wrong) {
  test(`differences that ${why} are none`, () => assert.throws(() => old.after(answer), message));
}
