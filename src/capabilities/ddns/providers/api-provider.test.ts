/** Every case at every provider with an API of zones, and what each makes of answers that are none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cases, house } from "./api-provider.cases.ts";
import { noAnswer, type Reply } from "./api-stand-in.testing.ts";
import { standIns } from "./api-stand-ins.testing.ts";
import { BudgetSpent } from "./provider.ts";

const html = "<!DOCTYPE html><html><title>Sign in</title></html>";

/** What comes in place of an answer, to a request that reads and to one that writes, and what it means. */
type Fault = readonly [why: string, on: "reading" | "writing", instead: Reply | Error, wanted: object];

const faults: readonly Fault[] = [
  ["a 500", "reading", { status: 500, text: html }, { outcome: "failed", code: "http-500" }],
  ["a 502", "reading", { status: 502, text: html }, { outcome: "failed", code: "http-502" }],
  [
    "a page to sign in",
    "reading",
    { status: 200, text: html },
    { outcome: "failed", code: "not-understood" },
  ],
  ["a page that forbids", "reading", { status: 403, text: html }, { outcome: "failed", code: "http-403" }],
  ["a redirection", "reading", { status: 302, text: html }, { outcome: "failed", code: "http-302" }],
  [
    "half a JSON text",
    "reading",
    { status: 200, text: '{"result": [{"na' },
    { outcome: "failed", code: "not-understood" },
  ],
  [
    "a JSON text of another kind",
    "reading",
    { status: 200, json: 7 },
    { outcome: "failed", code: "not-understood" },
  ],
  ["no answer", "reading", noAnswer(true), { outcome: "failed", code: "unreachable" }],
  ["no connection", "reading", noAnswer(false), { outcome: "failed", code: "unreachable" }],
  [
    "its budget spent",
    "reading",
    new BudgetSpent(90_000),
    { outcome: "failed", code: "budget", retryAfterMs: 90_000 },
  ],
  [
    "too many requests",
    "reading",
    { status: 429, json: {}, headers: { "retry-after": "120" } },
    { outcome: "failed", code: "http-429", retryAfterMs: 120_000 },
  ],
  [
    "too many requests until a moment",
    "writing",
    { status: 429, text: "", headers: { "ratelimit-remaining": "0", "ratelimit-reset": "1800000060" } },
    { outcome: "failed", code: "http-429", retryAfterMs: 60_000 },
  ],
  [
    "a 503 with a date",
    "writing",
    { status: 503, text: html, headers: { "retry-after": new Date(1_800_000_300_000).toUTCString() } },
    { outcome: "failed", code: "http-503", retryAfterMs: 300_000 },
  ],
  ["a 500", "writing", { status: 500, text: html }, { outcome: "failed", code: "http-500" }],
  ["a 502", "writing", { status: 502, text: html }, { outcome: "unconfirmed" }],
  ["a 504", "writing", { status: 504, text: "" }, { outcome: "unconfirmed" }],
  ["a page to sign in", "writing", { status: 200, text: html }, { outcome: "unconfirmed" }],
  ["half a JSON text", "writing", { status: 200, text: '{"success": tr' }, { outcome: "unconfirmed" }],
  ["no answer", "writing", noAnswer(true), { outcome: "unconfirmed" }],
  ["no connection", "writing", noAnswer(false), { outcome: "failed", code: "unreachable" }],
  [
    "its budget spent",
    "writing",
    new BudgetSpent(1_000),
    { outcome: "failed", code: "budget", retryAfterMs: 1_000 },
  ],
];

for (const standIn of standIns) {
  const { title } = standIn.definition;
  for (const [why, check, of] of cases)
    if (of === undefined || standIn.lacks?.includes(of) !== true)
      test(`${title} ${why}`, () => check(house(standIn), standIn));
  for (const [why, on, instead, wanted] of faults)
    test(`${title}: ${why} while ${on}`, async () => {
      const run = house(standIn);
      run.intercept = (request) => ((on === "writing") === run.isWrite(request) ? instead : undefined);
      const before = run.world.lines();
      const [result, ...more] = await run.publish({ name: "home.example.net" });
      assert.partialDeepStrictEqual(result, wanted);
      assert.deepEqual(more, []);
      assert.deepEqual(run.world.lines(), before);
    });
}
