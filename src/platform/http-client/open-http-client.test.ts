/** What the client makes of servers on the loopback that behave and that do not. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import test, { type TestContext } from "node:test";
import { HttpFault, type HttpRequest } from "./http-client.ts";
import { type HttpClientOptions, openHttpClient } from "./open-http-client.ts";

interface StandIn {
  readonly url: string;
  /** What it has read on each connection. */
  readonly heard: string[];
  readonly server: Server;
}

/** Says `say` on each connection once it has heard the end of a request's headers. */
async function standIn(t: TestContext, say: (socket: Socket, heard: string) => void): Promise<StandIn> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const at = heard.push("") - 1;
    sockets.add(socket);
    socket.on("error", () => {}); // the client may break off
    socket.on("data", (chunk: Buffer) => {
      heard[at] += chunk.toString("latin1");
      if (heard[at]!.includes("\r\n\r\n")) say(socket, heard[at]!);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/path?a=b`, heard, server };
}

async function ask(
  request: Omit<HttpRequest, "method"> & Partial<HttpRequest>,
  options: HttpClientOptions = {},
) {
  await using client = openHttpClient(options);
  return await client({ method: "GET", timeoutMs: 20_000, ...request });
}

const answer = (text: string, ...headers: readonly string[]) =>
  ["HTTP/1.1 200 OK", `content-length: ${text.length}`, ...headers, "", text].join("\r\n");

test("a request is what it was asked to be, and its answer comes whole", async (t) => {
  const { url, heard } = await standIn(t, (socket) =>
    socket.write(answer("good 203.0.113.9", "X-Two: 1", "x-two: 2", "__proto__: 3")),
  );
  const response = await ask(
    { url, method: "POST", headers: { Authorization: "Basic eA==" }, body: "ä=1" },
    { userAgent: "homeport/1" },
  );
  assert.partialDeepStrictEqual(response, { status: 200, text: "good 203.0.113.9" });
  assert.equal(response.headers["x-two"], "2");
  assert.equal(Object.getPrototypeOf(response.headers), Object.prototype);
  assert.deepEqual(response.octets, new TextEncoder().encode("good 203.0.113.9"));
  const [front, body] = heard[0]!.split("\r\n\r\n");
  const [line, ...headers] = front!.split("\r\n");
  assert.equal(line, "POST /path?a=b HTTP/1.1");
  assert.deepEqual(headers.map((header) => header.toLowerCase()).sort(), [
    "accept-encoding: identity",
    "authorization: basic ea==",
    "connection: close",
    "content-length: 4",
    new URL(url).host.replace(/^/, "host: "),
    "user-agent: homeport/1",
  ]);
  assert.equal(Buffer.from(body!, "latin1").toString("utf8"), "ä=1");
});

test("the caller's own user agent wins", async (t) => {
  const { url, heard } = await standIn(t, (socket) => socket.write(answer("")));
  await ask({ url, headers: { "User-Agent": "other" } });
  assert.match(heard[0]!, /user-agent: other/i);
  assert.doesNotMatch(heard[0]!, /homeport/);
});

test("what is not UTF-8 becomes U+FFFD, and stays in the octets", async (t) => {
  const { url } = await standIn(t, (socket) => socket.write(answer("a\u00ff"), "latin1"));
  const { text, octets } = await ask({ url });
  assert.equal(text, "a\ufffd");
  assert.deepEqual([...octets], [0x61, 0xff]);
});

for (const status of [301, 302, 307, 401, 429, 503]) {
  test(`a status of ${status} is an answer, and nothing more is asked`, async (t) => {
    const { url, heard } = await standIn(t, (socket) =>
      socket.write(`HTTP/1.1 ${status} x\r\nlocation: /other\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n`),
    );
    const response = await ask({ url });
    assert.equal(response.status, status);
    assert.equal(response.headers["location"], "/other");
    assert.equal(heard.length, 1);
  });
}

test("no proxy of the environment is used", async (t) => {
  const { url } = await standIn(t, (socket) => socket.write(answer("direct")));
  const proxy = await standIn(t, (socket) => socket.write(answer("by proxy")));
  const before = { ...process.env };
  t.after(() => {
    for (const name of ["HTTP_PROXY", "http_proxy", "NODE_USE_ENV_PROXY"]) {
      if (before[name] === undefined) delete process.env[name];
    }
  });
  process.env["HTTP_PROXY"] = process.env["http_proxy"] = new URL(proxy.url).origin;
  process.env["NODE_USE_ENV_PROXY"] = "1";
  assert.equal((await ask({ url })).text, "direct");
});

test("an address is connected to in place of the name", async (t) => {
  const { url, heard } = await standIn(t, (socket) => socket.write(answer("here")));
  const { port } = new URL(url);
  const response = await ask({ url: `http://no-such-name.invalid:${port}/`, address: "127.0.0.1" });
  assert.equal(response.text, "here");
  assert.match(heard[0]!, /host: no-such-name\.invalid:/i);
});

