import assert from "node:assert/strict";
import test from "node:test";
import { limits } from "../limits.ts";
import { NewClientLimit } from "./new-client-limit.ts";

const rate = { perSecond: 2, burst: 5 };

function allowed(limit: NewClientLimit, port: string, nowMs: number, tries: number): number {
  let count = 0;
  for (let at = 0; at < tries; at++) if (limit.allows(port, nowMs)) count++;
  return count;
}

test("a port brings so many at once, and then so many a second", () => {
  const limit = new NewClientLimit(rate);
  assert.equal(allowed(limit, "eth1", 0, 20), 5);
  assert.equal(allowed(limit, "eth1", 499, 20), 0);
  assert.equal(allowed(limit, "eth1", 500, 20), 1);
  assert.equal(allowed(limit, "eth1", 1_500, 20), 2);
  assert.equal(allowed(limit, "eth1", 60_000, 20), 5, "no more than at once, however long it was quiet");
});

test("ports do not count for one another", () => {
  const limit = new NewClientLimit(rate);
  allowed(limit, "eth1", 0, 20);
  assert.equal(allowed(limit, "eth2", 0, 20), 5);
});

test("what was refused is told at once, and then once in a while", () => {
  const limit = new NewClientLimit(rate);
  allowed(limit, "eth1", 0, 8);
  allowed(limit, "eth2", 0, 5);
  assert.deepEqual(limit.takeRefused(), [{ port: "eth1", count: 3 }]);
  allowed(limit, "eth1", limits.newClientsSaidMs - 1, 9);
  assert.deepEqual(limit.takeRefused(), []);
  allowed(limit, "eth2", limits.newClientsSaidMs, 1);
  assert.deepEqual(limit.takeRefused(), [{ port: "eth1", count: 4 }]);
  assert.deepEqual(limit.takeRefused(), []);
});

test("of many ports a few are told each time", () => {
  const limit = new NewClientLimit(rate);
  for (let port = 0; port < 100; port++) allowed(limit, `port ${port}`, 0, 6);
  assert.equal(limit.takeRefused().length, limits.portsSaidMax);
});

test("another rate counts at once", () => {
  const limit = new NewClientLimit(rate);
  allowed(limit, "eth1", 0, 20);
  limit.rate = { perSecond: 10, burst: 3 };
  assert.equal(allowed(limit, "eth1", 1_000, 20), 3);
});

test("more ports than are kept forget the one that brought nobody for longest", () => {
  const limit = new NewClientLimit(rate);
  allowed(limit, "first", 0, 20);
  allowed(limit, "second", 0, 20);
  for (let port = 0; port < limits.portsMax - 2; port++) limit.allows(`port ${port}`, 0);
  assert.equal(allowed(limit, "second", 0, 1), 0);
  limit.allows("one more", 0);
  assert.equal(allowed(limit, "second", 0, 1), 0, "it has just been used");
  assert.equal(allowed(limit, "first", 0, 20), 5);
});
