import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { hetznerError as error, hetznerStandIn } from "./hetzner.testing.ts";

testReplies(hetznerStandIn, [
  [
    "a token that it does not know",
    "reading",
    error(401, "unauthorized", "unable to authenticate"),
    "account unauthorized",
    /refuses the token/,
  ],
  [
    "a token that may only read",
    "writing",
    error(403, "token_readonly", "token is only allowed to perform GET requests"),
    "account token_readonly",
    /Read & Write/,
  ],
  [
    "a token without the permission",
    "writing",
    error(403, "forbidden", "insufficient permissions"),
    "account forbidden",
    /Read & Write/,
  ],
  [
    "a set that has gone",
    "writing",
    error(404, "not_found", "resource not found"),
    "later not_found",
    /not found/,
  ],
  [
    "a zone that is copied from elsewhere",
    "writing",
    error(422, "incorrect_zone_mode", "zone is not in primary mode"),
    "record incorrect_zone_mode",
    /copies this zone/,
  ],
  [
    "a set that is protected",
    "writing",
    error(422, "protected", "rrset is protected"),
    "record protected",
    /take the protection off/,
  ],
  [
    "a set that is being changed",
    "writing",
    error(423, "locked", "another action is running"),
    "later locked",
    /another action/,
  ],
  [
    "a change at the same time",
    "writing",
    error(409, "conflict", "the resource has changed"),
    "later conflict",
    /has changed/,
  ],
  [
    "a set that it does not take",
    "writing",
    error(422, "invalid_input", "invalid input in field 'ttl'"),
    "record invalid_input",
    /field 'ttl'/,
  ],
  [
    "its rate limit",
    "reading",
    {
      ...error(429, "rate_limit_exceeded", "limit of 3600 reached"),
      headers: { "ratelimit-remaining": "0", "ratelimit-reset": "1800000001" },
    },
    "later http-429",
    /limit of 3600/,
  ],
  [
    "its maintenance",
    "writing",
    error(503, "maintenance", "under maintenance"),
    "later maintenance",
    /maintenance/,
  ],
  [
    "a change that it gave up",
    "writing",
    {
      status: 201,
      json: {
        action: { id: 7, status: "error", error: { code: "action_failed", message: "Action failed" } },
      },
    },
    "later action_failed",
    /could not do it: Action failed/,
  ],
]);

test("Hetzner keeps what a person wrote beside the address", async () => {
  const run = new ApiRun(hetznerStandIn);
  const zone = run.world.zone("example.net", []);
  run.world.add(zone, {
    name: "home.example.net",
    type: "A",
    content: "192.0.2.1",
    ttl: 0,
    comment: "the cellar",
  });
  assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "changed" }]);
  assert.partialDeepStrictEqual(zone.records[0], { content: "192.0.2.9", ttl: 0, comment: "the cellar" });
  assert.deepEqual(
    run.writes.map(({ path }) => path),
    ["/zones/example.net/rrsets/home/A/actions/set_records"],
  );
});

test("Hetzner is asked once for a zone that it copies from elsewhere", async () => {
  const run = new ApiRun(hetznerStandIn);
  run.world.zone("example.net", []);
  run.intercept = (request) =>
    run.isWrite(request) ? error(422, "incorrect_zone_mode", "zone is not in primary mode") : undefined;
  const results = await run.publish({ name: "a.example.net" }, { name: "b.example.net" });
  assert.deepEqual(results[1], results[0]);
  assert.equal(run.writes.length, 1);
});

test("what was not sent to Hetzner after lost answers has failed, and is not unconfirmed", async () => {
  const run = new ApiRun(hetznerStandIn);
  run.world.zone("example.net", []);
  run.intercept = (request) => (run.isWrite(request) ? { status: 504, text: "" } : undefined);
  const results = await run.publish(...["a", "b", "c", "d"].map((host) => ({ name: `${host}.example.net` })));
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ["unconfirmed", "unconfirmed", "failed", "failed"],
  );
});
