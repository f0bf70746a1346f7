import assert from "node:assert/strict";
import test from "node:test";
import { limits } from "../limits.ts";
import type { ProviderDefinition, PublishResult } from "../providers/provider.ts";
import { newRecordValue, type RecordValue } from "./record-value.ts";
import { afterResult, type NextStep, nextStep, type RecordCase, released } from "./schedule.ts";

const nowMs = 1_800_000_000_000;
const minute = 60_000;
const day = 86_400_000;
const old = "198.51.100.1";
const now = "198.51.100.2";

const definition = { refreshDays: 25, pauseSecondsMin: 0 } as ProviderDefinition;
const record = {
  id: "home.example.net/A/dyn",
  name: "home.example.net",
  type: "A",
  provider: "dyn",
  ttl: 60,
  proxied: undefined,
  zone: undefined,
  interfaceId: undefined,
} as const;
const extras = "60   p";
const current: RecordValue = {
  current: now,
  extras,
  takenAtMs: nowMs - day,
  triedAtMs: nowMs - day,
  failures: 0,
};
const failed: RecordValue = {
  ...current,
  current: old,
  failures: 3,
  triedAtMs: nowMs - minute,
  triedFor: now,
  nextTryAtMs: nowMs + 20 * minute,
  trouble: { code: "http-503", sentence: "…", atMs: nowMs - minute },
};

function caseOf(value: RecordValue, more: Partial<RecordCase> = {}): RecordCase {
  return {
    record,
    value,
    wanted: now,
    definition,
    settingsMark: "a",
    placeMark: "p",
    isAccountStopped: false,
    ...more,
  };
}

const steps: readonly (readonly [why: string, one: RecordCase, want: NextStep])[] = [
  ["a new record is sent", caseOf(newRecordValue), { do: "send", why: "change" }],
  ["an address that changed is sent", caseOf({ ...current, current: old }), { do: "send", why: "change" }],
  ["another TTL is sent", caseOf({ ...current, extras: "300   p" }), { do: "send", why: "change" }],
  [
    "what is as wanted is left alone until the provider would forget it",
    caseOf(current),
    { do: "wait", untilMs: nowMs - day + 20 * day, why: "refresh" },
  ],
  [
    "a provider that forgets nothing is never asked again",
    caseOf(current, { definition: { ...definition, refreshDays: undefined } }),
    { do: "nothing", why: "current" },
  ],
  [
    "after four fifths of its time it is refreshed",
    caseOf({ ...current, takenAtMs: nowMs - 20 * day }),
    { do: "send", why: "refresh" },
  ],
  ["no address is known", caseOf(current, { wanted: undefined }), { do: "nothing", why: "no-address" }],
  ["a failure waits", caseOf(failed), { do: "wait", untilMs: nowMs + 20 * minute, why: "retry" }],
  ["and is tried again then", caseOf({ ...failed, nextTryAtMs: nowMs }), { do: "send", why: "retry" }],
  [
    "another address does not wait as long, but five minutes since the last try",
    caseOf({ ...failed, triedFor: old }),
    { do: "wait", untilMs: nowMs + 4 * minute, why: "retry" },
  ],
  [
    "unless the provider has said when",
    caseOf({ ...failed, triedFor: old, isTold: true }),
    { do: "wait", untilMs: nowMs + 20 * minute, why: "retry" },
  ],
  [
    "a moment that a wrong clock wrote stops nothing",
    caseOf({ ...failed, nextTryAtMs: nowMs + 400 * day }),
    { do: "send", why: "retry" },
  ],
  [
    "a moment that was set before the clock was set back by hours stops nothing",
    caseOf({ ...failed, triedAtMs: nowMs + 180 * minute, nextTryAtMs: nowMs + 200 * minute }),
    { do: "send", why: "retry" },
  ],
  [
    "an account with other settings does not wait for what the one of before met",
    caseOf({ ...failed, triedWith: "b", isTold: true }),
    { do: "send", why: "retry" },
  ],
  [
    "another account has not heard of it",
    caseOf({ ...current, extras: "60   q" }),
    { do: "send", why: "change" },
  ],
  [
    "what was refused waits for a person",
    caseOf({ ...failed, stoppedWith: "a", nextTryAtMs: 0 }),
    { do: "nothing", why: "stopped" },
  ],
  [
    "also when the address changes",
    caseOf({ ...failed, stoppedWith: "a", triedFor: old }),
    { do: "nothing", why: "stopped" },
  ],
  [
    "also while no address is known",
    caseOf({ ...failed, stoppedWith: "a" }, { wanted: undefined }),
    { do: "nothing", why: "stopped" },
  ],
  [
    "other settings are what a person does",
    caseOf({ ...failed, stoppedWith: "b", nextTryAtMs: 0 }),
    { do: "send", why: "retry" },
  ],
  [
    "an account that is refused stops all of its records",
    caseOf(newRecordValue, { isAccountStopped: true }),
    { do: "nothing", why: "stopped" },
  ],
  [
    "a provider that asks for pauses gets them",
    caseOf(
      { ...current, current: old, triedAtMs: nowMs - minute },
      { definition: { ...definition, pauseSecondsMin: 300 } },
    ),
    { do: "wait", untilMs: nowMs + 4 * minute, why: "pause" },
  ],
  [
    "what nobody knows of is sent again",
    caseOf({ ...current, isUnconfirmed: true }),
    { do: "send", why: "retry" },
  ],
  [
    "a clock that went back an hour refreshes nothing",
    caseOf({ ...current, takenAtMs: nowMs + 60 * minute }),
    { do: "wait", untilMs: nowMs + 20 * day, why: "refresh" },
  ],
  [
    "a last time that is years ahead was written by a wrong clock, and is no reason to let a name expire",
    caseOf({ ...current, takenAtMs: nowMs + 900 * day }),
    { do: "send", why: "refresh" },
  ],
  [
    "a last try in the future is no pause",
    caseOf(
      { ...current, current: old, triedAtMs: nowMs + 60 * minute },
      { definition: { ...definition, pauseSecondsMin: 300 } },
    ),
    { do: "send", why: "change" },
  ],
];
for (const [why, one, want] of steps)
  test(`when a record is sent: ${why}`, () => assert.deepEqual(nextStep(one, nowMs), want));

