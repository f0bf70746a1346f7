/** What is said of zones whose primaries or secondaries do not do what they should. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { age } from "#platform/terminal/age.ts";
import { parseName } from "#protocols/dns/name.ts";
import type { SecondaryStatus } from "../transfer/in/secondary-memory.ts";
import type { NotifyStatus } from "../transfer/notify/notifier.ts";
import type { SiteZone } from "../zones/zone-set.ts";
import { notifyAnswer, secondaryAnswer, standingProblems } from "./zone-standing.ts";

const error = { atMs: 940_000, primary: "192.0.2.7:53", code: "rcode", sentence: "answered REFUSED" };

const copy: SecondaryStatus = {
  state: "current",
  serial: 7,
  primary: "192.0.2.7:53",
  checkedAtMs: 940_000,
  confirmedAtMs: 100_000,
  nextCheckAtMs: 1_100_000,
  expiresAtMs: 8_200_000,
  error: undefined,
};

function told(state: NotifyStatus["state"], server: string, why?: string): NotifyStatus {
  return { server, state, serial: 7, tries: 5, why, forMs: 1000 };
}

function said({
  status,
  notified = [],
  frozen = false,
  expired = false,
  hasContent = true,
}: {
  readonly status?: SecondaryStatus;
  readonly notified?: readonly NotifyStatus[];
  readonly frozen?: boolean;
  readonly expired?: boolean;
  readonly hasContent?: boolean;
}): string[] {
  const image = hasContent ? {} : undefined;
  const zone = { name: parseName("a.example."), image, live: { frozen, expired } } as unknown as SiteZone;
  const ports = {
    secondaries: { status: () => status },
    notifier: { status: () => notified },
    nowMs: () => 1_000_000,
  };
  const problems = standingProblems(zone, ports, "dns.zones[3]");
  assert.ok(problems.every(({ path, remedy }) => path === "dns.zones[3]" && remedy !== undefined));
  return problems.map(({ severity, what }) => `${severity}: ${what}`);
}

for (const [why, given, want] of [
  ["a copy that is in sync", { status: copy }, []],
  [
    "a copy that could not be confirmed says for how long it is good",
    { status: { ...copy, error } },
    [
      "warning: a.example goes on with serial 7, confirmed 15 min ago, for 2 h more: " +
        "192.0.2.7:53 answered REFUSED (1 min ago)",
    ],
  ],
  [
    "a copy that has not come yet",
    { status: { ...copy, error }, hasContent: false },
    [
      "warning: a.example was not copied yet, its names are answered SERVFAIL: " +
        "192.0.2.7:53 answered REFUSED (1 min ago)",
    ],
  ],
  [
    "a copy that has expired",
    { status: { ...copy, error }, hasContent: false, expired: true },
    [
      "error: a.example has expired, its names are answered SERVFAIL: " +
        "192.0.2.7:53 answered REFUSED (1 min ago)",
    ],
  ],
  ["secondaries that know", { notified: [told("told", "a"), told("asked", "b")] }, []],
  [
    "secondaries that do not answer are named, with why",
    { notified: [told("unanswered", "a"), told("refused", "b", "it answers NOTAUTH")] },
    ["warning: a.example: not told of the last change: a (it does not answer), b (it answers NOTAUTH)"],
  ],
  [
    "of many secondaries three are named",
    { notified: ["a", "b", "c", "d", "e"].map((server) => told("unanswered", server, "x")) },
    ["warning: a.example: not told of the last change: a (x), b (x), c (x) and 2 more"],
  ],
  ["a frozen zone", { frozen: true }, ["warning: a.example is frozen: it takes no updates"]],
] as const) {
  test(why, () => assert.deepEqual(said(given), want));
}

test("answers of the API have times as ISO 8601, and null where there is none", () => {
  const { checkedAt, nextCheckAt, expiresAt } = secondaryAnswer({
    ...copy,
    nextCheckAtMs: undefined,
    expiresAtMs: Number.POSITIVE_INFINITY,
  });
  assert.deepEqual([checkedAt, nextCheckAt, expiresAt], ["1970-01-01T00:15:40.000Z", null, null]);
  assert.equal(notifyAnswer(told("told", "a"), 2000).since, "1970-01-01T00:00:01.000Z");
});

test("a time has the largest unit that it fills", () => {
  const cases = [-5, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 86_400_000 * 9.9];
  assert.deepEqual(cases.map(age), ["0 s", "0 s", "1 s", "59 s", "1 min", "59 min", "1 h", "9 d"]);
});