/** What servers do once they have heard a request, and what is said of it. */
const misdeeds: readonly (readonly [
  why: string,
  say: (socket: Socket) => void,
  more: Partial<HttpRequest>,
  sentence: string,
])[] = [
  ["says nothing", () => {}, { timeoutMs: 50 }, "did not answer within 0.05 s"],
  [
    "stops in the middle of its body",
    (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345"),
    { timeoutMs: 100 },
    "did not finish its answer within 0.1 s",
  ],
  [
    "drips its body without end",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const timer = setInterval(() => socket.write("."), 5);
      socket.on("close", () => clearInterval(timer));
    },
    { timeoutMs: 200 },
    "did not finish its answer within 0.2 s",
  ],
  [
    "announces a giant body",
    (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n1"),
    { octetsMax: 65_536 },
    "sends more than 65536 octets",
  ],
  [
    "sends a giant body in chunks",
    (socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n11\r\n${"x".repeat(17)}\r\n`),
    { octetsMax: 16 },
    "sends more than 16 octets",
  ],
  [
    "sends giant headers",
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}\r\n\r\n`),
    {},
    "sends headers of more than 16384 octets",
  ],
  ["closes without an answer", (socket) => socket.end(), {}, "broke the connection off"],
  ["resets without an answer", (socket) => socket.resetAndDestroy(), {}, "broke the connection off"],
  [
    "closes in the middle of its body",
    (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345"),
    {},
    "broke its answer off",
  ],
  [
    "resets in the middle of its body",
    (socket) =>
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345", () => socket.resetAndDestroy()),
    {},
    "broke its answer off",
  ],
  [
    "speaks another protocol",
    (socket) => socket.end("220 mail ESMTP\r\n"),
    {},
    "answers with something that is not HTTP",
  ],
  [
    "changes the protocol",
    (socket) => socket.write("HTTP/1.1 101 x\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n"),
    {},
    "answers with another protocol than HTTP",
  ],
  [
    "packs its body",
    (socket) => socket.write(answer("x", "content-encoding: gzip")),
    {},
    "packs its answer in a way that was not asked for",
  ],
];
for (const [why, say, more, sentence] of misdeeds) {
  test(`a server that ${why} has read the request, and its connection is closed`, async (t) => {
    const { url, server } = await standIn(t, say);
    const closed = new Promise((resolve) => server.on("connection", (socket) => socket.on("close", resolve)));
    await assert.rejects(ask({ url, ...more }), new HttpFault(sentence, true));
    await closed;
  });
}

test("a request that could not be sent has not been sent", async (t) => {
  const { url, server } = await standIn(t, () => {});
  await new Promise((resolve) => server.close(resolve));
  for (const [request, sentence] of [
    [{ url }, "refused the connection"],
    [
      { url: "http://no-such-name.invalid/" },
      /^cannot be found: (there is no such name|the name servers of this machine do not answer)$/,
    ],
    [{ url, family: "ipv6" }, "has an IPv4 address, and was to be asked by IPv6"],
    [{ url: "http://[::1]:9/", family: "ipv4" }, "has an IPv6 address, and was to be asked by IPv4"],
    [{ url: "ftp://127.0.0.1/" }, "has an address that is no URL of http: or https:"],
    [{ url: "nonsense" }, "has an address that is no URL of http: or https:"],
    [{ url, headers: { a: "1\n2" } }, 'cannot be asked: Invalid character in header content ["a"]'],
    [{ url, signal: AbortSignal.abort() }, "is not asked any longer"],
  ] as const) {
    await assert.rejects(ask(request), (fault) => {
      assert.ok(fault instanceof HttpFault);
      assert.equal(fault.wasSent, false, fault.message);
      if (typeof sentence === "string") assert.equal(fault.message, sentence);
      else assert.match(fault.message, sentence);
      return true;
    });
  }
});

test("a few interim answers come before the one that counts; without end they are a fault", async (t) => {
  const early = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
  const few = await standIn(t, (socket) => socket.write(early.repeat(3) + answer("good")));
  assert.equal((await ask({ url: few.url })).text, "good");
  const many = await standIn(t, (socket) => socket.write(early.repeat(100)));
  await assert.rejects(ask({ url: many.url }), { message: "sends interim answers without end" });
});

test("a signal breaks a request off while it is waited for", async (t) => {
  const controller = new AbortController();
  const { url } = await standIn(t, () => controller.abort());
  const wanted = new HttpFault("is not waited for any longer", true);
  await assert.rejects(ask({ url, signal: controller.signal }), wanted);
});

test("disposal breaks off what is under way, and later requests are refused", async (t) => {
  const heard = Promise.withResolvers<void>();
  const { url } = await standIn(t, () => heard.resolve());
  const client = openHttpClient();
  const underWay = client({ method: "GET", url });
  const outcome = assert.rejects(underWay, new HttpFault("is not waited for any longer", true));
  await heard.promise;
  await client[Symbol.asyncDispose]();
  await outcome;
  await assert.rejects(client({ method: "GET", url }), new HttpFault("is not asked any longer", false));
});

for (const [keepsConnections, connections] of [
  [false, 3],
  [true, 1],
] as const) {
  test(`three requests take ${connections} of its connections`, async (t) => {
    const { url, heard } = await standIn(t, (socket) => socket.write(answer("x")));
    await using client = openHttpClient({ keepsConnections });
    for (let request = 0; request < 3; request++) {
      await client({ method: "GET", url });
      await new Promise((resolve) => setImmediate(resolve)); // for the connection to be free again
    }
    assert.equal(heard.length, connections);
  });
}

for (const [method, wanted] of [
  ["GET", "answer 3"],
  ["POST", "broke the connection off"],
] as const) {
  test(`a kept connection closed under a ${method} ends in: ${wanted}`, async (t) => {
    let requests = 0;
    const { url } = await standIn(t, (socket) => {
      if (++requests === 2) socket.resetAndDestroy();
      else socket.write(answer(`answer ${requests}`));
    });
    await using client = openHttpClient({ keepsConnections: true });
    await client({ method: "GET", url });
    await new Promise((resolve) => setImmediate(resolve));
    const second = client({ method, url });
    if (method === "GET") assert.equal((await second).text, wanted);
    else await assert.rejects(second, (fault) => fault instanceof HttpFault && fault.wasSent);
  });
}

test("requests beyond the bound of one server wait for their turn", async (t) => {
  const waiting: Socket[] = [];
  const all = Promise.withResolvers<void>();
  const { url } = await standIn(t, (socket) => {
    waiting.push(socket);
    if (waiting.length === 8) all.resolve();
  });
  await using client = openHttpClient();
  const asked = Array.from({ length: 10 }, () => client({ method: "GET", url }));
  await all.promise;
  assert.equal(waiting.length, 8);
  const serve = (): void => {
    for (const socket of waiting.splice(0)) socket.end(answer("x"));
  };
  const timer = setInterval(serve, 5);
  t.after(() => clearInterval(timer));
  assert.equal((await Promise.all(asked)).length, 10);
});
