import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { z } from "zod";
import { ConfigError } from "#contracts/configuration.ts";
import { defineRoute, type Route, RouteError } from "#contracts/route.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { createApiClient } from "../cli/api-client.ts";
import { coreRoutes, type Program } from "./core-routes.ts";
import { limits } from "./limits.ts";
import { serveApi } from "./listener.ts";

const problem = {
  severity: "error",
  file: "site.yaml",
  line: 3,
  what: "this is wrong",
  remedy: "write that",
} as const;

const routes: readonly Route[] = [
  defineRoute({
    method: "GET",
    path: "/api/zones/{zone}",
    summary: "One zone",
    parameters: z.object({ zone: z.string(), limit: z.coerce.number().int().max(10).optional() }),
    answer: z.looseObject({}),
    handle: ({ parameters }) => parameters,
  }),
  defineRoute({
    method: "POST",
    path: "/api/zones",
    summary: "A new zone",
    body: z.strictObject({ name: z.string(), ttl: z.int().default(5) }),
    answer: z.looseObject({}),
    handle: ({ body }) => body,
  }),
  defineRoute({
    method: "GET",
    path: "/api/fail/{how}",
    summary: "Fails",
    parameters: z.object({ how: z.string() }),
    answer: z.null(),
    handle({ parameters: { how } }) {
      if (how === "route") throw new RouteError(409, "HP_BUSY", "this is being changed; try again");
      if (how === "config") throw new ConfigError("HP_TEST", [problem]);
      throw new Error("not meant to happen");
    },
  }),
];

