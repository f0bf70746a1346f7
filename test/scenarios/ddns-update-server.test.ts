/** The update server at loopback addresses: HTTP, HTTPS, what strangers send, and reloads. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ConfigError } from "#contracts/configuration.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { DdnsConfig, type ServerConfig } from "../../src/capabilities/ddns/config.ts";
import { FakeZone } from "../../src/capabilities/ddns/serve/fake-zone.testing.ts";
import { serveLimits as limits } from "../../src/capabilities/ddns/serve/limits.ts";
import { updateServerProblems } from "../../src/capabilities/ddns/serve/server-plan.ts";
import { UpdateServer } from "../../src/capabilities/ddns/serve/update-server.ts";
import { makeCertificate } from "../interop/lab-tools.ts";
import { requirePeer } from "../peers.ts";

const folder = mkdtempSync(join(tmpdir(), "homeport-updates-"));
after(() => rmSync(folder, { recursive: true }));

const configOf = (server: object): ServerConfig => DdnsConfig.parse({ server }).server!;
const plain = { listen: ["127.0.0.1:0"], allowPrivate: true, trustedProxies: ["127.0.0.1"] };

async function start(server: object = plain) {
  const store = openMemoryStore();
  const zone = new FakeZone(store);
  const { log, lines } = collectLog();
  const ports = { store, registry: () => zone, log };
  const running = await UpdateServer.start(configOf(server), { siteFolder: folder }, ports);
  await running.hosts.add({ name: "a.dyn.example", secret: "open-sesame" });
  return { zone, lines, running, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}

const portOf = ({ listening }: UpdateServer, at = 0): number => Number(/:(\d+)$/.exec(listening[at]!)?.[1]);

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function ask(
  url: string,
  options: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly method?: string;
  } = {},
): Promise<Answer> {
  const { headers = {}, body, method = body === undefined ? "GET" : "POST" } = options;
  const request = url.startsWith("https")
    ? httpsRequest(url, { method, rejectUnauthorized: false, agent: false, headers })
    : httpRequest(url, { method, agent: false, headers });
  request.setHeader("user-agent", "test/1");
  request.end(body);
  const [response] = (await once(request, "response")) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: object },
  ];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return {
    status: response.statusCode,
    body: Buffer.concat(parts).toString(),
    headers: { ...response.headers },
  };
}

const basic = `Basic ${Buffer.from("a.dyn.example:open-sesame").toString("base64")}`;

/** All that comes until the server closes. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => undefined);
  socket.write(text);
  return await rest(socket);
}

async function rest(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (part) => {
    text += part.toString();
  });
  await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

test("an update by GET and one by a form", async () => {
  await using desk = await start();
  const url = `http://127.0.0.1:${portOf(desk.running)}/nic/update`;
  const headers = { authorization: basic };
  const got = await ask(`${url}?hostname=a.dyn.example&myip=8.8.4.4`, { headers });
  assert.deepEqual([got.status, got.body], [200, "good 8.8.4.4\n"]);
  assert.match(String(got.headers["content-type"]), /^text\/plain/);
  assert.equal((await ask(url, { headers, body: "myip=8.8.4.5" })).body, "good 8.8.4.5\n");
  const json = { ...headers, "content-type": "application/json", "x-forwarded-for": "8.8.4.6" };
  assert.equal((await ask(url, { headers: json, body: "{}" })).body, "good 8.8.4.6\n");
  assert.deepEqual(desk.zone.texts(), ["a.dyn.example 8.8.4.6 ddns-host:a.dyn.example"]);
});

test("the address is that of the connection, or the one that a trusted proxy says", async () => {
  await using desk = await start();
  const url = `http://127.0.0.1:${portOf(desk.running)}/myip`;
  assert.equal((await ask(url)).body, "127.0.0.1\n");
  assert.equal((await ask(url, { headers: { "x-forwarded-for": "1.1.1.1, 8.8.4.4" } })).body, "8.8.4.4\n");
});

test("HEAD is not allowed, and gets no body", async () => {
  await using desk = await start();
  const answer = await ask(`http://127.0.0.1:${portOf(desk.running)}/nic/update`, { method: "HEAD" });
  assert.deepEqual([answer.status, answer.body], [405, ""]);
});

for (const [why, text, want] of [
  ["no HTTP", "hello\r\n\r\n", /^HTTP\/1\.1 400 /],
  ["long headers", `GET /myip HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(9_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ["a long URL", `GET /myip?${"a".repeat(7_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 414 /],
  ["a long form", "POST /nic/update HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n", /^HTTP\/1\.1 413 /],
  [
    "a long form in pieces",
    `POST /nic/update HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2400\r\n${"a".repeat(0x2400)}\r\n`,
    /^HTTP\/1\.1 413 /,
  ],
  [
    "two lengths",
    "POST /myip HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    /^HTTP\/1\.1 400 /,
  ],
  ["an old client", "GET /myip HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\n127\.0\.0\.1\n$/],
] as const)
  test(`a request from anywhere: ${why}`, { timeout: 10_000 }, async () => {
    await using desk = await start();
    assert.match(await raw(portOf(desk.running), text), want);
  });

test("a client that closes its half once it has asked gets its answer", { timeout: 10_000 }, async () => {
  await using desk = await start();
  const socket = connect({ port: portOf(desk.running), host: "127.0.0.1", allowHalfOpen: true });
  await once(socket, "connect");
  const head = "Host: x\r\nUser-Agent: t\r\nX-Forwarded-For: 8.8.4.4\r\n";
  socket.end(`GET /nic/update HTTP/1.1\r\n${head}Authorization: ${basic}\r\n\r\n`);
  assert.match(await rest(socket), /^HTTP\/1\.1 200 OK[\s\S]*\r\n\r\ngood 8\.8\.4\.4\n$/);
});

test("a client that goes in the middle of its form is nobody's fault", async () => {
  await using desk = await start();
  const socket = connect(portOf(desk.running), "127.0.0.1");
  await once(socket, "connect");
  socket.write("POST /nic/update HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nhostname=");
  while (desk.running.counters.connections === 0) await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  while (desk.running.counters.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  const { faults, malformed } = desk.running.counters.http;
  assert.deepEqual([faults, malformed, desk.lines], [0, 1, []]);
});

test("requests of one connection are answered in order, and too many at once end it", async () => {
  await using desk = await start();
  const one = "GET /myip HTTP/1.1\r\nHost: x\r\n\r\n";
  const last = "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const answered = await raw(portOf(desk.running), `${one.repeat(5)}${last}`);
  assert.deepEqual(answered.match(/HTTP\/1\.1 \d+/g), [...Array(5).fill("HTTP/1.1 200"), "HTTP/1.1 404"]);
  const slow = `GET /nic/update HTTP/1.1\r\nHost: x\r\nUser-Agent: t\r\nAuthorization: ${basic}\r\n\r\n`;
  assert.equal(await raw(portOf(desk.running), slow.repeat(limits.pipelineMax + 1)), "");
});

test("one client has so many connections and no more, but for proxies", async () => {
  for (const [trustedProxies, want] of [
    [[], 5],
    [["127.0.0.1"], 0],
  ] as const) {
    await using desk = await start({ ...plain, trustedProxies });
    const port = portOf(desk.running);
    const sockets = Array.from({ length: limits.connectionsPerClientMax + 5 }, () =>
      connect(port, "127.0.0.1"),
    );
    const answered = await Promise.allSettled(
      sockets.map(async (socket) => {
        socket.write("GET /myip HTTP/1.1\r\nHost: x\r\n\r\n");
        await once(socket, "data");
      }),
    );
    // A socket that is closed at once may end without an error.
    assert.equal(desk.running.counters.http.refused, want);
    assert.ok(answered.length > 0);
    for (const socket of sockets) socket.destroy();
  }
});

test("beyond this machine there is TLS, or the operator says that there need not be", () => {
  for (const listen of ["192.0.2.1:80", "any:8245", "[::]:80", "2001:db8::1"]) {
    const problems = updateServerProblems(configOf({ listen: [listen] }), folder);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["ddns.server.listen[0]"],
    );
    assert.deepEqual(updateServerProblems(configOf({ listen: [listen], allowPlain: true }), folder), []);
  }
  for (const listen of ["127.0.0.1:80", "127.1.2.3", "[::1]:80"])
    assert.deepEqual(updateServerProblems(configOf({ listen: [listen] }), folder), []);
});

async function certificateOf(name: string) {
  const { certificate, key } = await makeCertificate(mkdtempSync(join(folder, "certificate-")), name);
  return { certificateFile: certificate, keyFile: key };
}

test("a reload changes the certificate, keeps what stays open, and takes HTTPS where HTTP was", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const [one, other] = [await certificateOf("one.example"), await certificateOf("other.example")];
  await using desk = await start({ ...plain, listen: ["127.0.0.1:0"] });
  const { running } = desk;
  const listen = [`127.0.0.1:${portOf(running)}`];
  const site = { siteFolder: folder };
  // The port that the kernel chose, by its number.
  await (await running.prepare(undefined, site)).commit();
  assert.deepEqual(running.listening, []);
  await (await running.prepare(configOf({ ...plain, listen }), site)).commit();
  await (await running.prepare(configOf({ ...plain, listen, tls: one }), site)).commit();
  assert.deepEqual(running.listening, [`https://${listen[0]}`]);
  const url = `https://${listen[0]}/myip`;
  assert.equal((await ask(url)).body, "127.0.0.1\n");
  const kept = connect(portOf(running), "127.0.0.1");
  await once(kept, "connect");
  await (await running.prepare(configOf({ ...plain, listen, tls: other }), site)).commit();
  assert.equal(kept.destroyed, false);
  kept.destroy();
  assert.equal(await nameOfCertificate(url), "other.example");
  const wrong = { certificateFile: one.certificateFile, keyFile: other.keyFile };
  await assert.rejects(running.prepare(configOf({ ...plain, listen, tls: wrong }), site), ConfigError);
  assert.equal(await nameOfCertificate(url), "other.example");
});

async function nameOfCertificate(url: string): Promise<string | undefined> {
  const request = httpsRequest(url, { rejectUnauthorized: false, agent: false });
  request.end();
  const [response] = await once(request, "response");
  const { subject } = response.socket.getPeerCertificate() as { subject: { CN: string } };
  response.resume();
  return subject.CN;
}

test("a config that cannot be had leaves everything as it was", async () => {
  await using desk = await start();
  await using other = await start();
  const { running } = desk;
  const before = running.listening;
  const listen = ["127.0.0.1:0", `127.0.0.1:${portOf(other.running)}`];
  await assert.rejects(running.prepare(configOf({ ...plain, listen }), { siteFolder: folder }), ConfigError);
  assert.deepEqual(running.listening, before);
  const prepared = await running.prepare(configOf({ ...plain, listen: ["[::1]:0"] }), { siteFolder: folder });
  await prepared.discard();
  assert.deepEqual(running.listening, before);
  assert.equal((await ask(`http://127.0.0.1:${portOf(running)}/myip`)).body, "127.0.0.1\n");
});

test("without a name server the operator is told", async () => {
  const { log } = collectLog();
  const ports = { store: openMemoryStore(), registry: () => undefined, log };
  await using running = await UpdateServer.start(configOf(plain), { siteFolder: folder }, ports);
  assert.match(running.problems[0]?.what ?? "", /no zones/);
});
