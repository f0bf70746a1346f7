import assert from "node:assert/strict";
import { test } from "node:test";
import { type ApiDialect, retryAfterMs, sayable, troubleIn } from "./http-outcome.ts";

const nowMs = Date.UTC(2026, 10, 25);

for (const [why, headers, wanted] of [
  ["nothing", {}, undefined],
  ["seconds", { "retry-after": "120" }, 120_000],
  ["seconds with a fraction", { "retry-after": "0.5" }, 500],
  ["a date", { "retry-after": "Wed, 25 Nov 2026 00:01:00 GMT" }, 60_000],
  ["a date that is past", { "retry-after": "Tue, 24 Nov 2026 00:00:00 GMT" }, 0],
  ["a moment in seconds", { "retry-after": `${nowMs / 1_000 + 9}` }, 9_000],
  ["neither", { "retry-after": "soon" }, undefined],
  ["a negative number", { "retry-after": "-5 parsecs" }, undefined],
  ["a limit that is used up", { "ratelimit-remaining": "0", "ratelimit-reset": "30" }, 30_000],
  ["a limit that is not", { "ratelimit-remaining": "7", "ratelimit-reset": "30" }, undefined],
  [
    "a limit by its older names",
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${nowMs / 1_000 + 30}` },
    30_000,
  ],
  [
    "the word before the limit",
    { "retry-after": "5", "ratelimit-remaining": "0", "ratelimit-reset": "30" },
    5_000,
  ],
] as const)
  test(`${why} says to wait for ${wanted} ms`, () => assert.equal(retryAfterMs(headers, nowMs), wanted));

for (const [why, text, wanted] of [
  ["lines become one", " no\r\n  such\tname ", "no such name"],
  ["what moves the cursor is taken out", "no\u001b[2J\u202ename", "no?[2J?name"],
  ["secrets are taken out", "key s3cret, s3cret!", "key [not shown], [not shown]!"],
  ["a short secret is in any text by chance", "a token", "a token"],
  ["a secret is gone before the text is cut", `${"x".repeat(195)}s3cret`, `${"x".repeat(195)}[not…`],
  ["long texts are cut", "y".repeat(500), `${"y".repeat(199)}…`],
] as const)
  test(`of what a provider says ${why}`, () => assert.equal(sayable(text, ["s3cret", "a"]), wanted));

for (const [why, said, wanted] of [
  ["as it is", "record_locked", "record_locked"],
  ["without a secret that it says back", "no s3cret here", "no [not shown] here"],
  ["as long as codes are", "x".repeat(100_000), "x".repeat(60)],
  ["without what moves the cursor", "a\u001b[2J", "a?[2J"],
] as const)
  test(`a code that a stranger wrote is kept ${why}`, () => {
    const dialect: ApiDialect = {
      title: "Stand-in",
      secrets: ["s3cret"],
      errorIn: () => ({ code: said }),
      meanings: {},
    };
    for (const status of [400, 500]) {
      const request = { method: "GET", url: "https://api.example/" } as const;
      const found = troubleIn({ status, headers: {}, text: "{}" }, {}, { request, dialect, nowMs });
      const { trouble } = found!;
      assert.ok(trouble.outcome !== "unconfirmed");
      assert.equal(trouble.code, wanted);
      assert.ok(trouble.sentence.length < 300);
      assert.doesNotMatch(trouble.sentence, /s3cret/);
    }
  });
