import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { ovhError as error, ovhSkewSeconds, ovhStandIn } from "./ovh.testing.ts";
import { ovhHeaders } from "./ovh.ts";

test("a request is signed as in OVH's first steps with the API", () => {
  const keys = {
    applicationKey: "7kbG7Bk7S9Nt7ZSV",
    applicationSecret: "EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF",
    consumerKey: "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1",
  };
  const request = { method: "GET", url: "https://eu.api.ovh.com/1.0/domains/", body: undefined };
  assert.equal(
    ovhHeaders(request, keys, 1_366_560_945)["x-ovh-signature"],
    "$1$d3705e8afb27a0d2970a322b96550abfc67bb798",
  );
});

testReplies(ovhStandIn, [
  [
    "an application key that it does not know",
    "reading",
    error(403, "This application key is invalid", "INVALID_KEY"),
    "account INVALID_KEY",
    /refuses the keys/,
  ],
  [
    "a consumer key that has expired",
    "reading",
    error(403, "This credential is not valid", "INVALID_CREDENTIAL"),
    "account INVALID_CREDENTIAL",
    /refuses the keys/,
  ],
  [
    "another secret",
    "reading",
    error(400, "Invalid signature", "INVALID_SIGNATURE"),
    "account INVALID_SIGNATURE",
    /refuses the keys/,
  ],
  [
    "a key that may not write",
    "writing",
    error(403, "This call has not been granted", "NOT_GRANTED_CALL"),
    "record NOT_GRANTED_CALL",
    /may GET, PUT and POST/,
  ],
  [
    "a clock that differs",
    "writing",
    error(400, "Query out of time", "QUERY_TIME_OUT"),
    "later QUERY_TIME_OUT",
    /clocks differ/,
  ],
  [
    "a record that it does not take",
    "writing",
    error(400, "Invalid target"),
    "record http-400",
    /Invalid target/,
  ],
  [
    "a record that has gone",
    "writing",
    error(404, "The object does not exist"),
    "later http-404",
    /not exist/,
  ],
  ["a task that is under way", "writing", error(409, "Conflict"), "later http-409", /Conflict/],
  ["too many requests", "writing", error(429, "Too many requests"), "later http-429", /Too many/],
  ["a service that is away", "writing", error(503, "Unavailable"), "later http-503", /Unavailable/],
]);

function open(): ApiRun {
  const run = new ApiRun(ovhStandIn);
  run.world.zone("example.net", [["home", "A", "192.0.2.1", 300]]);
  return run;
}

test("the server's clock is the one that counts, and is learnt anew when it says so", async () => {
  const run = open();
  await run.publish({ name: "home.example.net" });
  const stamps = run.asked.flatMap(({ headers }) => headers["x-ovh-timestamp"] ?? []);
  assert.deepEqual(new Set(stamps), new Set([`${1_800_000_000 + ovhSkewSeconds}`]));
  run.intercept = ({ path }) =>
    path === "/auth/time" ? undefined : error(400, "Query out of time", "QUERY_TIME_OUT");
  await run.publish({ name: "home.example.net", address: "192.0.2.8" });
  run.intercept = () => undefined;
  await run.publish({ name: "home.example.net", address: "192.0.2.8" });
  assert.equal(run.asked.filter(({ path }) => path === "/auth/time").length, 2);
});

test("changes are followed by one refresh of the zone, and no change by none", async () => {
  const run = open();
  await run.publish({ name: "home.example.net" }, { name: "a.example.net" }, { name: "b.example.net" });
  await run.publish({ name: "home.example.net" });
  assert.equal(run.world.refreshes, 1);
});

test("a refresh that fails leaves the record failed, and comes before all else the next time", async () => {
  const run = open();
  run.intercept = ({ path }) => (path.endsWith("/refresh") ? error(503, "Unavailable") : undefined);
  const [result] = await run.publish({ name: "home.example.net" });
  assert.equal(result?.outcome, "failed");
  assert.equal((await run.publish({ name: "home.example.net" }))[0]?.outcome, "failed");
  run.intercept = () => undefined;
  assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "same" }]);
  assert.equal(run.world.refreshes, 1);
});
