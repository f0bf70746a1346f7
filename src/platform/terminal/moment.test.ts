import assert from "node:assert/strict";
import { test } from "node:test";
import { localTime, type Now, parseWhen } from "./moment.ts";

/** A Tuesday, 13:00 in Berlin. */
const now: Now = { nowMs: Date.UTC(2026, 10, 24, 12), timeZone: "Europe/Berlin" };

for (const [text, want] of [
  ["2026-11-17 14:00", "at 2026-11-17 14:00"],
  ["2026-11-17T14:00", "at 2026-11-17 14:00"],
  ["2026-11-17 14:00:59", "at 2026-11-17 14:00"],
  ["2026-11-17T14:00Z", "at 2026-11-17 15:00"],
  ["2026-11-17T14:00:00+02:00", "at 2026-11-17 13:00"],
  ["2026-11-17", "on Tuesday 2026-11-17"],
  ["today", "on Tuesday 2026-11-24"],
  ["yesterday", "on Monday 2026-11-23"],
  ["Yesterday 9:30", "at 2026-11-23 09:30"],
  ["tuesday", "on Tuesday 2026-11-24"],
  ["last tuesday", "on Tuesday 2026-11-17"],
  ["last Monday", "on Monday 2026-11-23"],
  ["wed", "on Wednesday 2026-11-18"],
  ["sunday 14:00", "at 2026-11-22 14:00"],
  ["12:00", "at 2026-11-24 12:00"],
  ["14:00", "at 2026-11-23 14:00"],
  ["2d", "at 2026-11-22 13:00"],
  ["2d ago", "at 2026-11-22 13:00"],
  ["2 days ago", "at 2026-11-22 13:00"],
  ["1 week ago", "at 2026-11-17 13:00"],
  ["90 min ago", "at 2026-11-24 11:30"],
  ["3h", "at 2026-11-24 10:00"],
] as const)
  test(`"${text}" is ${want}`, () => assert.equal(parseWhen(text, now)?.text, want));

for (const text of [
  "",
  "tomorrow",
  "2026-02-30",
  "25:00",
  "tuesday 9",
  "last",
  "2026-11-17 later",
  "2 dogs",
  "last 14:00",
])
  test(`"${text}" is no time`, () => assert.equal(parseWhen(text, now), undefined));

test("a day is as long as the clocks make it", () => {
  const hours = (text: string): number => {
    const when = parseWhen(text, now);
    assert.ok(when !== undefined && "fromMs" in when);
    return (when.toMs - when.fromMs) / 3_600_000;
  };
  assert.deepEqual([hours("2026-10-25"), hours("2026-03-29"), hours("2026-11-17")], [25, 23, 24]);
});

test("times are by the clock on the wall", () => {
  assert.equal(localTime(Date.UTC(2026, 6, 1, 12), now), "2026-07-01 14:00");
});
