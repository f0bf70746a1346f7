import assert from "node:assert/strict";
import { test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { limits } from "../limits.ts";
import { logRateLimitEvent } from "./limit-journal.ts";
import { LimiterRig } from "./rate-limit.testing.ts";
import { ResponseCategory } from "./response-rate-limiter.ts";

test("the log hears once that a network is limited, and once that it is no longer", () => {
  const rig = new LimiterRig({ slip: 2 });
  assert.deepEqual(rig.limiter.events(rig.nowMs), []);
  rig.passes(25, "203.0.113.7");
  const network = { prefix: "203.0.113.0/24", category: "answers" };
  assert.deepEqual(rig.limiter.events(rig.nowMs), [
    { kind: "began", ...network, dropped: 10, slipped: 10, seconds: 0 },
  ]);
  rig.nowMs += 3_000;
  rig.passes(4, "203.0.113.8");
  assert.deepEqual(rig.limiter.events(rig.nowMs), [], "it goes on");
  rig.nowMs += 20_000;
  assert.deepEqual(rig.limiter.events(rig.nowMs), [
    { kind: "ended", ...network, dropped: 12, slipped: 12, seconds: 23 },
  ]);
  assert.deepEqual(rig.limiter.events(rig.nowMs), []);
});

test("networks are named by their first address, to the bit", () => {
  const rig = new LimiterRig({ ipv4PrefixLength: 26 });
  rig.passes(9, "203.0.113.215", ResponseCategory.nxdomain);
  rig.passes(9, "2001:db8:1:2ff::9", ResponseCategory.error);
  const events = rig.limiter.events(rig.nowMs).map(({ prefix, category }) => `${category} ${prefix}`);
  assert.deepEqual(events, ["name errors 203.0.113.192/26", "errors 2001:db8:1:200::/56"]);
});

test("however many networks flood, the log hears of a few a minute", () => {
  const rig = new LimiterRig();
  const begun = () => rig.limiter.events(rig.nowMs).filter(({ kind }) => kind === "began").length;
  const flood = () => {
    for (let i = 0; i < 100; i++) rig.passes(9, `198.51.${i}.1`);
  };
  flood();
  assert.equal(begun(), limits.rateLimitLinesPerMinute);
  rig.nowMs += 30_000;
  assert.equal(begun(), 0, "all have ended");
  flood();
  assert.equal(begun(), 0, "not again in the same minute");
  rig.nowMs += 30_001;
  assert.equal(begun(), 0);
  flood();
  assert.equal(begun(), limits.rateLimitLinesPerMinute);
});

test("lines of the log say who, what and how many", () => {
  const { log, lines } = collectLog();
  const event = {
    prefix: "203.0.113.0/24",
    category: "answers",
    dropped: 12,
    slipped: 11,
    seconds: 23,
  } as const;
  logRateLimitEvent(log, { kind: "began", ...event });
  logRateLimitEvent(log, { kind: "ended", ...event });
  assert.deepEqual(
    lines.map(({ sentence }) => sentence),
    [
      "answers to 203.0.113.0/24 are too many and are limited",
      "answers to 203.0.113.0/24 are limited no longer: 12 dropped and 11 truncated in 23 s",
    ],
  );
});
