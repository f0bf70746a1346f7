/** Questions by TLS and by HTTPS to servers with certificates, on the loopback. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { NoAnswer } from "#platform/dns-query/ask.ts";
import { askHttps } from "#platform/dns-query/ask-https.ts";
import { askTls } from "#platform/dns-query/ask-tls.ts";
import { openHttpClient } from "#platform/http-client/open-http-client.ts";
import { encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { makeCertificate } from "../interop/lab-tools.ts";
import { requirePeer } from "../peers.ts";

const question = { name: parseName("whoami.example."), type: RRType.A, class: RRClass.IN };
const query = encodeMessage(queryMessage({ id: 0x4321, question }));

/** The message with the bit set that makes it an answer. */
function answerTo(asked: Uint8Array): Uint8Array {
  const answer = new Uint8Array(asked);
  answer[2]! |= 0x80;
  return answer;
}

async function certificate(t: TestContext, name: string) {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = await makeCertificate(folder, name);
  return { cert: readFileSync(files.certificate, "utf8"), key: readFileSync(files.key, "utf8") };
}

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as { port: number }).port;
}

/** Answers framed questions by `say`. */
async function tlsServer(t: TestContext, name: string, say: (socket: TLSSocket, asked: Uint8Array) => void) {
  const identity = await certificate(t, name);
  const seen: { readonly name: unknown; readonly protocol: unknown }[] = [];
  const server = createTlsServer({ ...identity, ALPNProtocols: ["dot"] }, (socket) => {
    socket.on("error", () => {});
    seen.push({ name: socket.servername, protocol: socket.alpnProtocol });
    socket.on("data", (chunk: Buffer) => say(socket, new Uint8Array(chunk.subarray(2))));
  });
  return { port: await portOf(t, server), authorities: [identity.cert], seen };
}

const framed = (message: Uint8Array) => Buffer.from([message.length >>> 8, message.length & 255, ...message]);

test("a question by TLS is answered, however the answer is cut", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const { port, authorities, seen } = await tlsServer(t, "dns.example", (socket, asked) => {
    const octets = framed(answerTo(asked));
    socket.write(octets.subarray(0, 1), () => socket.write(octets.subarray(1)));
  });
  const ask = askTls({ serverName: "dns.example", authorities });
  assert.deepEqual(await ask(query, { address: "127.0.0.1", port }, 20_000), answerTo(query));
  assert.deepEqual(seen, [{ name: "dns.example", protocol: "dot" }]);
});

test("a server by TLS may be named by its address", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const { port, authorities } = await tlsServer(t, "dns.example", (socket, asked) =>
    socket.write(framed(answerTo(asked))),
  );
  const ask = askTls({ serverName: "127.0.0.1", authorities });
  assert.deepEqual(await ask(query, { address: "127.0.0.1", port }, 20_000), answerTo(query));
});

test("what a server by TLS does wrong is said", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const cases = [
    [() => {}, {}, 200, "did not answer within 0.2 s"],
    [(socket: TLSSocket) => socket.end(), {}, 20_000, "closed the connection without an answer"],
    [
      (socket: TLSSocket, asked: Uint8Array) => socket.write(framed(asked)),
      {},
      20_000,
      "answered something else than what was asked",
    ],
    [
      () => assert.fail(),
      { authorities: [] },
      20_000,
      /cannot be believed: the server has signed it itself$/,
    ],
    [
      () => assert.fail(),
      { serverName: "other.example" },
      20_000,
      /cannot be believed: it is for another name$/,
    ],
  ] as const;
  for (const [say, more, timeoutMs, sentence] of cases) {
    const { port, authorities } = await tlsServer(t, "dns.example", say);
    const ask = askTls({ serverName: "dns.example", authorities, ...more });
    await assert.rejects(ask(query, { address: "127.0.0.1", port }, timeoutMs), (fault) => {
      assert.ok(fault instanceof NoAnswer);
      if (typeof sentence === "string") assert.equal(fault.message, sentence);
      else assert.match(fault.message, sentence);
      return true;
    });
  }
});

test("a question by TLS is broken off by its signal", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const controller = new AbortController();
  const { port, authorities } = await tlsServer(t, "dns.example", () => controller.abort());
  const ask = askTls({ serverName: "dns.example", authorities });
  const asked = ask(query, { address: "127.0.0.1", port }, 20_000, controller.signal);
  await assert.rejects(asked, new NoAnswer("is not waited for any longer"));
});

test("a question by HTTPS is answered at the address that is given", async (t) => {
  if (!requirePeer(t, "openssl", "openssl")) return;
  const identity = await certificate(t, "dns.example");
  const seen: unknown[] = [];
  const server = createHttpsServer(identity, (request, response) => {
    seen.push([request.method, request.url, request.headers["content-type"]]);
    request.on("data", (asked: Buffer) => {
      response.writeHead(200, { "content-type": "application/dns-message" });
      response.end(answerTo(new Uint8Array(asked)));
    });
  });
  const port = await portOf(t, server);
  await using http = openHttpClient({ authorities: [identity.cert] });
  const ask = askHttps(http, { url: "https://dns.example/dns-query" });
  assert.deepEqual(await ask(query, { address: "127.0.0.1", port }, 20_000), answerTo(query));
  assert.deepEqual(seen, [["POST", "/dns-query", "application/dns-message"]]);
});
