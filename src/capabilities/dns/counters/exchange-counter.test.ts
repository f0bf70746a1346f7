import assert from "node:assert/strict";
import { test } from "node:test";
import { Transport } from "../engine/engine.ts";
import { EngineRig } from "../engine/engine-rig.ts";
import { ExchangeCounter } from "./exchange-counter.ts";
import { type CounterSums, readCounters } from "./read-counters.ts";
import { WorkerCounters } from "./worker-counters.ts";

const rig = new EngineRig({
  "example.": `big TXT ${'"0123456789012345678901234567890123456789" '.repeat(40)}`,
});
const client = Uint8Array.of(192, 0, 2, 99);
const question = "03626967076578616d706c650000"; // big.example.

function counted(hex: string): CounterSums {
  const query = Uint8Array.fromHex(hex);
  const reply = rig.exchange(query);
  const counters = new WorkerCounters();
  const counter = new ExchangeCounter(counters);
  counter.count(query, query.length, client, Transport.udp, reply ?? new Uint8Array(), reply?.length ?? 0);
  return readCounters([counters.memory]);
}

for (const [why, hex, type, rcode] of [
  ["a type", `000100000001000000000000${question}0100 01`, 1, 0],
  ["an unknown name", "00010000000100000000000003777777076578616d706c6500001c0001", 28, 3],
  ["no question", "000100000000000000000000", undefined, 1],
  ["a question that ends early", "00010000000100000000000003626967", undefined, 1],
  [
    "an EDNS version that is none",
    `000100000001000000000001${question}01 0001 0000291000 00010000 0000`,
    1,
    16,
  ],
  ["an unknown opcode", `000130000001000000000000${question}01 0001`, 1, 4],
] as const) {
  test(`a query with ${why} is counted with its type and the code of its response`, () => {
    const { queries, responses } = counted(hex.replaceAll(" ", ""));
    assert.deepEqual(queries, [{ transport: "udp", type, count: 1 }]);
    assert.deepEqual(responses, [{ transport: "udp", family: "ipv4", rcode, count: 1 }]);
  });
}

test("a response that has no room for all records counts as truncated", () => {
  assert.equal(counted(`000100000001000000000000${question}100001`).truncated, 1);
  assert.equal(counted(`000100000001000000000000${question}010001`).truncated, 0);
});

for (const [why, hex, reason] of [
  ["too short a message", "0001", "malformed"],
  ["a response", `000180000001000000000000${question}010001`, "not-query"],
] as const) {
  test(`${why} counts as ${reason}`, () => {
    const { dropped, queries } = counted(hex);
    assert.equal(dropped[reason], 1);
    assert.deepEqual(queries, []);
  });
}
