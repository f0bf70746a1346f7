import { testReplies } from "./documented-replies.testing.ts";
import { vultrError as error, vultrStandIn } from "./vultr.testing.ts";

testReplies(vultrStandIn, [
  [
    "a key that it does not know",
    "reading",
    error(401, "Invalid API token."),
    "account http-401",
    /refuses the key/,
  ],
  [
    "an address that the key may not be used from",
    "reading",
    error(401, "Unauthorized IP address: 192.0.2.9"),
    "account http-401",
    /this one may have changed/,
  ],
  [
    "a key of a user who may not",
    "writing",
    error(403, "Forbidden"),
    "account http-403",
    /does not let this key/,
  ],
  ["a record that has gone", "writing", error(404, "Invalid record."), "later http-404", /Invalid record/],
  [
    "a record that it does not take",
    "writing",
    error(400, "Invalid ttl."),
    "record http-400",
    /says: Invalid ttl/,
  ],
  ["its rate limit", "writing", error(429, "Rate limit reached"), "later http-429", /Rate limit/],
  ["a service that is away", "writing", error(503, "Service unavailable"), "later http-503", /unavailable/],
]);
