import assert from "node:assert/strict";
import test from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";
import { porkbunError as error, porkbunStandIn } from "./porkbun.testing.ts";

testReplies(porkbunStandIn, [
  [
    "a key that it does not know",
    "reading",
    error("Invalid API key. (001)", 403, "INVALID_API_KEYS_001"),
    "account INVALID_API_KEYS_001",
    /refuses the keys/,
  ],
  [
    "a key that it does not know, in words alone",
    "reading",
    error("Invalid API key. (002)"),
    "account wrong-keys",
    /refuses the keys/,
  ],
  [
    "a domain without API access",
    "writing",
    error("Domain is not opted in to API access."),
    "record not-opted-in",
    /switch it on there/,
  ],
  ["a record that has gone", "writing", error("Invalid record ID."), "later no-record", /Invalid record ID/],
  [
    "a record that it does not take",
    "writing",
    error("Edit error: We were unable to edit the DNS record."),
    "record http-400",
    /unable to edit/,
  ],
  [
    "an error without words",
    "writing",
    { status: 200, json: { status: "ERROR" } },
    "later http-200",
    /Porkbun/,
  ],
  [
    "its rate limit",
    "writing",
    error("Rate limit exceeded", 429, "RATE_LIMIT_EXCEEDED"),
    "later http-429",
    /Rate limit/,
  ],
  ["a service that is away", "writing", error("Unavailable", 503), "later http-503", /Unavailable/],
]);

test("a note that a person wrote beside the record stays", async () => {
  const run = new ApiRun(porkbunStandIn);
  const zone = run.world.zone("example.net", []);
  const home = { name: "home.example.net", type: "A", content: "192.0.2.1", ttl: 600, comment: "the house" };
  run.world.add(zone, home);
  await run.publish({ name: "home.example.net" });
  assert.deepEqual([zone.records[0]?.content, zone.records[0]?.comment], ["192.0.2.9", "the house"]);
});
