import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiRun } from "./api-stand-in.testing.ts";
import { cloudflareStandIn, cloudflareError as error } from "./cloudflare.testing.ts";
import { testReplies } from "./documented-replies.testing.ts";

const token = /refuses the token; make one that may read zones and edit DNS/;

testReplies(cloudflareStandIn, [
  ["a token that is none", "reading", error(400, 6003, "Invalid request headers"), "account 6003", token],
  ["a token that was rolled", "reading", error(403, 9109, "Invalid access token"), "account 9109", token],
  ["a token that may not read", "reading", error(403, 10000, "Authentication error"), "account 10000", token],
  [
    "a token that may not write",
    "writing",
    error(403, 10000, "Authentication error"),
    "account 10000",
    token,
  ],
  ["a zone that has gone", "writing", error(404, 7003, "Could not route"), "later 7003", /zone any more/],
  [
    "a record that has gone",
    "writing",
    error(404, 81044, "Record does not exist."),
    "later 81044",
    /any more/,
  ],
  [
    "a zone that is full",
    "writing",
    error(400, 81045, "Record quota exceeded."),
    "record 81045",
    /no more records/,
  ],
  [
    "another record in the way",
    "writing",
    error(400, 81053, "An A record…"),
    "record 81053",
    /another record/,
  ],
  ["a CNAME in the way", "writing", error(400, 81054, "A CNAME record…"), "record 81054", /a CNAME record/],
  ["the same record twice", "writing", error(400, 81058, "An identical record"), "later 81058", /identical/],
  [
    "a TTL that it does not take",
    "writing",
    error(400, 9021, "Invalid TTL."),
    "record 9021",
    /says: Invalid TTL\. \(9021\)/,
  ],
  ["its rate limit", "writing", error(429, 971, "Please wait"), "later http-429", /Please wait/],
  ["its other rate limit", "reading", error(429, 10429, "Throttled"), "later http-429", /Throttled/],
  ["trouble of its own", "writing", error(500, 10001, "Internal error"), "later 10001", /Internal error/],
  [
    "a refusal with its reasons",
    "writing",
    {
      status: 400,
      json: {
        success: false,
        errors: [
          {
            code: 1004,
            message: "DNS Validation Error",
            error_chain: [{ code: 9005, message: "Content must be IPv4" }],
          },
        ],
      },
    },
    "record 1004",
    /DNS Validation Error: Content must be IPv4/,
  ],
  [
    "a refusal in a success",
    "writing",
    { status: 200, json: { success: false, errors: [{ code: 9000, message: "no" }] } },
    "later 9000",
    /says: no/,
  ],
]);

test("Cloudflare keeps a record behind its proxy, whose TTL is always 1", async () => {
  const run = new ApiRun(cloudflareStandIn);
  const zone = run.world.zone("example.net", []);
  run.world.add(zone, { name: "home.example.net", type: "A", content: "192.0.2.1", ttl: 1, isProxied: true });
  const wanted = { name: "home.example.net", ttl: 300 };
  assert.deepEqual(await run.publish(wanted), [{ outcome: "changed" }]);
  assert.partialDeepStrictEqual(zone.records[0], { content: "192.0.2.9", ttl: 1, isProxied: true });
  assert.deepEqual(await run.publish(wanted), [{ outcome: "same" }]);
});

test("Cloudflare takes a record from behind its proxy, and puts one there, when the site file says so", async () => {
  const run = new ApiRun(cloudflareStandIn);
  const zone = run.world.zone("example.net", [["www", "A", "192.0.2.9", 300]]);
  run.world.add(zone, { name: "home.example.net", type: "A", content: "192.0.2.9", ttl: 1, isProxied: true });
  const wanted = [
    { name: "home.example.net", proxied: false },
    { name: "www.example.net", proxied: true },
    { name: "new.example.net", proxied: true },
  ];
  assert.deepEqual(
    await run.publish(...wanted),
    wanted.map(() => ({ outcome: "changed" })),
  );
  const proxied = zone.records.filter(({ isProxied }) => isProxied).map(({ name }) => name);
  assert.deepEqual(proxied, ["www.example.net", "new.example.net"]);
  assert.deepEqual(
    await run.publish(...wanted),
    wanted.map(() => ({ outcome: "same" })),
  );
});

test("Cloudflare is asked once for two hundred changes", async () => {
  const run = new ApiRun(cloudflareStandIn);
  run.world.zone("example.net", []);
  const names = Array.from({ length: 200 }, (_, index) => ({ name: `h${index}.example.net` }));
  assert.deepEqual(
    await run.publish(...names),
    names.map(() => ({ outcome: "changed" })),
  );
  assert.deepEqual(
    run.writes.map(({ method }) => method),
    ["POST"],
  );
});
