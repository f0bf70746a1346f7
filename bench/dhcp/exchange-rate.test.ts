import assert from "node:assert/strict";
import test from "node:test";
import { exchangeRate, judgeRate, secondsFor } from "./exchange-rate.ts";

const half = { sent: 0, received: 0, notUnique: 0, meanMs: 2, mostMs: 9 };
const order = { perSecond: 1_000, seconds: 4, clients: 60_000 };

function rate(begun: number, completed: number) {
  const offer = { ...half, sent: begun, received: completed };
  return exchangeRate(
    order,
    { offer, acknowledgement: { ...half, sent: completed, received: completed } },
    { cpuSeconds: 0.39, missed: 40 },
  );
}

test("an exchange is completed by its ACK, and the CPU is shared among those", () => {
  const { perSecond, drops, missed, microseconds, cores, meanMs } = rate(4_000, 3_900);
  assert.equal(perSecond, 975);
  assert.ok(Math.abs(drops - 0.025) < 1e-9);
  assert.equal(missed, 0.01);
  assert.equal(Math.round(microseconds), 100);
  assert.equal(cores, 0.0975);
  assert.equal(meanMs, 4);
});

const cases = [
  ["a server that completes all keeps up", 3_999, 3_999, "well"],
  ["one that drops less than 2.5 % keeps up", 4_000, 3_901, "well"],
  ["one that drops more may do so another time", 4_000, 3_890, "perhaps"],
  ["what was not asked for is not answered: the rate does not count", 3_500, 3_500, "perhaps"],
  ["one that drops most of them will not", 4_000, 1_000, "hopeless"],
  ["one that answers nothing will not", 4_000, 0, "hopeless"],
] as const;
for (const [why, begun, completed, want] of cases) {
  test(why, () => assert.equal(judgeRate(rate(begun, completed)), want));
}

test("no client asks twice, however fast they ask, and seconds are whole", () => {
  assert.equal(secondsFor(12_000, 60_000, 8), 5);
  assert.equal(secondsFor(7_000, 60_000, 30), 8);
  assert.equal(secondsFor(100, 60_000, 8), 8);
});
