import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { gandiError as error, gandiStandIn } from "./gandi.testing.ts";

testReplies(gandiStandIn, [
  [
    "a token that it does not know",
    "reading",
    error(401, "Unauthorized", "The server could not verify that you authorized"),
    "account http-401",
    /refuses the token/,
  ],
  [
    "a token of other domains",
    "writing",
    error(403, "Forbidden", "Access was denied to this resource."),
    "record http-403",
    /does not let this token change the domain/,
  ],
  [
    "a domain that has gone",
    "writing",
    error(404, "Not Found", "The resource could not be found."),
    "later http-404",
    /could not be found/,
  ],
  [
    "a record that somebody else makes",
    "writing",
    error(409, "Conflict", "A DNS Record already exists with same value"),
    "later http-409",
    /already exists/,
  ],
  [
    "a record that it does not take",
    "writing",
    {
      status: 400,
      json: {
        status: "error",
        errors: [{ location: "body", name: "rrset_ttl", description: "300 is the minimum" }],
      },
    },
    "record http-400",
    /rrset_ttl 300 is the minimum/,
  ],
  [
    "its rate limit",
    "reading",
    { status: 429, json: { message: "Too many requests" }, headers: { "retry-after": "30" } },
    "later http-429",
    /Too many/,
  ],
  ["trouble of its own", "writing", error(500, "Internal Server Error", "Oops"), "later http-500", /Oops/],
]);

test("Gandi takes an old API key in its own way", async () => {
  const run = new ApiRun(
    { ...gandiStandIn, credentials: { authorization: "Apikey gandi-5up3rs3cret" } },
    { tokenKind: "api-key" },
  );
  run.world.zone("example.net", [["home", "A", "192.0.2.1", 3_600]]);
  assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "changed" }]);
});
