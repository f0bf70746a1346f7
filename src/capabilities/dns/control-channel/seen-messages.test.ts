/** How many messages are remembered, and for how long. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "./limits.ts";
import { SeenMessages } from "./seen-messages.ts";

const now = 1_795_549_261;

test("a message is new once; with another serial or time it is another message", () => {
  const seen = new SeenMessages();
  assert.deepEqual(
    [
      seen.isNew(1, now, now),
      seen.isNew(1, now, now),
      seen.isNew(2, now, now),
      seen.isNew(1, now + 1, now),
      seen.isNew(11, now - 1, now),
    ],
    [true, false, true, true, true],
  );
});

test("it is remembered as long as its time is good", () => {
  const seen = new SeenMessages();
  seen.isNew(1, now + limits.clockSkewSecondsMax, now);
  assert.equal(seen.isNew(1, now + limits.clockSkewSecondsMax, now + 2 * limits.clockSkewSecondsMax), false);
});

test("a million messages take no more room than the last thousands", () => {
  const seen = new SeenMessages();
  for (let serial = 0; serial < 1_000_000; serial++) seen.isNew(serial, now, now);
  assert.ok(seen.size <= limits.seenMessagesMax, String(seen.size));
  for (let serial = 999_999; serial > 999_999 - limits.seenMessagesMax / 2; serial--) {
    assert.equal(seen.isNew(serial, now, now), false, String(serial));
  }
});

test("they are forgotten when their time is over", () => {
  const seen = new SeenMessages();
  for (let serial = 0; serial < 1_000; serial++) seen.isNew(serial, now, now);
  seen.isNew(1, now + 601, now + 601);
  seen.isNew(1, now + 1_202, now + 1_202);
  assert.equal(seen.size, 2);
});
