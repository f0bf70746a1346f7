import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { linodeError as error, linodeStandIn } from "./linode.testing.ts";

testReplies(linodeStandIn, [
  [
    "a token that it does not know",
    "reading",
    error(401, "Invalid Token"),
    "account http-401",
    /refuses the token/,
  ],
  [
    "a token without the scope",
    "writing",
    error(403, "Your OAuth token is not authorized to use this endpoint."),
    "account http-403",
    /Domains: Read\/Write/,
  ],
  ["a record that has gone", "writing", error(404, "Not found"), "later http-404", /Not found/],
  [
    "a record that it does not take",
    "writing",
    error(400, "You cannot have an A record beside a CNAME", "name"),
    "record http-400",
    /name: You cannot/,
  ],
  [
    "its rate limit",
    "writing",
    { ...error(429, "Too many requests"), headers: { "retry-after": "60" } },
    "later http-429",
    /Too many/,
  ],
  ["trouble of its own", "writing", error(500, "Internal Server Error"), "later http-500", /Internal/],
]);

for (const [wanted, ttl] of [
  [60, 300],
  [300, 300],
  [1_000, 300],
  [3_000, 3_600],
  [86_400, 86_400],
  [604_800, 604_800],
] as const)
  test(`Linode makes ${ttl} of a TTL of ${wanted}`, async () => {
    const run = new ApiRun(linodeStandIn);
    const zone = run.world.zone("example.net", [["home", "A", "192.0.2.1", 14_400]]);
    assert.deepEqual(await run.publish({ name: "home.example.net", ttl: wanted }), [{ outcome: "changed" }]);
    assert.equal(zone.records[0]!.ttl, ttl);
  });
