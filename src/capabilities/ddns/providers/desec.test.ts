import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { desecStandIn } from "./desec.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";

const detail = (text: string) => ({ detail: text });

testReplies(desecStandIn, [
  [
    "a token that it does not know",
    "reading",
    { status: 401, json: detail("Invalid token.") },
    "account http-401",
    /refuses the token/,
  ],
  [
    "a token whose policies do not let it",
    "writing",
    { status: 403, json: detail("Insufficient token permissions.") },
    "record http-403",
    /look at the token's policies/,
  ],
  [
    "a domain that has gone",
    "writing",
    { status: 404, json: detail("Not found.") },
    "later http-404",
    /Not found/,
  ],
  [
    "a set that is beside a CNAME",
    "writing",
    { status: 400, json: [{ non_field_errors: ["RRset with conflicting type present: 'A' and 'CNAME'."] }] },
    "record http-400",
    /conflicting type/,
  ],
  [
    "a TTL that it does not take",
    "writing",
    { status: 400, json: [{ ttl: ["Ensure this value is greater than or equal to 3600."] }] },
    "record http-400",
    /says: ttl: Ensure/,
  ],
  [
    "lists in lists without end",
    "writing",
    { status: 400, text: `${"[".repeat(100_000)}"deep"${"]".repeat(100_000)}` },
    "record http-400",
    /does not take it/,
  ],
  [
    "a domain that is being changed",
    "writing",
    { status: 409, json: detail("The domain is locked.") },
    "record http-409",
    /locked/,
  ],
  [
    "its rate limit",
    "writing",
    {
      status: 429,
      json: detail("Request was throttled. Expected available in 7 seconds."),
      headers: { "retry-after": "7" },
    },
    "later http-429",
    /throttled/,
  ],
  [
    "trouble of its name server",
    "writing",
    { status: 500, json: detail("Server error") },
    "later http-500",
    /Server error/,
  ],
]);

test("deSEC gives a domain below dedyn.io its short TTL", async () => {
  const run = new ApiRun(desecStandIn);
  const zone = run.world.zone("me.dedyn.io", []);
  assert.deepEqual(await run.publish({ name: "me.dedyn.io", ttl: 60 }), [{ outcome: "changed" }]);
  assert.equal(zone.records[0]!.ttl, 60);
});

test("deSEC is asked once for all changes of a domain", async () => {
  const run = new ApiRun(desecStandIn);
  run.world.zone("example.net", []);
  const names = Array.from({ length: 50 }, (_, index) => ({ name: `h${index}.example.net` }));
  assert.deepEqual(
    await run.publish(...names),
    names.map(() => ({ outcome: "changed" })),
  );
  assert.deepEqual(
    run.writes.map(({ method, path }) => `${method} ${path}`),
    ["PATCH /domains/example.net/rrsets/"],
  );
});
