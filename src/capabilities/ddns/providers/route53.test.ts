import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { badBatch, route53Error as error, route53StandIn } from "./route53.testing.ts";

testReplies(route53StandIn, [
  [
    "a key that it does not know",
    "reading",
    error(403, "InvalidClientTokenId", "The security token included in the request is invalid."),
    "account InvalidClientTokenId",
    /refuses the access key/,
  ],
  [
    "another secret",
    "reading",
    error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match"),
    "account SignatureDoesNotMatch",
    /secretAccessKey/,
  ],
  [
    "a clock that is wrong",
    "reading",
    error(
      403,
      "SignatureDoesNotMatch",
      "Signature expired: 20260101T000000Z is now earlier than 20260201T000000Z",
    ),
    "later ClockSkew",
    /clock is wrong/,
  ],
  [
    "a session that is over",
    "reading",
    error(403, "ExpiredToken", "The security token included in the request is expired"),
    "account ExpiredToken",
    /make a new one/,
  ],
  [
    "a policy that denies it",
    "writing",
    error(403, "AccessDenied", "User: arn:aws:iam::1:user/x is not authorized"),
    "record AccessDenied",
    /does not let this key/,
  ],
  [
    "a batch that it does not take",
    "writing",
    badBatch("Invalid TTL"),
    "record InvalidChangeBatch",
    /Invalid TTL/,
  ],
  [
    "input that it does not take",
    "writing",
    error(400, "InvalidInput", "Invalid XML"),
    "record InvalidInput",
    /Invalid XML/,
  ],
  [
    "too many requests",
    "reading",
    error(400, "Throttling", "Rate exceeded"),
    "later Throttling",
    /Rate exceeded/,
  ],
  [
    "a change that is under way",
    "writing",
    error(400, "PriorRequestNotComplete", "The request was rejected"),
    "later PriorRequestNotComplete",
    /rejected/,
  ],
  [
    "a service that is away",
    "writing",
    error(503, "ServiceUnavailable", "Service is unavailable"),
    "later ServiceUnavailable",
    /unavailable/,
  ],
]);

for (const [comment, what] of [
  ["alias", /is an alias of another resource/],
  ["policy", /has a routing policy/],
] as const) {
  test(`a set that is special by its ${comment} is left alone, and the others are not`, async () => {
    const run = new ApiRun(route53StandIn);
    const zone = run.world.zone("example.net", [["home", "A", "192.0.2.1", 300]]);
    run.world.add(zone, { name: "web.example.net", type: "A", content: "192.0.2.2", ttl: 300, comment });
    const [web, home] = await run.publish({ name: "web.example.net" }, { name: "home.example.net" });
    assert.ok(web?.outcome === "refused" && web.code === comment);
    assert.match(web.sentence, what);
    assert.deepEqual(home, { outcome: "changed" });
    assert.ok(run.world.lines().includes("web.example.net A 192.0.2.2 300"));
  });
}

test("a key that may not list zones is told the zone by its id", async () => {
  const run = new ApiRun(route53StandIn, { zoneId: "Z1000" });
  run.world.zone("example.net", [["home", "A", "192.0.2.1", 300]]);
  assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "changed" }]);
  assert.ok(run.asked.every(({ path }) => path.startsWith("/2013-04-01/hostedzone/Z1000")));
});

test("hundreds of records are one change", async () => {
  const run = new ApiRun(route53StandIn);
  run.world.zone("example.net", []);
  const names = Array.from({ length: 300 }, (_, index) => ({ name: `h${index}.example.net` }));
  await run.publish(...names);
  assert.deepEqual([run.writes.length, run.world.lines().length], [1, 300]);
});