async function serve(t: TestContext, served: () => readonly Route[] = () => routes) {
  const folder = mkdtempSync(join(tmpdir(), "http-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const socket = join(folder, "api.sock");
  const { log } = collectLog();
  const listener = await serveApi({ socket, routes: served, log });
  t.after(() => listener[Symbol.asyncDispose]());
  return { socket, log, listener };
}

async function ask(
  socket: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; json: unknown }> {
  const asked = request({ socketPath: socket, method, path });
  asked.on("error", () => undefined).end(body); // a refused body ends the connection under it
  const [answer] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  let text = "";
  for await (const chunk of answer) text += chunk;
  return { status: answer.statusCode!, json: JSON.parse(text) };
}

const refused = (code: string, message: string, more: object = {}) => ({ error: { code, message, ...more } });

const cases: readonly (readonly [
  why: string,
  method: string,
  path: string,
  body: string | undefined,
  status: number,
  json: unknown,
])[] = [
  [
    "parameters come from path and query",
    "GET",
    "/api/zones/example.net?limit=3",
    undefined,
    200,
    { zone: "example.net", limit: 3 },
  ],
  [
    "a slash in a parameter is encoded",
    "GET",
    "/api/zones/0%2F25.2.0.192.in-addr.arpa",
    undefined,
    200,
    { zone: "0/25.2.0.192.in-addr.arpa" },
  ],
  [
    "a parameter out of bounds is refused",
    "GET",
    "/api/zones/a?limit=30",
    undefined,
    400,
    refused("HP_BAD_REQUEST", 'the parameters: limit: "30" is too much; write 10 or less'),
  ],
  ["a body is checked and completed", "POST", "/api/zones", '{"name":"a"}', 200, { name: "a", ttl: 5 }],
  [
    "a body with an unknown key is refused with the nearest",
    "POST",
    "/api/zones",
    '{"name":"a","tll":1}',
    400,
    refused("HP_BAD_REQUEST", 'the body: tll: there is no "tll" here; write "ttl"'),
  ],
  [
    "a body that is no JSON is refused",
    "POST",
    "/api/zones",
    "{",
    400,
    refused("HP_BAD_REQUEST", "the body is not JSON; send one JSON document"),
  ],
  [
    "a body that is missing is refused",
    "POST",
    "/api/zones",
    undefined,
    400,
    refused("HP_BAD_REQUEST", "the body: a value is missing; look it up in the documentation"),
  ],
  [
    "a body over the limit is refused",
    "POST",
    "/api/zones",
    JSON.stringify("x".repeat(limits.bodyOctetsMax)),
    413,
    refused("HP_BODY_TOO_LARGE", "the body is larger than 1048576 octets"),
  ],
  [
    "a path that is not there",
    "GET",
    "/api/zone",
    undefined,
    404,
    refused("HP_NO_ROUTE", "there is no GET /api/zone; /api/openapi.json lists what there is"),
  ],
  [
    "another method",
    "PUT",
    "/api/zones",
    undefined,
    404,
    refused("HP_NO_ROUTE", "there is no PUT /api/zones; /api/openapi.json lists what there is"),
  ],
  [
    "a route's own refusal",
    "GET",
    "/api/fail/route",
    undefined,
    409,
    refused("HP_BUSY", "this is being changed; try again"),
  ],
  [
    "problems of a configuration",
    "GET",
    "/api/fail/config",
    undefined,
    422,
    refused("HP_TEST", "site.yaml:3: this is wrong; write that", { problems: [problem] }),
  ],
  [
    "a fault of ours says nothing of its inside",
    "GET",
    "/api/fail/us",
    undefined,
    500,
    refused("HP_FAULT", "a fault of the program itself; its log has the details"),
  ],
];
for (const [why, method, path, body, status, json] of cases) {
  test(`the API: ${why}`, async (t) => {
    const { socket } = await serve(t);
    assert.deepEqual(await ask(socket, method, path, body), { status, json });
  });
}

test("only the owner may open the socket", async (t) => {
  const { socket } = await serve(t);
  assert.equal(statSync(socket).mode & 0o777, 0o600);
});

test("a second program on the same socket is refused; a file that a dead one left is replaced", async (t) => {
  const { socket, log, listener } = await serve(t);
  const again = () => serveApi({ socket, routes: () => [], log });
  await assert.rejects(again(), {
    message: `${socket}: another program listens there; stop it (homeport stop), or name another with --socket PATH`,
  });
  await listener[Symbol.asyncDispose]();
  writeFileSync(socket, "");
  await (await again())[Symbol.asyncDispose]();
});

test("other routes are served as soon as there are some", async (t) => {
  let now: readonly Route[] = [];
  const { socket } = await serve(t, () => now);
  assert.equal((await ask(socket, "GET", "/api/zones/a")).status, 404);
  now = routes;
  assert.equal((await ask(socket, "GET", "/api/zones/a")).status, 200);
});

test("disposal does not wait for idle clients", async (t) => {
  const { socket, listener } = await serve(t);
  const idle = connect(socket);
  await once(idle, "connect");
  const closed = once(idle, "close");
  idle.on("error", () => undefined).resume();
  await listener[Symbol.asyncDispose]();
  await closed;
});

test("an answer with a media type of its own goes out as it is", async (t) => {
  const text = '"not" JSON\n';
  const { socket } = await serve(t, () => [
    defineRoute({
      method: "GET",
      path: "/text",
      summary: "A text",
      answer: z.string(),
      mediaType: "text/plain; version=0.0.4",
      handle: () => text,
    }),
  ]);
  const asked = request({ socketPath: socket, path: "/text" });
  asked.end();
  const [answer] = (await once(asked, "response")) as [import("node:http").IncomingMessage];
  assert.equal(answer.headers["content-type"], "text/plain; version=0.0.4");
  assert.equal(Buffer.concat(await answer.toArray()).toString(), text);
  const client = createApiClient(() => socket);
  assert.equal(await client.request("GET", "/text"), text);
});

test("core routes: status, reload, version, stop, and the description of them all", async (t) => {
  const events: string[] = [];
  const program: Program = {
    version: "1.2.3",
    status: () => ({
      site: "a",
      version: "1.2.3",
      pid: 1,
      startedAt: "2026-01-01T00:00:00Z",
      siteFile: "/site.yaml",
      dataFolder: "/data",
      capabilities: [],
    }),
    metrics: () => [{ name: "homeport_a", help: "A.", type: "gauge", samples: [{ value: 1 }] }],
    reload: async () => void events.push("reload"),
    history: async () => [{ revision: 3, at: "2026-01-01T00:00:00Z", path: "/site.yaml", octets: 8 }],
    siteTextAt: async (revision) => (revision === 3 ? "site: a\n" : undefined),
    stop: () => void events.push("stop"),
  };
  const all = coreRoutes(program, routes);
  const { socket } = await serve(t, () => all);
  assert.equal(((await ask(socket, "GET", "/api/status")).json as { site: string }).site, "a");
  assert.equal((await ask(socket, "POST", "/api/reload")).status, 200);
  const { families } = (await ask(socket, "GET", "/api/metrics")).json as { families: unknown };
  assert.deepEqual(families, program.metrics());
  const { changes } = (await ask(socket, "GET", "/api/site/history")).json as { changes: unknown[] };
  assert.equal(changes.length, 1);
  assert.deepEqual((await ask(socket, "GET", "/api/site/history/3")).json, { text: "site: a\n" });
  assert.equal((await ask(socket, "GET", "/api/site/history/4")).status, 404);
  assert.equal((await ask(socket, "GET", "/api/site/history/x")).status, 400);
  const version = { version: "1.2.3", node: process.versions.node };
  assert.deepEqual((await ask(socket, "GET", "/api/version")).json, version);
  assert.deepEqual((await ask(socket, "POST", "/api/stop")).json, { stopping: true, pid: process.pid });
  assert.deepEqual(events, ["reload", "stop"]);
  const { paths } = (await ask(socket, "GET", "/api/openapi.json")).json as {
    paths: Record<string, unknown>;
  };
  assert.deepEqual(Object.keys(paths), [...new Set(all.map(({ path }) => path))]);
});
