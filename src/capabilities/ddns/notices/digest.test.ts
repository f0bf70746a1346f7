import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "./digest.ts";
import type { NoticeEvent, RecordNotice, TimedNotice } from "./notice-event.ts";
import { Told } from "./told.ts";

const record = { name: "home.example.net", type: "A", provider: "cloud" };
const failed: NoticeEvent = {
  kind: "record-failed",
  ...record,
  code: "http-503",
  sentence: "",
  nextTryAtMs: 1,
};
const stopped: NoticeEvent = { kind: "record-stopped", ...record, code: "badauth", sentence: "" };
const recovered: NoticeEvent = { kind: "record-recovered", ...record, address: "203.0.113.9" };
const changed = (before: string | undefined, address: string): NoticeEvent => ({
  kind: "address-changed",
  family: "ipv4",
  address,
  before,
});
const lost: NoticeEvent = { kind: "address-lost", family: "ipv4", address: "a", sinceMs: 1, why: "" };

const timed = (events: readonly NoticeEvent[]): TimedNotice[] =>
  events.map((event, index) => ({ ...event, atMs: index }));

const untimed = (notice: TimedNotice): NoticeEvent =>
  Object.fromEntries(Object.entries(notice).filter(([name]) => name !== "atMs")) as unknown as NoticeEvent;

for (const [why, messages, want] of [
  ["a record that failed and works again is not told of", [[failed, recovered]], [[]]],
  ["nor one that was refused and works again", [[stopped, recovered]], [[]]],
  ["one that works again later is", [[failed], [recovered]], [[failed], [recovered]]],
  ["one that failed before this run is told of when it works again", [[recovered]], [[recovered]]],
  ["one that works and fails again is as it was", [[failed], [recovered, failed]], [[failed], []]],
  ["of a failure that becomes a refusal the refusal is told", [[failed, stopped]], [[stopped]]],
  ["a refusal after a failure that was told is told", [[failed], [stopped]], [[failed], [stopped]]],
  [
    "one that was told to fail, is refused for a moment and works again has recovered",
    [[failed], [stopped, recovered]],
    [[failed], [recovered]],
  ],
  [
    "an address that comes back within the time has not changed",
    [[changed("a", "b"), changed("b", "a")]],
    [[]],
  ],
  ["two changes are one", [[changed("a", "b"), changed("b", "c")]], [[changed("a", "c")]]],
  ["the first address ever is told of", [[changed(undefined, "a")]], [[changed(undefined, "a")]]],
  [
    "an address out of sight that is seen as another is told as that",
    [[lost, changed("a", "b")]],
    [[changed("a", "b")]],
  ],
  ["a change and then darkness are told both", [[changed("a", "b"), lost]], [[changed("a", "b"), lost]]],
] as const)
  test(`a digest: ${why}`, () => {
    const told = new Told<RecordNotice["kind"]>();
    const left = messages.map((events) => digestOf(timed(events), told).map(untimed));
    assert.deepEqual(left, want);
  });

test("a digest: records and families are apart", () => {
  const other = { ...recovered, name: "other.example.net" };
  const ipv6 = { ...changed("x", "y"), family: "ipv6" } as NoticeEvent;
  const left = digestOf(timed([failed, other, changed("a", "b"), ipv6]), new Told());
  assert.deepEqual(new Set(left.map(({ kind }) => kind)).size, 3);
  assert.equal(left.length, 4);
});
