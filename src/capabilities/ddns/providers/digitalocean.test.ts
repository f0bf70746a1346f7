import { digitaloceanStandIn, digitaloceanError as error } from "./digitalocean.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";

testReplies(digitaloceanStandIn, [
  [
    "a token that it does not know",
    "reading",
    error(401, "unauthorized", "Unable to authenticate you"),
    "account unauthorized",
    /refuses the token/,
  ],
  [
    "a token without the scope",
    "writing",
    error(403, "forbidden", "You are not authorized to perform this operation"),
    "account forbidden",
    /give it the scopes of domains/,
  ],
  [
    "a record that has gone",
    "writing",
    error(404, "not_found", "The resource you were accessing could not be found."),
    "later not_found",
    /could not be found/,
  ],
  [
    "a record that it does not take",
    "writing",
    error(422, "unprocessable_entity", "CNAME already exists."),
    "record unprocessable_entity",
    /says: CNAME already exists/,
  ],
  [
    "its rate limit",
    "writing",
    {
      ...error(429, "too_many_requests", "API rate limit exceeded."),
      headers: { "ratelimit-remaining": "0", "ratelimit-reset": "1800000100" },
    },
    "later http-429",
    /rate limit exceeded/,
  ],
  [
    "trouble of its own",
    "writing",
    error(500, "server_error", "Unexpected server-side error"),
    "later server_error",
    /Unexpected/,
  ],
  [
    "a service that is away",
    "reading",
    error(503, "service_unavailable", "Down"),
    "later service_unavailable",
    /Down/,
  ],
]);