test("a clock before this program was written refreshes nothing", () => {
  const step = nextStep(caseOf({ ...current, takenAtMs: 0 }), 1_000_000);
  assert.deepEqual(step, { do: "nothing", why: "current" });
});

function after(value: RecordValue, result: PublishResult, random = 0): RecordValue {
  return afterResult(caseOf(value), now, result, { nowMs, random });
}

test("a success forgets what was before", () => {
  const value = after(failed, { outcome: "changed" });
  assert.deepEqual(value, {
    current: now,
    extras,
    takenAtMs: nowMs,
    triedAtMs: nowMs,
    triedFor: now,
    changedAtMs: nowMs,
    failures: 0,
  });
  assert.equal(nextStep(caseOf(value), nowMs).do, "wait");
});

test("waits double from five minutes to six hours", () => {
  let value: RecordValue = { ...current, current: old };
  const waits: number[] = [];
  for (let tries = 0; tries < 9; tries++) {
    value = after(value, { outcome: "failed", code: "http-500", sentence: "…" });
    waits.push((value.nextTryAtMs! - nowMs) / minute);
  }
  assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 320, 360, 360]);
});

test("a wait is up to a fifth longer at random", () => {
  const value = after(current, { outcome: "failed", code: "http-500", sentence: "…" }, 0.999);
  assert.ok(Math.abs(value.nextTryAtMs! - nowMs - 5 * minute * 1.2) < 100);
});

for (const [why, retryAfterMs, want] of [
  ["as it says", 90_000, 90_000],
  ["a second at least", 0, limits.retryAfterMsMin],
  ["a day at most", 365 * day, day],
] as const)
  test(`Retry-After is honoured: ${why}`, () => {
    const value = after(current, { outcome: "failed", code: "http-429", sentence: "…", retryAfterMs });
    assert.equal(value.nextTryAtMs! - nowMs, want);
    assert.equal(value.isTold, true);
  });

test("a failure keeps what is known of the record", () => {
  const value = after({ ...current, current: old }, { outcome: "failed", code: "http-500", sentence: "no" });
  assert.equal(value.current, old);
  assert.deepEqual(value.trouble, { code: "http-500", sentence: "no", atMs: nowMs });
});

test("a refusal of the record stops it, one of the account does not", () => {
  const refused = { outcome: "refused", code: "nohost", sentence: "…" } as const;
  assert.equal(after(current, { ...refused, scope: "record" }).stoppedWith, "a");
  assert.equal(after(current, { ...refused, scope: "account" }).stoppedWith, undefined);
});

test("a release sends it at once, whatever was", () => {
  const stopped = after(current, { outcome: "refused", scope: "record", code: "nohost", sentence: "…" });
  for (const value of [stopped, failed, { ...failed, isTold: true as const }])
    assert.equal(nextStep(caseOf(released(value)), nowMs).do, "send");
});
