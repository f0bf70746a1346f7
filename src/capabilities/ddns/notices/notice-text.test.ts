import assert from "node:assert/strict";
import { test } from "node:test";
import type { NoticeEvent } from "./notice-event.ts";
import { noticeText } from "./notice-text.ts";

const atMs = Date.parse("2026-11-25T02:10:00.500Z");
const textOf = (...events: readonly NoticeEvent[]) =>
  noticeText(
    events.map((event) => ({ ...event, atMs })),
    "foundry",
  );

const changed: NoticeEvent = {
  kind: "address-changed",
  family: "ipv4",
  address: "203.0.113.90",
  before: "198.51.100.7",
};
const lost: NoticeEvent = {
  kind: "address-lost",
  family: "ipv6",
  address: "2001:db8::1",
  sinceMs: atMs - 3_600_000,
  why: "nobody answered",
};
const failed = (index: number): NoticeEvent => ({
  kind: "record-failed",
  name: `host${index}.example.net`,
  type: "A",
  provider: "cloud",
  code: "http-503",
  sentence: "Cloud has trouble (HTTP 503)",
  nextTryAtMs: atMs + 300_000,
});
const stopped: NoticeEvent = {
  kind: "record-stopped",
  name: "home.example.net",
  type: "A",
  provider: "cloud",
  code: "badauth",
  sentence: "Cloud refuses\u001b[31m the\npassword",
};

for (const [why, text, title, inBody] of [
  [
    "a new address",
    textOf(changed),
    "foundry: public IPv4 address is now 203.0.113.90",
    [/is 203\.0\.113\.90, seen 2026-11-25 02:10:00 UTC\.\nBefore it was 198\.51\.100\.7\./, /ddns status/],
  ],
  [
    "the first address",
    textOf({ ...changed, before: undefined }),
    "foundry: public IPv4 address is now 203.0.113.90",
    [/None was known before/],
  ],
  [
    "an address out of sight",
    textOf(lost),
    "foundry: public IPv6 address has been out of sight since 2026-11-25 01:10:00 UTC",
    [/nobody answered/, /2001:db8::1, and records keep it/, /homeport ddns check/],
  ],
  [
    "a record that fails",
    textOf(failed(1)),
    "foundry: host1.example.net A cannot be published at cloud",
    [
      /^A record cannot be published:\n- host1\.example\.net A at cloud: Cloud has trouble/,
      /\[http-503\], next try 2026-11-25 02:15:00 UTC/,
      /tried again without you/,
    ],
  ],
  [
    "a record that is refused, in words that move no cursor",
    textOf(stopped),
    "foundry: home.example.net A is refused at cloud",
    [/Cloud refuses\?\[31m the\?password \[badauth\]/, /homeport ddns retry/],
  ],
  [
    "a record that works again",
    textOf({
      kind: "record-recovered",
      name: "home.example.net",
      type: "A",
      provider: "cloud",
      address: "203.0.113.90",
    }),
    "foundry: home.example.net A is published again at cloud",
    [/home\.example\.net A at cloud is 203\.0\.113\.90/],
  ],
  [
    "several things, the worst of records first",
    textOf(failed(1), failed(2), stopped, changed),
    "foundry: public IPv4 address is now 203.0.113.90; home.example.net A is refused at cloud; 2 records cannot be published",
    [/^The public.*\n\nA record is refused:.*\n\n2 records cannot be published:/s],
  ],
] as const)
  test(`in words: ${why}`, () => {
    assert.equal(text.title, title);
    for (const want of inBody) assert.match(text.body, want);
    assert.ok(text.body.endsWith("\n"));
  });

test("in words: of 500 records ten are named, and the others counted", () => {
  const { title, body } = textOf(...Array.from({ length: 500 }, (_, index) => failed(index)));
  assert.equal(title, "foundry: 500 records cannot be published");
  assert.equal(body.match(/- host/g)!.length, 10);
  assert.match(body, /\n- and 490 more\n/);
  assert.ok(body.length < 2_000);
});

test("in words: what is wrong and what needs a person is marked", () => {
  const marks = [changed, failed(1), stopped].map((event) => {
    const { isTrouble, isUrgent } = textOf(event);
    return [isTrouble, isUrgent];
  });
  assert.deepEqual(marks, [
    [false, false],
    [true, false],
    [true, true],
  ]);
});

test("in words: a title has its bound", () => {
  const name = `${"a".repeat(60)}.`.repeat(4);
  assert.equal(textOf({ ...failed(1), name } as NoticeEvent).title.length, 200);
});
