import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { inwxError as error, inwxLogin, inwxStandIn } from "./inwx.testing.ts";

testReplies(inwxStandIn, [
  [
    "another password",
    "reading",
    error(2_200, "Authentication error"),
    "account 2200",
    /`user` and `password`/,
  ],
  ["a second factor", "reading", inwxLogin("GOOGLE-AUTH"), "account second-factor", /user without one/],
  ["a user who may not", "writing", error(2_201, "Authorization error"), "record 2201", /look at its rights/],
  ["a session that has ended", "writing", error(2_002, "Command use error"), "later 2002", /Command use/],
  [
    "a record that it does not take",
    "writing",
    error(2_306, "Parameter value policy error", "Invalid content"),
    "record 2306",
    /Invalid content/,
  ],
  ["a record that has gone", "writing", error(2_303, "Object does not exist"), "later 2303", /not exist/],
  ["a command that failed", "writing", error(2_400, "Command failed"), "later 2400", /Command failed/],
  ["too many sessions", "reading", error(2_502, "Session limit exceeded"), "later 2502", /Session limit/],
  ["a service that is away", "writing", { status: 503, json: {} }, "later http-503", /has trouble/],
]);

test("a login without a session is none", async () => {
  const run = new ApiRun(inwxStandIn);
  run.intercept = () => ({ status: 200, json: { code: 1_000, resData: { tfa: "0" } } });
  const [result] = await run.publish({ name: "home.example.net" });
  assert.partialDeepStrictEqual(result, { outcome: "failed", code: "not-understood" });
  assert.equal(run.asked.length, 1);
});
