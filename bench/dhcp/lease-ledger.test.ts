import assert from "node:assert/strict";
import test from "node:test";
import { type Lease, LeaseLedger } from "./lease-ledger.ts";

const lease = (client: number, address: number): Lease => ({ client, address });

function ledger(...leases: readonly Lease[]): LeaseLedger {
  const all = new LeaseLedger();
  for (const one of leases) all.note(one);
  return all;
}

test("a server that has all that it said has lost nothing", () => {
  const held = [lease(1, 100), lease(2, 101)];
  assert.deepEqual(ledger(...held).compare(held), { lost: [], twice: [], untold: 0 });
});

test("what a client was told and the server has not is lost", () => {
  assert.deepEqual(ledger(lease(1, 100), lease(2, 101)).compare([lease(2, 101)]).lost, [lease(1, 100)]);
});

test("what another one holds is lost", () => {
  assert.deepEqual(ledger(lease(1, 100)).compare([lease(3, 100)]).lost, [lease(1, 100)]);
});

test("what the server has twice is told of", () => {
  const { twice } = ledger(lease(1, 100)).compare([lease(1, 100), lease(2, 100)]);
  assert.deepEqual(twice, [lease(2, 100)]);
});

test("a lease whose client has heard nothing is no fault", () => {
  const { lost, untold } = ledger(lease(1, 100)).compare([lease(1, 100), lease(2, 101)]);
  assert.deepEqual([lost.length, untold], [0, 1]);
});

test("an address that two clients were told is told of", () => {
  assert.deepEqual(ledger(lease(1, 100), lease(2, 100)).twice, [lease(2, 100)]);
});

test("a client that asks again is acknowledged again, and its address stays", () => {
  const { acknowledged, clients, moved, twice } = ledger(lease(1, 100), lease(1, 100));
  assert.deepEqual([acknowledged, clients, moved, twice], [2, 1, [], []]);
});

test("a client that is told another address than before is told of", () => {
  assert.deepEqual(ledger(lease(1, 100), lease(1, 105)).moved, [lease(1, 105)]);
});
