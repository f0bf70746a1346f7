import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { googleError as error, googleKey, googleStandIn, tokenError } from "./google-cloud-dns.testing.ts";
import { googleCloudDns } from "./google-cloud-dns.ts";

testReplies(googleStandIn, [
  [
    "a key that was deleted",
    "reading",
    tokenError("invalid_grant", "Invalid JWT Signature."),
    "account invalid_grant",
    /refuses the key/,
  ],
  [
    "a clock that is wrong",
    "reading",
    tokenError("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)"),
    "later clock",
    /clock is wrong/,
  ],
  [
    "an account without the role",
    "reading",
    error(403, "forbidden", "The caller does not have permission"),
    "account forbidden",
    /DNS Administrator/,
  ],
  [
    "a project without the API",
    "reading",
    error(403, "accessNotConfigured", "Cloud DNS API has not been used in project 1"),
    "account accessNotConfigured",
    /has not been used/,
  ],
  [
    "a record that it does not take",
    "writing",
    error(400, "invalid", "Invalid value for 'entity.change.additions[0].rrdata[0]'"),
    "record invalid",
    /Invalid value/,
  ],
  [
    "a set that others changed meanwhile",
    "writing",
    error(412, "conditionNotMet", "Precondition not met"),
    "later conditionNotMet",
    /Precondition/,
  ],
  [
    "its quota",
    "writing",
    error(403, "rateLimitExceeded", "Rate Limit Exceeded"),
    "later rateLimitExceeded",
    /Rate/,
  ],
  [
    "a service that is away",
    "writing",
    error(503, "backendError", "Try again"),
    "later backendError",
    /Try again/,
  ],
]);

test("a token that has ended, or is refused, is asked for anew", async () => {
  const run = new ApiRun(googleStandIn);
  run.world.zone("example.net", [["home", "A", "192.0.2.1", 300]]);
  run.intercept = ({ path }) =>
    path === "/token"
      ? { status: 200, json: { access_token: "ya29.5up3rs3cret", expires_in: 3_600 } }
      : undefined;
  await run.publish({ name: "home.example.net" });
  run.nowMs += 1_800_000;
  await run.publish({ name: "home.example.net" });
  const tokens = () => run.asked.filter(({ path }) => path === "/token").length;
  assert.equal(tokens(), 1);
  run.nowMs += 1_700_000;
  await run.publish({ name: "home.example.net" });
  assert.equal(tokens(), 2);
  run.intercept = ({ path }) =>
    path === "/token" ? undefined : error(401, "authError", "Invalid Credentials");
  const [refused] = await run.publish({ name: "home.example.net" });
  assert.partialDeepStrictEqual(refused, { outcome: "refused", scope: "account", code: "authError" });
  run.intercept = () => undefined;
  await run.publish({ name: "home.example.net" });
  assert.equal(tokens(), 3);
});

test("a set with a routing policy is left alone, and the others are not", async () => {
  const run = new ApiRun(googleStandIn);
  const zone = run.world.zone("example.net", [["home", "A", "192.0.2.1", 300]]);
  run.world.add(zone, { name: "web.example.net", type: "A", content: "", ttl: 300, comment: "policy" });
  const results = await run.publish({ name: "web.example.net" }, { name: "home.example.net" });
  assert.partialDeepStrictEqual(results, [{ outcome: "refused", code: "policy" }, { outcome: "changed" }]);
});

for (const [why, settings, path] of [
  ["the key that Google made", { privateKey: JSON.stringify(googleKey) }, undefined],
  ["no JSON", { privateKey: "AIza" }, "privateKey"],
  ["JSON without a key", { privateKey: "{}" }, "privateKey"],
  ["a key that is none", { privateKey: JSON.stringify({ ...googleKey, private_key: "?" }) }, "privateKey"],
  [
    "a key without its project",
    { privateKey: JSON.stringify({ ...googleKey, project_id: undefined }) },
    "project",
  ],
] as const) {
  test(`${why} is ${path === undefined ? "taken" : "refused when the site file is read"}`, () => {
    const problems = googleCloudDns.check!(settings, { siteFolder: "/" });
    assert.equal(problems[0]?.path, path);
  });
}
