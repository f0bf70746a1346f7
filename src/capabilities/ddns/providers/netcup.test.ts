import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { netcupError as error, netcupStandIn } from "./netcup.testing.ts";

testReplies(netcupStandIn, [
  [
    "another password",
    "reading",
    error("login", 4_013, "Validation Error. The api password is wrong."),
    "account login",
    /`apiPassword`/,
  ],
  [
    "a login that fails on its side",
    "reading",
    error("login", 5_000, "Internal error"),
    "later 5000",
    /Internal/,
  ],
  [
    "too many requests",
    "writing",
    error("updateDnsRecords", 4_013, "More than 180 requests per minute. Please wait and retry later."),
    "later rate",
    /less often/,
  ],
  [
    "a session that has ended",
    "writing",
    error("updateDnsRecords", 4_001, "The session id is not in a valid format."),
    "later session",
    /session id/,
  ],
  [
    "a record that it does not take",
    "writing",
    error("updateDnsRecords", 4_013, "Validation Error. The destination is not valid."),
    "record rejected",
    /destination/,
  ],
  [
    "an update that fails on its side",
    "writing",
    error("updateDnsRecords", 5_029, "Could not update"),
    "later 5029",
    /Could not update/,
  ],
]);

test("a session is used for ten minutes, and another is begun once it has failed", async () => {
  const run = new ApiRun(netcupStandIn);
  run.world.zone("example.net", [["home", "A", "192.0.2.1"]]);
  const logins = () => run.asked.filter(({ json }) => (json as { action: string }).action === "login").length;
  await run.publish({ name: "home.example.net" });
  run.nowMs += 300_000;
  await run.publish({ name: "home.example.net" });
  assert.equal(logins(), 1);
  run.nowMs += 300_000;
  await run.publish({ name: "home.example.net" });
  assert.equal(logins(), 2);
  run.intercept = () => error("infoDnsRecords", 4_001, "The session id is not in a valid format.");
  await run.publish({ name: "home.example.net" });
  run.intercept = () => undefined;
  assert.deepEqual(await run.publish({ name: "home.example.net" }), [{ outcome: "same" }]);
  assert.equal(logins(), 3);
});

test("many changes are one request", async () => {
  const run = new ApiRun(netcupStandIn);
  run.world.zone("example.net", []);
  await run.publish(...Array.from({ length: 50 }, (_, index) => ({ name: `h${index}.example.net` })));
  assert.deepEqual([run.writes.length, run.world.lines().length], [1, 50]);
});

test("a domain below a public suffix of two labels is found", async () => {
  const run = new ApiRun(netcupStandIn);
  run.world.zone("example.co.uk", []);
  assert.deepEqual(await run.publish({ name: "home.example.co.uk" }), [{ outcome: "changed" }]);
});
