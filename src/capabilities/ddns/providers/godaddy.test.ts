import { testReplies } from "./documented-replies.testing.ts";
import { godaddyError as error, godaddyStandIn } from "./godaddy.testing.ts";

testReplies(godaddyStandIn, [
  [
    "a key that it does not know",
    "reading",
    error(401, "UNABLE_TO_AUTHENTICATE", "Could not authenticate"),
    "account UNABLE_TO_AUTHENTICATE",
    /refuses the key or the secret/,
  ],
  [
    "an account with few domains",
    "reading",
    error(403, "ACCESS_DENIED", "Authenticated user is not allowed access"),
    "account ACCESS_DENIED",
    /ten domains or more/,
  ],
  [
    "a domain that has gone",
    "writing",
    error(404, "UNKNOWN_DOMAIN", "The given domain is not registered"),
    "later UNKNOWN_DOMAIN",
    /not registered/,
  ],
  [
    "a domain that is locked",
    "writing",
    error(409, "DOMAIN_LOCKED", "The domain is locked"),
    "record DOMAIN_LOCKED",
    /is locked/,
  ],
  [
    "a record that it does not take",
    "writing",
    error(422, "INVALID_BODY", "Request body", {
      fields: [{ path: "records[0].ttl", message: "must be at least 600" }],
    }),
    "record INVALID_BODY",
    /records\[0\]\.ttl must be at least 600/,
  ],
  [
    "a CNAME in the way",
    "writing",
    error(422, "DUPLICATE_RECORD", "Another record with the same attributes already exists"),
    "record DUPLICATE_RECORD",
    /already exists/,
  ],
  [
    "its rate limit",
    "writing",
    error(429, "TOO_MANY_REQUESTS", "Too many requests", { retryAfterSec: 25 }),
    "later http-429",
    /Too many/,
  ],
  [
    "trouble of its own",
    "writing",
    error(500, "INTERNAL_SERVER_ERROR", "Internal server error"),
    "later INTERNAL_SERVER_ERROR",
    /Internal/,
  ],
]);
