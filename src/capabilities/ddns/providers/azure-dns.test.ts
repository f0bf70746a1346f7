import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { azureStandIn, azureTokenError, azureError as error } from "./azure-dns.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";

testReplies(azureStandIn, [
  [
    "a secret that has expired",
    "reading",
    azureTokenError(
      "invalid_client",
      "AADSTS7000222: The provided client secret keys are expired.\nTrace ID: 1",
    ),
    "account invalid_client",
    /may have expired/,
  ],
  [
    "an app that it does not know",
    "reading",
    azureTokenError("unauthorized_client", "AADSTS700016: Application was not found", 400),
    "account unauthorized_client",
    /clientId/,
  ],
  [
    "a subscription that it does not know",
    "reading",
    error(404, "SubscriptionNotFound", "The subscription could not be found."),
    "account SubscriptionNotFound",
    /correct `subscriptionId`/,
  ],
  [
    "an app without the role",
    "writing",
    error(403, "AuthorizationFailed", "The client does not have authorization"),
    "record AuthorizationFailed",
    /DNS Zone Contributor/,
  ],
  [
    "a zone that is locked",
    "writing",
    error(409, "ScopeLocked", "The scope is locked"),
    "record ScopeLocked",
    /locked/,
  ],
  [
    "a record that it does not take",
    "writing",
    error(400, "BadRequest", "The TTL is invalid"),
    "record BadRequest",
    /TTL is invalid/,
  ],
  [
    "a set that others changed meanwhile",
    "writing",
    error(412, "PreconditionFailed", "The condition was not met"),
    "later PreconditionFailed",
    /somebody else changed it/,
  ],
  [
    "an operation under way",
    "writing",
    error(409, "Conflict", "Another operation is in progress"),
    "later Conflict",
    /in progress/,
  ],
  [
    "too many requests",
    "writing",
    error(429, "TooManyRequests", "The request was throttled"),
    "later http-429",
    /throttled/,
  ],
  ["a service that is away", "writing", error(503, "ServerBusy", "Busy"), "later ServerBusy", /Busy/],
]);

test("a set that is an alias of a resource is left alone", async () => {
  const run = new ApiRun(azureStandIn);
  const zone = run.world.zone("example.net", []);
  run.world.add(zone, { name: "web.example.net", type: "A", content: "", ttl: 300, comment: "alias" });
  const [result] = await run.publish({ name: "web.example.net" });
  assert.partialDeepStrictEqual(result, { outcome: "refused", scope: "record", code: "alias" });
  assert.equal(run.writes.length, 0);
});

test("a token goes to no other server, wherever the next page is said to be", async () => {
  const run = new ApiRun(azureStandIn);
  run.world.zone("example.net", []);
  let pages = 0;
  run.intercept = ({ path, query }) => {
    if (!path.endsWith("/dnszones") || pages++ > 0) return undefined;
    assert.equal(query["$skiptoken"], undefined);
    const nextLink = `https://other.test/base${path}?api-version=2018-05-01`;
    return { status: 200, json: { value: [], nextLink } };
  };
  assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "changed" }]);
});
